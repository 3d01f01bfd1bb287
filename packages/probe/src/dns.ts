/** Name lookups with their failures told apart: no such name, no such record, no answer, a broken server. */
import { lookup, Resolver } from "node:dns/promises";
import { isIPv6 } from "node:net";
import { reversed } from "./reversed.ts";

export type LookupFault = { fault: "not-found" | "no-data" | "timeout" | "failed"; error: string };
export type Found<T> = { records: T } | LookupFault;

const TIMEOUT_MS = 4_000;
const TRIES = 2;

export class Dns {
	readonly #resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
	readonly #systemToo: boolean;

	/** `servers`: instead of the system's own, and then without its hosts file */
	constructor(servers: readonly string[] = []) {
		if (servers.length > 0) this.#resolver.setServers(servers);
		this.#systemToo = servers.length === 0;
	}

	/** A and AAAA, IPv4 first; the system's hosts file where the DNS knows nothing. */
	async addresses(name: string): Promise<Found<string[]>> {
		const [four, six] = await Promise.all([
			ask(() => this.#resolver.resolve4(name)),
			ask(() => this.#resolver.resolve6(name)),
		]);
		const found = [...("records" in four ? four.records : []), ...("records" in six ? six.records : [])];
		if (found.length > 0) return { records: found };
		if (this.#systemToo) {
			const local = await ask(() => lookup(name, { all: true }));
			if ("records" in local) return { records: local.records.map(({ address }) => address) };
		}
		return worse(four as LookupFault, six as LookupFault);
	}

	mx(domain: string): Promise<Found<{ exchange: string; priority: number }[]>> {
		return ask(() => this.#resolver.resolveMx(domain));
	}

	/** the name that this one is an alias of */
	async alias(name: string): Promise<string | undefined> {
		const found = await ask(() => this.#resolver.resolveCname(name));
		return "records" in found ? found.records[0] : undefined;
	}

	/** PTR, as the rest of the world is answered: `Resolver.reverse` would look into this machine's hosts file first */
	reverse(address: string): Promise<Found<string[]>> {
		const zone = isIPv6(address) ? "ip6.arpa" : "in-addr.arpa";
		return ask(() => this.#resolver.resolvePtr(`${reversed(address)}.${zone}`));
	}

	async texts(name: string): Promise<Found<string[]>> {
		const found = await ask(() => this.#resolver.resolveTxt(name));
		return "records" in found ? { records: found.records.map((parts) => parts.join("")) } : found;
	}

	async tlsa(name: string): Promise<Tlsa[]> {
		const found = await ask(() => this.#resolver.resolveTlsa(name));
		if (!("records" in found)) return [];
		return found.records.map(({ certUsage, selector, match, data }) => ({
			usage: certUsage,
			selector,
			match,
			data: Buffer.from(data as ArrayBuffer).toString("hex"),
		}));
	}
}

/** RFC 6698: what a DANE record pins */
export interface Tlsa {
	usage: number;
	selector: number;
	match: number;
	/** hexadecimal */
	data: string;
}

async function ask<T>(query: () => Promise<T>): Promise<Found<T>> {
	try {
		return { records: await query() };
	} catch (error) {
		const code = error instanceof Error && "code" in error ? String(error.code) : "EUNKNOWN";
		return { fault: faultOf(code), error: code };
	}
}

function faultOf(code: string): LookupFault["fault"] {
	switch (code) {
		case "ENOTFOUND":
		case "EBADNAME":
			return "not-found";
		case "ENODATA":
			return "no-data";
		case "ETIMEOUT":
		case "ECANCELLED":
		case "ECONNREFUSED":
			return "timeout";
		default:
			return "failed";
	}
}

/** The fault that says most: one answered family proves that the name server works. */
function worse(four: LookupFault, six: LookupFault): LookupFault {
	const order: LookupFault["fault"][] = ["no-data", "not-found", "failed", "timeout"];
	return order.indexOf(four.fault) <= order.indexOf(six.fault) ? four : six;
}
