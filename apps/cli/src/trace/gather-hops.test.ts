/** Looking for the lines of one message gives what reading all lines gives, to the letter. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { diagnoseJourney } from "@mailtrail/core/diagnose";
import { matchesJourney, parseQuery } from "@mailtrail/core/query";
import { queryNeedles } from "@mailtrail/core/scan";
import type { Journey } from "@mailtrail/core/trace";
import { afterAll, describe, expect, test } from "vitest";
import { HopGathering } from "./gather-hops.ts";
import { journeysInMemory } from "./in-memory.testing.ts";
import { traceGroups } from "./trace-groups.ts";
import { hostFiles } from "./trace-logs.ts";

const SAMPLES = join(import.meta.dirname, "../../../../samples");
const CHAIN = readdirSync(join(SAMPLES, "relay-chain"), { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map(({ name }) => ({ host: name, paths: [join(SAMPLES, "relay-chain", name, "mail.log")] }));
const OPTIONS = { zoneOf: () => "UTC", now: Date.parse("2026-12-31T00:00:00Z") };

const folder = mkdtempSync(join(tmpdir(), "mailtrail-gather-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Logs = typeof CHAIN;

const allJourneys = (logs: Logs) => journeysInMemory(logs, OPTIONS);

/** Undefined where all lines would be read. */
async function gathered(logs: Logs, text: string, options = OPTIONS): Promise<Journey[] | undefined> {
	const query = parseQuery(text, { now: options.now, zone: "UTC" });
	const needles = queryNeedles(
		query,
		logs.map(({ host }) => host),
	);
	if (!needles) return undefined;
	const found = await new HopGathering(await hostFiles(logs, options), needles, query).gather();
	return found?.journeys.filter((journey) => matchesJourney(query, journey));
}

function expected(all: Journey[], text: string): Journey[] {
	const query = parseQuery(text, { now: OPTIONS.now, zone: "UTC" });
	return all.filter((journey) => matchesJourney(query, journey));
}

/** Everything that somebody could ask for by name. */
function questions(all: Journey[]): string[] {
	const texts = new Set<string>();
	for (const journey of all) {
		if (journey.sender) texts.add(`from:${journey.sender}`);
		for (const id of journey.messageIds) texts.add(`id:${id}`);
		if (journey.client?.ip) texts.add(`ip:${journey.client.ip}`);
		for (const { recipient, original, path, attempts } of journey.recipients) {
			texts
				.add(recipient)
				.add(`to:${original}`)
				.add(`domain:${original.split("@")[1]}`);
			for (const { queueId } of path) if (queueId) texts.add(`queue:${queueId}`);
			for (const { relay } of attempts) if (relay?.ip) texts.add(`ip:${relay.ip}`);
		}
	}
	return [...texts].filter((text) => !text.endsWith("undefined"));
}

async function compareAll(logs: Logs, every = 1): Promise<{ asked: number; fast: number }> {
	const all = await allJourneys(logs);
	const asked = questions(all).filter((_, place) => place % every === 0);
	let fast = 0;
	for (const text of asked) {
		const found = await gathered(logs, text);
		if (!found) continue;
		fast += 1;
		if (JSON.stringify(found) !== JSON.stringify(expected(all, text))) {
			expect({ text, journeys: found }).toEqual({ text, journeys: expected(all, text) });
		}
	}
	return { asked: asked.length, fast };
}

describe("the recorded relay chain", () => {
	test("every address, queue id, Message-ID, domain and client", { timeout: 120_000 }, async () => {
		const { asked, fast } = await compareAll(CHAIN, 16);
		expect(fast / asked).toBeGreaterThan(0.7);
	});
});

describe("the recorded runs of the laboratory", () => {
	const RUNS = join(import.meta.dirname, "../../../../e2e/lab/runs");
	/** how many of the questions need some lines alone; notices of scripts, second Message-IDs and likely ways are told by all of them */
	const FAST: Record<string, number> = { "rejected-by-scripts": 0.2, "null-clients": 0.4 };
	for (const run of readdirSync(RUNS))
		test(`${run}: every fifth question`, { timeout: 60_000 }, async () => {
			const logs = readdirSync(join(RUNS, run))
				.filter((file) => file.endsWith(".log"))
				.map((file) => ({ host: file.slice(0, -".log".length), paths: [join(RUNS, run, file)] }));
			const { asked, fast } = await compareAll(logs, 5);
			expect(asked).toBeGreaterThan(10);
			expect(fast / asked).toBeGreaterThan(FAST[run] ?? 0.5);
		});
});

