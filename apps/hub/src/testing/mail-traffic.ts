/**
 * Log lines of made-up mail through two hosts, `out` (submission) and `in` (mailbox), as Postfix writes them: for tests and
 * the bench. Message number N always gives the same lines.
 */
import { createLineParser } from "@mailtrail/core/parse";
import type { Batch, WireLine } from "@mailtrail/core/wire";

export interface Traffic {
	out: string[];
	in: string[];
}

const START = Date.parse("2026-03-02T08:00:00.000Z");
const parser = createLineParser({ zone: "UTC", now: START + 30 * 86_400_000 });

export function queueIdOut(n: number): string {
	return `A${(n + 0x10_0000_0000).toString(16).toUpperCase()}`;
}
export function queueIdIn(n: number): string {
	return `B${(n + 0x10_0000_0000).toString(16).toUpperCase()}`;
}
export function messageId(n: number): string {
	return `m${n}@web.example.org`;
}

/** One message a second and 10 ms, from sender N mod 100 to user N; a process serves a hundred, as smtpd's max_use has it. */
export function mailTraffic(first: number, count: number): Traffic {
	const traffic: Traffic = { out: [], in: [] };
	for (let n = first; n < first + count; n++) {
		const at = (ms: number) => new Date(START + n * 1_010 + ms).toISOString().replace("Z", "000+00:00");
		const [a, b, pid] = [queueIdOut(n), queueIdIn(n), 1000 + (n % 50) + 50 * Math.floor(n / 5_000)];
		const from = `from=<s${n % 100}@example.org>, size=1200, nrcpt=1 (queue active)`;
		const to = `to=<u${n}@d${n % 500}.example.net>`;
		traffic.out.push(
			`${at(0)} mx postfix/smtpd[${pid}]: ${a}: client=web[192.0.2.7]`,
			`${at(1)} mx postfix/cleanup[${pid}]: ${a}: message-id=<${messageId(n)}>`,
			`${at(2)} mx postfix/qmgr[2]: ${a}: ${from}`,
			`${at(300)} mx postfix/smtp[${pid}]: ${a}: ${to}, relay=mail.example.net[192.0.2.9]:25, delay=0.3, delays=0.1/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${b})`,
			`${at(301)} mx postfix/qmgr[2]: ${a}: removed`,
		);
		traffic.in.push(
			`${at(100)} mx postfix/smtpd[${pid}]: ${b}: client=out.example.org[192.0.2.8]`,
			`${at(101)} mx postfix/cleanup[${pid}]: ${b}: message-id=<${messageId(n)}>`,
			`${at(102)} mx postfix/qmgr[2]: ${b}: ${from}`,
			`${at(400)} mx postfix/local[${pid}]: ${b}: ${to}, relay=local, delay=0.3, delays=0.1/0/0/0.2, dsn=2.0.0, status=sent (delivered to maildir)`,
			`${at(401)} mx postfix/qmgr[2]: ${b}: removed`,
		);
	}
	return traffic;
}

/** Lines as an agent sends them, the first at `from`. */
export function wireLines(raw: string[], from = 0): { lines: WireLine[]; end: number } {
	let offset = from;
	const lines = raw.map((text) => {
		const line = { offset, event: { ...parser.parse(text) } };
		offset += Buffer.byteLength(text) + 1;
		return line;
	});
	return { lines, end: offset };
}

/** Cut into batches of at most `size` lines of one source. */
export function batchesOf(
	raw: string[],
	size: number,
	source = "/var/log/mail.log",
	generation = "g1",
): Batch[] {
	const { lines, end } = wireLines(raw);
	const batches: Batch[] = [];
	for (let i = 0; i < lines.length; i += size) {
		const part = lines.slice(i, i + size);
		const from = part[0]?.offset ?? 0;
		const position = { source, generation, offset: lines[i + size]?.offset ?? end };
		batches.push({ type: "batch", id: batches.length, from, position, lines: part });
	}
	return batches;
}
