/** What every store must count: tries and sums, whatever comes twice, late or in another order. Part of `contract-tests.ts`. */
import type { Batch } from "@mailtrail/core/wire";
import { describe, expect, it } from "vitest";
import { batchesOf, mailTraffic } from "../testing/mail-traffic.ts";
import type { Store } from "./store.ts";

/** The store that a test has just opened. */
export interface Opened {
	readonly store: Store;
	commit(host: string, batches: Batch[]): Promise<void>;
	/** ends without warning, and is open again */
	crash(): Promise<void>;
}

export function figuresContract(world: Opened): void {
	const { out, in: arrived } = mailTraffic(0, 20);

	describe("outward tries", () => {
		const at = (second: number) => `2026-03-02T08:00:${String(second).padStart(2, "0")}.000000+00:00 mx`;
		const tried = (second: number, id: string, to: string, words: string) =>
			`${at(second)} postfix/smtp[9]: ${id}: to=<${to}>, ${words}`;
		const refused =
			"relay=mx.example.net[192.0.2.9]:25, delay=1, delays=0/0/1/0, dsn=5.7.1, status=bounced (host mx.example.net[192.0.2.9] said: 554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org (in reply to RCPT TO command))";
		const accepted =
			"relay=mx.example.net[192.0.2.9]:25, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4WXYZ12345)";
		const local = "relay=local, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (delivered to mailbox)";

		it("are counted by message, whatever is told twice", async () => {
			const batches = batchesOf(
				[
					tried(1, "A100000001", "a@example.net", refused),
					tried(2, "A100000001", "b@example.net", refused),
					tried(3, "A100000002", "c@Example.NET", refused),
					tried(4, "A100000003", "d@example.net", accepted),
					tried(5, "A100000004", "e@example.net", local),
					tried(6, "A100000005", "f@example.org", accepted),
				],
				10,
			);
			await world.commit("out", batches);
			await world.commit("out", batches);
			const groups = await world.store.triesTo("example.net", 0);
			expect(groups.sort((a, b) => b.messages - a.messages)).toEqual([
				{
					destination: "example.net",
					host: "out",
					relay: "mx.example.net",
					result: "failed",
					cause: "dnsbl-listed",
					messages: 2,
					firstAt: Date.parse("2026-03-02T08:00:01Z"),
					lastAt: Date.parse("2026-03-02T08:00:03Z"),
					next: "",
				},
				expect.objectContaining({ result: "accepted", cause: "", messages: 1, next: "4WXYZ12345" }),
			]);
			expect(await world.store.triesTo("example.net", Date.parse("2026-03-02T09:00:00Z"))).toEqual([]);
			const from = await world.store.triesFrom("out", 0, 100);
			expect(from.map(({ destination }) => destination).sort()).toEqual([
				"example.net",
				"example.net",
				"example.org",
			]);
			expect((await world.store.triesFrom("out", 0, 1)).map(({ destination }) => destination)).toEqual([
				"example.org",
			]);
		});
	});

	describe("sums", () => {
		const span = { since: Date.parse("2026-03-02T00:00:00Z"), until: Date.parse("2026-03-03T00:00:00Z") };
		const outcomes = async () => {
			await world.store.settled();
			const rows = await world.store.sums({ ...span, kind: "arrivals", by: ["outcome"] });
			return Object.fromEntries(rows.map((row) => [row.outcome, [row.messages, row.recipients]]));
		};

		it("count a message on two hosts once, whichever host tells first", async () => {
			await world.commit("out", batchesOf(out, 7));
			expect(await outcomes()).toEqual({ relayed: [20, 20] });
			await world.commit("in", batchesOf(arrived, 7));
			// the submission is counted where it came in, the recipient where it ended
			expect(await outcomes()).toEqual({ "": [20, 0], delivered: [0, 20] });
			const ways = await world.store.ways({ ...span, domain: "d3.example.net" });
			expect(ways.map(({ host, to, accepted }) => [host, to, accepted])).toEqual([["out", "in", 1]]);
		});

		it("are the same after a repetition, a crash and in any order of the hosts", async () => {
			await world.commit("in", batchesOf(arrived, 3));
			await world.commit("out", batchesOf(out, 11));
			await world.crash();
			await world.commit("out", batchesOf(out, 5));
			expect(await outcomes()).toEqual({ "": [20, 0], delivered: [0, 20] });
		});

		it("tell a destination's tries, and where the time went", async () => {
			await world.commit("out", batchesOf(out, 7));
			const [way, ...others] = await world.store.ways({ ...span, domain: "d3.example.net" });
			expect(others).toEqual([]);
			expect(way).toMatchObject({
				host: "out",
				inner: false,
				accepted: 1,
				delayed: 0,
				recipients: 1,
				seconds: 0.3,
			});
			const details = await world.store.wayDetails({ ...span, domains: ["d3.example.net"] });
			expect(details.map(({ host, inner }) => [host, inner])).toEqual([["out", false]]);
			const delays = (await world.store.wayHours(span)).map(({ detail }) => detail["t:19"] ?? 0);
			expect(delays.reduce((sum, n) => sum + n, 0)).toBe(out.length / 5);
			expect(details[0]?.detail).toMatchObject({ "r:mail.example.net": 1, "s:0:accepted": 1 });
		});

		it("by name, by host and by step", async () => {
			await world.commit("out", batchesOf(out, 7));
			const users = await world.store.sums({ ...span, kind: "sender", by: ["name"] });
			expect(users).toHaveLength(20);
			const minutes = await world.store.sums({ ...span, kind: "arrivals", by: ["bucket"], step: 60_000 });
			expect(minutes.map(({ bucket }) => bucket)).toEqual([Date.parse("2026-03-02T08:00:00Z")]);
			expect(await world.store.sums({ ...span, kind: "arrivals", by: [], host: "in" })).toEqual([]);
			expect(await world.store.sums({ ...span, until: span.since + 1, kind: "arrivals", by: [] })).toEqual(
				[],
			);
		});
	});
}