describe("tries and the refusals that they met", () => {
	const head = (second: number, host: string, program: string) =>
		`Jan 31 09:00:${String(second).padStart(2, "0")} ${host} postfix/${program}`;
	const message = (id: string, second: number, rcpt: string, words: string, from = "a@example.com") => [
		`${head(second, "edge", "smtpd[1]")}: ${id}: client=web01.example.com[192.0.2.1]`,
		`${head(second, "edge", "cleanup[2]")}: ${id}: message-id=<${id}@example.com>`,
		`${head(second, "edge", "qmgr[3]")}: ${id}: from=<${from}>, size=433, nrcpt=1 (queue active)`,
		`${head(second + 1, "edge", "smtp[4]")}: ${id}: to=<${rcpt}>, relay=mx[192.0.2.2]:25, delay=0.3, delays=0.1/0/0.1/0.1, dsn=4.7.1, status=deferred (host mx[192.0.2.2] said: 450 4.7.1 ${words} (in reply to RCPT TO command))`,
	];
	const refusal = (second: number, rcpt: string, words: string, from = "a@example.com", pid = 7) => [
		`${head(second, "mx", `smtpd[${pid}]`)}: connect from edge[192.0.2.9]`,
		`${head(second, "mx", `smtpd[${pid}]`)}: NOQUEUE: reject: RCPT from edge[192.0.2.9]: 450 4.7.1 ${words}; from=<${from}> to=<${rcpt}> proto=ESMTP helo=<edge>`,
		`${head(second, "mx", `smtpd[${pid}]`)}: disconnect from edge[192.0.2.9] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4`,
	];
	const taken = (id: string, next: string, second: number) => [
		...message(id, second, "other@example.net", "").slice(0, 3),
		`${head(second + 1, "edge", "smtp[4]")}: ${id}: to=<other@example.net>, relay=mx[192.0.2.2]:25, delay=0.3, delays=0.1/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${next})`,
	];
	const passed = (next: string, second: number) => [
		`${head(second + 1, "mx", "smtpd[8]")}: ${next}: client=edge[192.0.2.9]`,
		`${head(second + 1, "mx", "qmgr[9]")}: ${next}: from=<a@example.com>, size=433, nrcpt=1 (queue active)`,
	];

	async function ask(edge: string[], mx: string[], text: string): Promise<Journey[]> {
		const files = [
			["edge", edge],
			["mx", mx],
		] as const;
		const logs = files.map(([host, lines]) => {
			const path = join(folder, `${host}.log`);
			writeFileSync(path, lines.join("\n"));
			return { host, paths: [path] };
		});
		const found = await gathered(logs, text);
		expect(found).toBeDefined();
		expect(found).toEqual(expected(await allJourneys(logs), text));
		return found ?? [];
	}
	const metIn = (journeys: Journey[]) =>
		journeys.flatMap(({ recipients }) =>
			recipients.flatMap(({ attempts }) => attempts.map(({ refusal }) => refusal?.confidence)),
		);
	const GREY = "<bob@example.net>: Recipient address rejected: Greylisted";
	const edge = [
		...taken("4jXHYY600rzJaa1", "52BDA21E21A", 5),
		...message("4jXHYY600rzJaa2", 10, "bob@example.net", GREY),
	];
	const mx = [...passed("52BDA21E21A", 5), ...refusal(11, "bob@example.net", GREY)];

	test("from the try to the refusal, by queue id, with the host's address learned from another message", async () => {
		expect(metIn(await ask(edge, mx, "queue:4jXHYY600rzJaa2"))).toEqual(["proven"]);
	});

	test("from the refusal to the try", async () => {
		const found = await ask(edge, mx, "ip:192.0.2.9 to:bob@example.net");
		expect(found.some(({ answers }) => answers?.length === 1)).toBe(true);
	});

	test("nobody's address is known: only all lines tell whether it is another's", async () => {
		const journeys = ask(
			message("4jXHYY600rzJaa2", 10, "bob@example.net", GREY),
			refusal(11, "bob@example.net", GREY),
			"to:bob@example.net from:a@example.com",
		);
		await expect(journeys).rejects.toThrow("to be defined");
	});

	test("a program of the host itself that was refused is no message that came back", async () => {
		const local = refusal(2, "b@example.net", "5.7.1 not you").map((line) =>
			line.replaceAll("edge[192.0.2.9]", "localhost[127.0.0.1]"),
		);
		expect(await ask([], local, "b@example.net")).toHaveLength(1);
	});

	test("another try of the sender was as near: neither met it", async () => {
		const rival = message("4jXHYY600rzJaa3", 10, "bob@example.net", GREY);
		expect(metIn(await ask([...edge, ...rival], mx, "queue:4jXHYY600rzJaa2"))).toEqual([undefined]);
	});

	test("words that name nobody, tries of others with the same", async () => {
		const words = "Service unavailable; try again later";
		const others = Array.from({ length: 9 }, (_, n) =>
			message(`4jXHYY600rzJbb${n}`, 10 + n, `u${n}@example.net`, words, `s${n}@example.com`),
		).flat();
		const own = message("4jXHYY600rzJaa2", 12, "bob@example.net", words);
		const found = await ask(
			[...taken("4jXHYY600rzJaa1", "52BDA21E21A", 5), ...others, ...own],
			[
				...passed("52BDA21E21A", 5),
				...refusal(13, "bob@example.net", words),
				...refusal(14, "u3@example.net", words, "s3@example.com"),
			],
			"queue:4jXHYY600rzJaa2",
		);
		expect(metIn(found)).toEqual(["proven"]);
	});
});

