/**
 * A reach test from this machine: names, connection, SMTP dialogue, certificate, and our own address. Sends no mail.
 * Findings are told as they are made and returned in the order of `CHECK_STEPS`, address by address. Never throws for
 * what a network does.
 */
import type { CheckReport, CheckRequest, Finding } from "@mailtrail/core/check";
import type { Demands } from "./certificate.ts";
import { Dns } from "./dns.ts";
import { findWays, type Way } from "./find-ways.ts";
import { examineOwnAddress } from "./own-address.ts";
import { readStsPolicy } from "./tls-policy.ts";
import { tryWay } from "./try-way.ts";

export interface CheckOptions {
	/** the name of this machine: in the report, and in EHLO */
	from: string;
	/** told as they are made, for a page or terminal that shows progress */
	onFinding?: (finding: Finding) => void;
	/** name servers (`192.0.2.53:5353`) instead of the system's */
	servers?: readonly string[];
	/** milliseconds for a connection and for each answer */
	connectMs?: number;
	answerMs?: number;
	now?: () => number;
}

/** A firewall that drops is silent for ever; a host on the other side of the world answers within a second. */
const CONNECT_MS = 5_000;
/** Postscreen waits six seconds before it greets, tarpits longer. */
const ANSWER_MS = 15_000;

export async function runCheck(request: CheckRequest, options: CheckOptions): Promise<CheckReport> {
	const { from, connectMs = CONNECT_MS, answerMs = ANSWER_MS, now = Date.now } = options;
	const dns = new Dns(options.servers);
	const findings: Finding[] = [];
	const tell = (finding: Finding): void => {
		findings.push(finding);
		options.onFinding?.(finding);
	};
	const { ways, findings: about, domain } = await findWays(request, dns);
	about.forEach(tell);
	const sts = domain === undefined ? undefined : await readStsPolicy(domain, dns);
	const demands = async (way: Way): Promise<Demands> => ({
		...(sts === undefined ? {} : { sts }),
		dane: await dns.tlsa(`_${way.port}._tcp.${way.host}`),
	});
	const tried = await Promise.all(
		ways.map(async (way) => {
			const made: Finding[] = [];
			const own = await tryWay(way, {
				helo: from.includes(".") ? from : `${from}.localdomain`,
				connectMs,
				answerMs,
				demands,
				now,
				onFinding: (finding) => made.push(finding),
			});
			made.forEach(tell);
			return { made, own };
		}),
	);
	const own = tried.find((each) => each.own !== undefined)?.own;
	if (own !== undefined) (await examineOwnAddress(plain(own), request.lists, dns)).forEach(tell);
	return {
		target: request.target,
		from,
		findings: [...about, ...tried.flatMap(({ made }) => made), ...rest(findings)],
	};
}

/** IPv4 on an IPv6 socket as IPv4. */
function plain(address: string): string {
	return address.replace(/^::ffff:(?=\d+\.)/, "");
}

function rest(findings: readonly Finding[]): Finding[] {
	return findings.filter(({ step }) => step === "ptr" || step === "dnsbl");
}
