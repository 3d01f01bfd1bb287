/**
 * Searches against a plain reading of everything: whatever terms stand together, with whatever times, over slices that are packed, closed
 * or still written, the pages together are the messages that answer, each once, and the total is how many they are.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diagnoseJourney } from "@mailtrail/core/diagnose";
import { matchesJourney, parseQuery, type Query, type QueryKey } from "@mailtrail/core/query";
import { type Journey, joinHops } from "@mailtrail/core/trace";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toLineBatch } from "../store/contract-tests.ts";
import { openSqliteStore, type SqliteStore } from "../store/sqlite/sqlite-store.ts";
import { batchesOf, mailTraffic } from "../testing/mail-traffic.ts";
import { findJourneys } from "./find-journeys.ts";

const START = Date.parse("2026-05-04T06:00:00Z");
const MESSAGES = 120;
const APART_MS = 47_000;
const LATER_MS = 26 * 60_000;
const REPLIES = [
	"550 5.1.1 <x@y>: Recipient address rejected: User unknown",
	"554 5.7.1 Service unavailable; blocked using zen.example.org",
	"552 5.2.2 Mailbox full",
];

/** Mail that is kept by the second host, put off and sent later, failed or still waiting; a third goes to a stranger. */
function lines(): Record<"mx" | "box", string[]> {
	const all: { host: "mx" | "box"; at: number; text: string }[] = [];
	for (let n = 0; n < MESSAGES; n++) {
		const begun = START + n * APART_MS;
		const id = (prefix: string) => `${prefix}${(n + 0x10_0000).toString(16).toUpperCase()}`;
		const say = (host: "mx" | "box", ms: number, program: string, queue: string, text: string) =>
			all.push({ host, at: begun + ms, text: `${host} postfix/${program}: ${queue}: ${text}` });
		const [out, box] = [id("A"), id("B")];
		const sender = `s${n % 7}@${n % 3 === 0 ? "Shop.Example.org" : "web.example.org"}`;
		const to = `to=<u${n % 17}@d${n % 5}.example.net>`;
		const ip = `192.0.2.${(n * 11) % 250}`;
		say("mx", 0, "smtpd[9]", out, `client=c${n % 4}.example.com[${ip}]`);
		say("mx", 1, "cleanup[9]", out, `message-id=<m${n}@web.example.org>`);
		say("mx", 2, "qmgr[2]", out, `from=<${sender}>, size=${1_000 + n * 37}, nrcpt=1 (queue active)`);
		const tried = (ms: number, relay: string, dsn: string, status: string, reply: string) => {
			const delay = (ms / 1_000).toFixed(1);
			const times = `delay=${delay}, delays=0.1/0/0.1/${delay}`;
			say(
				"mx",
				ms,
				"smtp[9]",
				out,
				`${to}, relay=${relay}, ${times}, dsn=${dsn}, status=${status} (${reply})`,
			);
		};
		const strange = "mail.other.example[198.51.100.7]:25";
		const ours = "box.example.org[192.0.2.251]:25";
		const done = n % 6 === 1 ? LATER_MS : 400;
		if (n % 6 === 1 || n % 6 === 2)
			tried(300, strange, "4.7.1", "deferred", `host ${strange} said: 450 4.7.1 Greylisted, try again later`);
		if (n % 6 === 2) continue;
		if (n % 6 === 3) {
			const reply = REPLIES[n % 3] ?? "";
			tried(done, strange, reply.slice(4, 9), "bounced", `host ${strange} said: ${reply}`);
		} else if (n % 6 === 4) tried(done, strange, "2.0.0", "sent", `250 2.0.0 Ok: queued as F${n}`);
		else {
			tried(done, ours, "2.0.0", "sent", `250 2.0.0 Ok: queued as ${box}`);
			say("box", done - 90, "smtpd[9]", box, "client=mx.example.org[192.0.2.250]");
			say("box", done - 80, "cleanup[9]", box, `message-id=<m${n}@web.example.org>`);
			say("box", done - 70, "qmgr[2]", box, `from=<${sender}>, size=1200, nrcpt=1 (queue active)`);
			const kept =
				"relay=local, delay=0.3, delays=0.1/0/0/0.2, dsn=2.0.0, status=sent (delivered to maildir)";
			say("box", done + 20, "local[9]", box, `${to}, ${kept}`);
			say("box", done + 21, "qmgr[2]", box, "removed");
		}
		say("mx", done + 1, "qmgr[2]", out, "removed");
	}
	all.sort((a, b) => a.at - b.at);
	const of = (host: "mx" | "box") =>
		all
			.filter((each) => each.host === host)
			.map(({ at, text }) => `${new Date(at).toISOString().replace("Z", "000+00:00")} ${text}`);
	return { mx: of("mx"), box: of("box") };
}

const dir = mkdtempSync(join(tmpdir(), "mailtrail-find-"));
let store: SqliteStore;
let everything: Journey[];

beforeAll(async () => {
	const logs = lines();
	const plain = openSqliteStore(join(dir, "plain"));
	store = openSqliteStore(join(dir, "sliced"), { linesPerSlice: 150 });
	const batches = (["mx", "box"] as const).map((host) =>
		batchesOf(logs[host], 20).map((batch) => toLineBatch(host, batch)),
	);
	const half = (batches[0]?.length ?? 0) / 2;
	for (let at = 0; at < Math.max(...batches.map(({ length }) => length)); at++) {
		// the older ones are packed, what comes then is not
		if (at === Math.floor(half)) await store.settled();
		for (const own of batches) {
			const batch = own[at];
			if (!batch) continue;
			await plain.commit(batch);
			await store.commit(batch);
		}
	}
	const hops = (await plain.findHops({ limit: 10_000 })).map(({ hop }) => hop);
	everything = joinHops(hops).map((journey) => diagnoseJourney(journey, "en"));
	await plain.close();
	expect(everything).toHaveLength(MESSAGES);
});
afterAll(async () => {
	await store.close();
	rmSync(dir, { recursive: true });
});

