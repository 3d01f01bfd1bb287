/**
 * Where mail for a target would go: the target's own addresses, or those of its mail hosts in the order of RFC 5321
 * section 5.1. Faults of the names (null MX, aliases, no address) become findings.
 */
import { isIP } from "node:net";
import type { CheckRequest, Finding } from "@mailtrail/core/check";
import type { Dns, Found, LookupFault } from "./dns.ts";
import { finding, list } from "./finding.ts";
import { timed } from "./timed.ts";

/** one address to try */
export interface Way {
	host: string;
	address: string;
	port: number;
}

export interface Ways {
	ways: Way[];
	findings: Finding[];
	/** the mail domain, where the target is one: MTA-STS is published there */
	domain?: string;
}

const SMTP_PORT = 25;
/** the first mail hosts, and addresses of each; a domain may have dozens */
const HOSTS_MAX = 3;
const ADDRESSES_MAX = 4;

export async function findWays({ target, port }: CheckRequest, dns: Dns): Promise<Ways> {
	const name = target.slice(target.lastIndexOf("@") + 1).replace(/^\[(?:IPv6:)?(.*)\]$/i, "$1");
	if (isIP(name)) {
		const way = { host: name, address: name, port: port ?? SMTP_PORT };
		return { ways: [way], findings: [finding("resolve", true, 0, "address-given", { name })] };
	}
	const own = await timed(() => dns.addresses(name));
	// A port asks for this very host, as a mail program would; without one the question is where its mail goes.
	if (port !== undefined && !target.includes("@")) return ownWays(name, port, own);
	const mx = await timed(() => dns.mx(name));
	if (!("records" in mx.value) || mx.value.records.length === 0) {
		return withoutMx(name, port ?? SMTP_PORT, own, mx);
	}
	const resolve =
		"records" in own.value
			? finding("resolve", true, own.ms, "resolved", { name, addresses: list(own.value.records) })
			: finding("resolve", true, own.ms, "resolved-elsewhere", { name });
	return viaMx(name, port ?? SMTP_PORT, dns, mx.value.records, mx.ms, resolve);
}

function ownWays(name: string, port: number, own: Timed<Found<string[]>>): Ways {
	if (!("records" in own.value)) return { ways: [], findings: [fault("resolve", name, own)] };
	const resolved = finding("resolve", true, own.ms, "resolved", { name, addresses: list(own.value.records) });
	return {
		ways: own.value.records.slice(0, ADDRESSES_MAX).map((address) => ({ host: name, address, port })),
		findings: [resolved],
	};
}

function withoutMx(name: string, port: number, own: Timed<Found<string[]>>, mx: Timed<Found<unknown>>): Ways {
	const { ways, findings } = ownWays(name, port, own);
	if (ways.length === 0) return { ways, findings };
	const broken = "fault" in mx.value && (mx.value.fault === "timeout" || mx.value.fault === "failed");
	findings.push(
		broken
			? fault("mx", name, mx as Timed<Found<string[]>>)
			: finding("mx", true, mx.ms, "mx-none", { name }),
	);
	return broken ? { ways: [], findings, domain: name } : { ways, findings, domain: name };
}

async function viaMx(
	name: string,
	port: number,
	dns: Dns,
	records: { exchange: string; priority: number }[],
	ms: number,
	resolve: Finding,
): Promise<Ways> {
	const sorted = [...records].sort((one, other) => one.priority - other.priority);
	if (sorted.every(({ exchange }) => exchange === "" || exchange === ".")) {
		return { ways: [], findings: [resolve, finding("mx", false, ms, "mx-null", { name })], domain: name };
	}
	const looked = await timed(() =>
		Promise.all(
			sorted.slice(0, HOSTS_MAX).map(async ({ exchange, priority }) => {
				const [found, alias] = isIP(exchange)
					? [{ records: [exchange] }, undefined]
					: await Promise.all([dns.addresses(exchange), dns.alias(exchange)]);
				return { exchange, priority, addresses: "records" in found ? found.records : [], alias };
			}),
		),
	);
	const hosts = list(
		looked.value.map(
			({ exchange, priority, addresses }) => `${priority} ${exchange} (${list(addresses) || "–"})`,
		),
	);
	const values = { name, hosts };
	const ways = looked.value.flatMap(({ exchange, addresses }) =>
		addresses.slice(0, ADDRESSES_MAX).map((address) => ({ host: exchange, address, port })),
	);
	const took = ms + looked.ms;
	const aliased = looked.value.find(({ alias }) => alias !== undefined);
	const mx =
		ways.length === 0
			? finding("mx", false, took, "mx-unresolved", values)
			: aliased
				? finding("mx", false, took, "mx-alias", { ...values, alias: aliased.exchange })
				: finding("mx", true, took, "mx-found", values);
	return { ways, findings: [resolve, mx], domain: name };
}

interface Timed<T> {
	value: T;
	ms: number;
}

function fault(step: "resolve" | "mx", name: string, { value, ms }: Timed<Found<string[]>>): Finding {
	const { fault: kind, error } = value as LookupFault;
	const code = (
		{
			"not-found": "name-not-found",
			"no-data": "no-address",
			timeout: "lookup-timeout",
			failed: "lookup-failed",
		} as const
	)[kind];
	return finding(step, false, ms, code, { name, error });
}
