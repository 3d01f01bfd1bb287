/** Group after group gives what joining everything in memory gives, to the letter and in the same order. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diagnoseJourney } from "@mailtrail/core/diagnose";
import { matchesJourney, parseQuery } from "@mailtrail/core/query";
import { queryNeedles } from "@mailtrail/core/scan";
import type { Journey } from "@mailtrail/core/trace";
import { describe, expect, test, vi } from "vitest";
import { journeysInMemory } from "./in-memory.testing.ts";
import { traceGroups } from "./trace-groups.ts";
import { hostFiles } from "./trace-logs.ts";

const ROOT = join(import.meta.dirname, "../../../..");
const OPTIONS = { zoneOf: () => "UTC", now: Date.parse("2026-12-31T00:00:00Z") };

type Logs = { host: string; paths: string[] }[];

const chain: Logs = readdirSync(join(ROOT, "samples/relay-chain"), { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map(({ name }) => ({ host: name, paths: [join(ROOT, "samples/relay-chain", name, "mail.log")] }));
const runs = readdirSync(join(ROOT, "e2e/lab/runs")).map((run): [string, Logs] => [
	run,
	readdirSync(join(ROOT, "e2e/lab/runs", run))
		.filter((file) => file.endsWith(".log"))
		.map((file) => ({ host: file.slice(0, -".log".length), paths: [join(ROOT, "e2e/lab/runs", run, file)] })),
]);

async function told(
	logs: Logs,
	text: string,
	{ batch = 8000, limit = Number.POSITIVE_INFINITY } = {},
): Promise<Journey[]> {
	const query = parseQuery(text, { now: OPTIONS.now, zone: "UTC" });
	const texts = queryNeedles(
		query,
		logs.map(({ host }) => host),
	);
	const journeys: Journey[] = [];
	const files = await hostFiles(logs, OPTIONS);
	for await (const { journey } of traceGroups(files, { query, texts, lang: "en", limit }, batch))
		journeys.push(journey);
	return journeys;
}

const QUESTIONS = [
	"",
	"status:failed",
	"status:deferred",
	"text:queued",
	"cause:user-unknown",
	"-status:delivered",
	"a",
];

describe.each([["the relay chain", chain] as const, ...runs])("%s", (_, logs) => {
	test("in small batches and in large ones, whole and in parts", { timeout: 300_000 }, async () => {
		const all = (await journeysInMemory(logs, OPTIONS)).map((journey) => diagnoseJourney(journey, "en"));
		expect(all.length).toBeGreaterThan(5);
		for (const batch of [60, 100_000]) {
			const found = await told(logs, "", { batch });
			expect(found.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
			expect(JSON.stringify(found)).toBe(JSON.stringify(all));
		}
		const address = all.find(({ sender }) => sender)?.sender ?? "";
		for (const text of [...QUESTIONS, address, `from:${address}`]) {
			const query = parseQuery(text, { now: OPTIONS.now, zone: "UTC" });
			const expected = all.filter((journey) => matchesJourney(query, journey));
			expect(JSON.stringify(await told(logs, text, { batch: 2000 }))).toBe(JSON.stringify(expected));
			const newest = await told(logs, text, { batch: 700, limit: 7 });
			expect(newest.slice(-7)).toEqual(expected.slice(-7));
			expect(newest.length).toBe(Math.min(8, expected.length));
		}
	});
});

test("a log of several blocks that was read before, by a search that found too much", async () => {
	const folder = mkdtempSync(join(tmpdir(), "mailtrail-test-"));
	try {
		const path = join(folder, "mail.log");
		const at = (i: number) =>
			`2026-11-22T10:${String(Math.floor(i / 60) % 60).padStart(2, "0")}:00.1+00:00 mx postfix`;
		const lines = Array.from({ length: 1_800 }, (_, i) => {
			const id = (0xa00000000 + i).toString(16).toUpperCase();
			return `${at(i)}/smtpd[1]: ${id}: client=web01.example[192.0.2.1]
${at(i)}/cleanup[2]: ${id}: message-id=<m${i}@web01.example>
${at(i)}/smtp[3]: ${id}: to=<u${i}@b.example>, relay=mx.b.example[192.0.2.9]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 Ok)
`;
		});
		writeFileSync(path, lines.join(""));
		const files = await hostFiles([{ host: "mx", paths: [path] }], OPTIONS);
		const query = parseQuery("u1790@b.example", { now: OPTIONS.now, zone: "UTC" });
		for (let time = 0; time < 2; time++) {
			const found: string[][] = [];
			for await (const { journey } of traceGroups(files, {
				query,
				texts: ["u1790@b.example"],
				lang: "en",
				limit: 9,
			}))
				found.push(journey.messageIds);
			expect(found).toEqual([["m1790@web01.example"]]);
		}
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test("what another message teaches of a host, and a refusal that only words and a moment join with its try", async () => {
	const folder = mkdtempSync(join(tmpdir(), "mailtrail-test-"));
	const line = (time: string, host: string, rest: string) =>
		`2026-11-22T10:${time}.1+00:00 ${host} postfix/${rest}\n`;
	const reply = "450 4.7.1 <b@b.example>: Recipient address rejected: Greylisted";
	const edge = [
		line("00:01", "edge", "smtpd[1]: 4jXHYY600rzJaa1: client=web.example[192.0.2.1]"),
		line("00:02", "edge", "qmgr[2]: 4jXHYY600rzJaa1: from=<a@a.example>, size=9, nrcpt=1 (queue active)"),
		line(
			"00:03",
			"edge",
			"smtp[3]: 4jXHYY600rzJaa1: to=<c@b.example>, relay=mx[192.0.2.2]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 52BDA21E21A)",
		),
		line("09:01", "edge", "smtpd[1]: 4jXHYY600rzJaa2: client=web.example[192.0.2.1]"),
		line("09:02", "edge", "qmgr[2]: 4jXHYY600rzJaa2: from=<a@a.example>, size=9, nrcpt=1 (queue active)"),
		line(
			"09:03",
			"edge",
			`smtp[3]: 4jXHYY600rzJaa2: to=<b@b.example>, relay=mx[192.0.2.2]:25, delay=1, delays=0/0/0/1, dsn=4.7.1, status=deferred (host mx[192.0.2.2] said: ${reply} (in reply to RCPT TO command))`,
		),
	];
	const mx = [
		line("00:03", "mx", "smtpd[8]: 52BDA21E21A: client=edge[192.0.2.9]"),
		line("00:04", "mx", "qmgr[9]: 52BDA21E21A: from=<a@a.example>, size=9, nrcpt=1 (queue active)"),
		line("09:02", "mx", "smtpd[7]: connect from edge[192.0.2.9]"),
		line(
			"09:03",
			"mx",
			`smtpd[7]: NOQUEUE: reject: RCPT from edge[192.0.2.9]: ${reply}; from=<a@a.example> to=<b@b.example> proto=ESMTP helo=<edge>`,
		),
	];
	try {
		writeFileSync(join(folder, "edge"), edge.join(""));
		writeFileSync(join(folder, "mx"), mx.join(""));
		const logs = ["edge", "mx"].map((host) => ({ host, paths: [join(folder, host)] }));
		const all = (await journeysInMemory(logs, OPTIONS)).map((journey) => diagnoseJourney(journey, "en"));
		const found = await told(logs, "", { batch: 1 });
		expect(JSON.stringify(found)).toBe(JSON.stringify(all));
		expect(found.flatMap(({ answers }) => answers ?? []).map(({ confidence }) => confidence)).toEqual([
			"proven",
		]);
	} finally {
		rmSync(folder, { recursive: true });
	}
});

// recorded from Postfix with amavisd-new as its smtpd_proxy_filter, which names the message by its own task alone
test("a session that a filter refused, told of by the filter's own line", async () => {
	const folder = mkdtempSync(join(tmpdir(), "mailtrail-test-"));
	const pmm = `2026-11-22T11:12:21.824008+00:00 pmm postfix/smtpd[178]: connect from out.corp.example[127.0.1.1]
2026-11-22T11:12:21.824425+00:00 pmm postfix/smtpd[178]: NOQUEUE: client=out.corp.example[127.0.1.1]
2026-11-22T11:12:21.934212+00:00 pmm amavis[83]: (00083-04) Blocked BANNED (application/octet-stream,.asc,setup.exe) {RejectedInbound,Quarantined}, [127.0.1.1]:53101 <alice@corp.example> -> <u11@y5.example>, quarantine: X/banned-XBma4r4ehLID, Message-ID: <Lx5-044.65f093d@web01.corp.example>, mail_id: XBma4r4ehLID, Hits: -, size: 843, 109 ms
2026-11-22T11:12:21.937486+00:00 pmm postfix/smtpd[178]: proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=00083-04 - BANNED: application/octet-stream,.asc,setup.exe; from=<alice@corp.example> to=<u11@y5.example> proto=ESMTP helo=<out.corp.example>
2026-11-22T11:12:21.937612+00:00 pmm postfix/smtpd[178]: disconnect from out.corp.example[127.0.1.1] ehlo=1 mail=1 rcpt=1 data=0/1 quit=1 commands=4/5
`;
	const out = `2026-11-22T11:12:21.814929+00:00 out postfix/smtpd[161]: C6EDC269123: client=unknown[127.0.2.1]
2026-11-22T11:12:21.815938+00:00 out postfix/cleanup[170]: C6EDC269123: message-id=<Lx5-044.65f093d@web01.corp.example>
2026-11-22T11:12:21.816691+00:00 out postfix/qmgr[159]: C6EDC269123: from=<alice@corp.example>, size=674, nrcpt=1 (queue active)
2026-11-22T11:12:21.938796+00:00 out postfix/smtp[166]: C6EDC269123: to=<u11@y5.example>, relay=127.0.1.32[127.0.1.32]:25, delay=0.12, delays=0/0/0/0.11, dsn=5.7.0, status=bounced (host 127.0.1.32[127.0.1.32] said: 554 5.7.0 Reject, id=00083-04 - BANNED: application/octet-stream,.asc,setup.exe (in reply to end of DATA command))
2026-11-22T11:12:21.941900+00:00 out postfix/qmgr[159]: C6EDC269123: removed
`;
	try {
		writeFileSync(join(folder, "pmm"), pmm);
		writeFileSync(join(folder, "out"), out);
		const logs = ["out", "pmm"].map((host) => ({ host, paths: [join(folder, host)] }));
		const all = (await journeysInMemory(logs, OPTIONS)).map((journey) => diagnoseJourney(journey, "en"));
		expect(all.map(({ kind }) => kind)).toContain("refused");
		for (const batch of [1, 1000])
			expect(JSON.stringify(await told(logs, "", { batch }))).toBe(JSON.stringify(all));
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test("messages that bear one Message-ID are told in parts where they are too many: all of them, each with its way", {
	timeout: 60_000,
}, async () => {
	const folder = mkdtempSync(join(tmpdir(), "mailtrail-test-"));
	const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
	try {
		const logs = ["sub", "mx"].map((host) => ({ host, paths: [join(folder, host)] }));
		const lines: Record<string, string[]> = { sub: [], mx: [] };
		for (let n = 0; n < 200; n++) {
			const minute = `2026-11-22T${10 + Math.floor(n / 60)}:${String(n % 60).padStart(2, "0")}`;
			const [own, next] = [0xa00000000, 0xb00000000].map((base) => (base + n).toString(16).toUpperCase());
			lines.sub?.push(
				`${minute}:00.1+00:00 sub postfix/smtpd[1]: ${own}: client=app.example[192.0.2.${n}]`,
				`${minute}:00.2+00:00 sub postfix/cleanup[2]: ${own}: message-id=<always@app.example>`,
				`${minute}:00.3+00:00 sub postfix/qmgr[2]: ${own}: from=<a${n}@app.example>, size=9, nrcpt=1 (queue active)`,
				`${minute}:01.1+00:00 sub postfix/smtp[3]: ${own}: to=<u${n}@b.example>, relay=mx[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${next})`,
				`${minute}:01.2+00:00 sub postfix/qmgr[2]: ${own}: removed`,
			);
			lines.mx?.push(
				`${minute}:01.0+00:00 mx postfix/smtpd[1]: ${next}: client=sub[192.0.2.8]`,
				`${minute}:01.0+00:00 mx postfix/cleanup[2]: ${next}: message-id=<always@app.example>`,
				`${minute}:01.0+00:00 mx postfix/qmgr[2]: ${next}: from=<a${n}@app.example>, size=9, nrcpt=1 (queue active)`,
				`${minute}:02.0+00:00 mx postfix/virtual[3]: ${next}: to=<u${n}@b.example>, relay=virtual, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to maildir)`,
				`${minute}:02.1+00:00 mx postfix/qmgr[2]: ${next}: removed`,
			);
		}
		for (const { host, paths } of logs)
			writeFileSync(paths[0] as string, (lines[host] ?? []).map((line) => `${line}\n`).join(""));
		const all = (await journeysInMemory(logs, OPTIONS)).map((journey) => diagnoseJourney(journey, "en"));
		expect(all.length).toBe(200);
		const query = parseQuery("", { now: OPTIONS.now, zone: "UTC" });
		for (const limit of [Number.POSITIVE_INFINITY, 5]) {
			const found: Journey[] = [];
			const asked = { query, texts: undefined, lang: "en", limit } as const;
			for await (const { journey } of traceGroups(await hostFiles(logs, OPTIONS), asked, 60, 90))
				found.push(journey);
			const expected = Number.isFinite(limit) ? all.slice(-limit - 1) : all;
			expect(JSON.stringify(found)).toBe(JSON.stringify(expected));
		}
		expect(said.mock.calls.flat()).toEqual([
			expect.stringMatching(/^mailtrail: 2,000 lines bear one Message-ID/),
			expect.stringMatching(/^mailtrail: 2,000 lines bear one Message-ID/),
		]);
	} finally {
		said.mockRestore();
		rmSync(folder, { recursive: true });
	}
});

test("one message to more recipients than can be told in parts is told whole, and it is said", async () => {
	const folder = mkdtempSync(join(tmpdir(), "mailtrail-test-"));
	const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
	try {
		const log = join(folder, "mx");
		const id = "2026-11-22T10:00:00+00:00 mx postfix/smtp[3]: 4B16140000";
		const to = (n: number) =>
			`${id}: to=<u${n}@b.example>, relay=b[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)\n`;
		writeFileSync(log, Array.from({ length: 200 }, (_, n) => to(n)).join(""));
		const query = parseQuery("", { now: OPTIONS.now, zone: "UTC" });
		const asked = { query, texts: undefined, lang: "en", limit: 5 } as const;
		const found: Journey[] = [];
		const files = await hostFiles([{ host: "mx", paths: [log] }], OPTIONS);
		for await (const { journey } of traceGroups(files, asked, 60, 90)) found.push(journey);
		expect(found.map(({ recipients }) => recipients.length)).toEqual([200]);
		expect(said.mock.calls.flat()).toEqual([
			expect.stringMatching(/^mailtrail: 200 lines are of one message: it is told whole/),
		]);
	} finally {
		said.mockRestore();
		rmSync(folder, { recursive: true });
	}
});