const now = START + 86_400_000;
const queryOf = (text: string) => parseQuery(text, { now, zone: "UTC", lang: "en" });

/** All pages, and what the first one said of the total. */
async function pagesOf(query: Query, limit: number, between = async () => {}) {
	const ids: string[] = [];
	let first: { total: number; totalExact: boolean } | undefined;
	let last: { total: number; totalExact: boolean };
	for (let cursor: Awaited<ReturnType<typeof findJourneys>>["cursor"]; ; ) {
		const page = await findJourneys(store, { query, lang: "en", limit, ...(cursor && { cursor }) });
		for (const { id } of page.journeys) ids.push(id);
		first ??= page;
		last = page;
		cursor = page.cursor;
		if (!cursor) return { ids, first, last };
		await between();
	}
}

const term = fc.oneof(
	fc.nat(16).map((n) => `to:u${n}*`),
	fc.nat(4).map((n) => `to:*@d${n}.example.net`),
	fc.nat(4).map((n) => `to:@d${n}.example.net`),
	fc.nat(6).map((n) => `from:s${n}@shop.example.org`),
	fc.constantFrom("from:@web.example.org", "from:*shop*", "domain:example.net", "host:box", "host:mx"),
	fc.tuple(fc.nat(255), fc.integer({ min: 24, max: 30 })).map(([host, bits]) => `ip:192.0.2.${host}/${bits}`),
	fc.constantFrom("ip:198.51.100.7", "ip:198.51.0.0/16", "name:*.example.com", "name:c2.example.com"),
	fc.constantFrom("status:failed", "status:delivered", "status:relayed", "status:delayed", "status:deferred"),
	fc.constantFrom("delay:>5m", "delay:<2s", "delay:10m..1h", "size:>3k", "size:1k..2k", "dsn:5.2", "dsn:4"),
	fc.constantFrom(
		'text:"mailbox full"',
		"text:greylisted",
		"text:zen.example",
		"text:nowhere",
		'text:"Queued as"',
	),
	fc.constantFrom(
		"cause:mailbox-full",
		"cause:*unknown*",
		"cause:dnsbl-listed",
		"queue:A100005",
		"id:m7@web.example.org",
	),
);
const negated = fc.tuple(fc.boolean(), term).map(([not, text]) => (not ? `-${text}` : text));
const moment = fc
	.integer({ min: -600, max: (MESSAGES * APART_MS) / 1_000 + 600 })
	.map((s) => new Date(START + s * 1_000).toISOString());
const times = fc.oneof(
	fc.constant(""),
	moment.map((at) => ` since:${at}`),
	moment.map((at) => ` until:${at}`),
	fc
		.tuple(moment, moment)
		.map((both) => both.sort())
		.map(([since, until]) => ` since:${since} until:${until}`),
);
const question = fc
	.tuple(fc.array(negated, { maxLength: 3 }), times)
	.map(([terms, span]) => `${terms.join(" ")}${span}`.trim());

describe("a search", () => {
	it("finds what a plain reading finds, page by page, and counts it", async () => {
		await fc.assert(
			fc.asyncProperty(question, fc.integer({ min: 1, max: 40 }), async (text, limit) => {
				const query = queryOf(text);
				expect(query.problems).toEqual([]);
				const answering = everything.filter((journey) => matchesJourney(query, journey));
				const { ids, first, last } = await pagesOf(query, limit);
				expect([...ids].sort()).toEqual(answering.map(({ id }) => id).sort());
				expect(last).toMatchObject({ total: ids.length, totalExact: true });
				expect(first).toMatchObject({ total: ids.length, totalExact: true });
			}),
			{ numRuns: Number(process.env.SEARCH_RUNS ?? 40) },
		);
	}, 300_000);

	it("looks among the fewer, where each of its terms is of many", async () => {
		const sizes: Partial<Record<QueryKey["field"], number>> = { domain: 2_000_000, outcome: 30_000 };
		const asked: string[] = [];
		const large: SqliteStore = {
			...store,
			estimate: async ([key], cap) => Math.min(cap, (key && sizes[key.field]) ?? 0),
			findHops: async (request) => {
				asked.push(...(request.anyOf ?? []).map(({ field }) => field));
				return store.findHops(request);
			},
		};
		const query = queryOf("from:@shop.example.org status:failed");
		const { journeys } = await findJourneys(large, { query, lang: "en", limit: 5 });
		expect(journeys).toHaveLength(5);
		expect(asked).toContain("outcome");
		expect(asked).not.toContain("domain");
	});

	it("goes on where it was while mail comes in: nothing that was there is told twice or left out", async () => {
		const { out } = mailTraffic(9_000_000, 60);
		const news = batchesOf(out, 10, "/var/log/new.log").map((batch) => toLineBatch("mx", batch));
		const query = queryOf("to:*example.net -cause:mailbox-full");
		const expected = everything.filter((journey) => matchesJourney(query, journey)).map(({ id }) => id);
		const { ids } = await pagesOf(query, 7, async () => {
			const batch = news.shift();
			if (batch) await store.commit(batch);
		});
		expect(new Set(ids).size).toBe(ids.length);
		expect(ids.filter((id) => expected.includes(id)).sort()).toEqual(expected.sort());
	}, 60_000);
});