describe("logs that are read with care", () => {
	async function bothWays(lines: string[], text: string): Promise<void> {
		const file = join(folder, "mail.log");
		writeFileSync(file, lines.join("\n"));
		const logs = [{ host: "mx", paths: [file] }];
		const found = await gathered(logs, text);
		const all = expected(await allJourneys(logs), text);
		expect(found).toHaveLength(1);
		expect(found).toEqual(all);
		expect(await byGroups(logs, text)).toEqual(all.map((journey) => diagnoseJourney(journey, "en")));
		// the same name for the references, other bytes
		rmSync(file);
		writeFileSync(file, gzipSync(lines.join("\n")));
		expect(await gathered(logs, text)).toEqual(found);
		expect(await byGroups(logs, text)).toEqual(all.map((journey) => diagnoseJourney(journey, "en")));
	}
	async function byGroups(logs: Logs, text: string): Promise<Journey[]> {
		const query = parseQuery(text, { now: OPTIONS.now, zone: "UTC" });
		const asked = {
			query,
			texts: [text.replace(/^\w+:/, "")],
			lang: "en",
			limit: Number.POSITIVE_INFINITY,
		} as const;
		const journeys: Journey[] = [];
		for await (const { journey } of traceGroups(await hostFiles(logs, OPTIONS), asked, 100))
			journeys.push(journey);
		return journeys;
	}
	const filler = (count: number) =>
		Array.from(
			{ length: count },
			(_, n) => `Jan 31 09:00:00 mx postfix/anvil[7]: statistics: ${n} ${"x".repeat(200)}`,
		);
	const arrival = "Jan 31 09:00:00 mx postfix/smtpd[1]: 4jXHYY600rzJjj5: client=web01.example.com[192.0.2.1]";
	const queued =
		"Jan 31 09:00:01 mx postfix/qmgr[3]: 4jXHYY600rzJjj5: from=<a@example.com>, size=433, nrcpt=1 (queue active)";
	const sent =
		"Jan 31 09:00:02 mx postfix/smtp[4]: 4jXHYY600rzJjj5: to=<bob@example.net>, relay=mx1[192.0.2.2]:25, delay=0.3, delays=0.1/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 52BDA21E21F)";

	test("lines of one message megabytes apart", async () => {
		await bothWays(
			[arrival, ...filler(9000), queued, ...filler(9000), sent, ...filler(10)],
			"bob@example.net",
		);
	});

	test("a refusal megabytes before the message that was taken in the same session", async () => {
		const smtpd = "Jan 31 09:00:00 mx postfix/smtpd[1]";
		await bothWays(
			[
				`${smtpd}: connect from web01.example.com[192.0.2.1]`,
				`${smtpd}: NOQUEUE: reject: RCPT from web01.example.com[192.0.2.1]: 550 5.1.1 <no@example.net>: Recipient address rejected: User unknown; from=<a@example.com> to=<no@example.net> proto=ESMTP helo=<web01>`,
				...filler(9000),
				arrival,
				queued,
				`${smtpd}: disconnect from web01.example.com[192.0.2.1] ehlo=1 mail=1 rcpt=1/2 data=1 quit=1 commands=5/6`,
				...filler(9000),
				sent,
				...filler(10),
			],
			"to:bob@example.net",
		);
	});

	test("a line that a page broke, also where the address stands in its second half", async () => {
		for (const at of [40, 70, 100, 150, 190]) {
			const broken = [arrival, queued, sent.slice(0, at), sent.slice(at).trimStart()];
			await bothWays([...broken, ...filler(3)], "to:bob@example.net");
			await bothWays([...filler(9000).slice(0, 4990), ...broken, ...filler(3)], "queue:4jXHYY600rzJjj5");
		}
	});

	test("a line of a journal as JSON, and one whose message is numbers", async () => {
		const entry = (line: string, numbers: boolean) =>
			JSON.stringify({
				__REALTIME_TIMESTAMP: "1769850000000000",
				_HOSTNAME: "mx",
				SYSLOG_IDENTIFIER: line.slice(19, line.indexOf("[")),
				_PID: "1",
				MESSAGE: numbers
					? [...Buffer.from(line.slice(line.indexOf(": ") + 2))]
					: line.slice(line.indexOf(": ") + 2),
			});
		const lines = [arrival, queued, sent];
		await bothWays([...lines.map((line, n) => entry(line, n === 2)), ""], "bob@example.net");
		await bothWays(
			lines.map((line) => entry(line, false)),
			"id:4jXHYY600rzJjj5",
		);
	});

	test("letters of any size, a carriage return, no end of the last line", async () => {
		await bothWays([`${arrival}\r`, `${queued}\r`, sent.replace("bob@", "Bob@")], "BOB@EXAMPLE.net");
	});
});
