/** What every store must do. An implementation's test file calls this with a way to open it, and to open it again. */
import type { QueryKey } from "@mailtrail/core/query";
import type { Batch } from "@mailtrail/core/wire";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readEvent } from "../ingest/read-event.ts";
import { batchesOf, mailTraffic, messageId, queueIdIn, queueIdOut } from "../testing/mail-traffic.ts";
import { figuresContract, type Opened } from "./figures-contract.ts";
import type { FoundHop, HopRequest, LineBatch, Store } from "./store.ts";

export interface StoreUnderTest {
	store: Store;
	/** ends without warning, like `kill -9`, and opens again what was left */
	crash(): Promise<Store>;
	remove(): Promise<void>;
}

const NOW = Date.parse("2026-03-02T12:00:00Z");

export function toLineBatch(host: string, { from, position, lines, gap }: Batch): LineBatch {
	return {
		host,
		from,
		position,
		lines: lines.map(({ offset, event }) => ({ offset, event: readEvent(event) })),
		...(gap && { gap }),
		receivedAt: NOW,
	};
}

/** Every page of a list, in order. */
async function walk(store: Store, request: Omit<HopRequest, "limit">, limit: number): Promise<FoundHop[]> {
	const all: FoundHop[] = [];
	for (;;) {
		const last = all.at(-1);
		const page = await store.findHops({ ...request, limit, ...(last && { before: last.cursor }) });
		all.push(...page);
		if (page.length < limit) return all;
	}
}

async function everyHop(store: Store): Promise<string[]> {
	return (await walk(store, {}, 7)).map(({ hop }) => JSON.stringify(hop)).sort();
}

export function storeContract(open: () => Promise<StoreUnderTest>): void {
	let under: StoreUnderTest;
	let store: Store;
	const { out, in: arrived } = mailTraffic(0, 20);
	const commit = async (host: string, batches: Batch[]) => {
		for (const batch of batches) {
			const result = await store.commit(toLineBatch(host, batch));
			expect(result.outcome).toBe("committed");
		}
	};

	const world: Opened = {
		get store() {
			return store;
		},
		commit,
		crash: async () => {
			store = await under.crash();
		},
	};

	beforeEach(async () => {
		under = await open();
		store = under.store;
	});
	afterEach(() => under.remove());

	describe("lines and positions", () => {
		it("keeps every line once and the position reached", async () => {
			const batches = batchesOf(out, 7);
			await commit("out", batches);
			await commit("out", batches);
			expect((await store.counts()).get("out")).toEqual({ lines: out.length, unparsed: 0 });
			expect(await store.positions("out")).toEqual([batches.at(-1)?.position]);
			expect(await store.positions("in")).toEqual([]);
		});

		it("stores of an overlapping batch the lines that are new", async () => {
			const [whole] = batchesOf(out, 1000);
			const [start] = batchesOf(out.slice(0, 30), 1000);
			if (!whole || !start) throw new Error("no batches");
			await commit("out", [start]);
			const result = await store.commit(toLineBatch("out", whole));
			expect(result).toMatchObject({ outcome: "committed", added: out.length - 30, duplicates: 30 });
		});

		it("stores nothing of a batch that starts behind what is committed", async () => {
			const [first, second, third] = batchesOf(out, 10);
			if (!first || !second || !third) throw new Error("no batches");
			await commit("out", [first]);
			const result = await store.commit(toLineBatch("out", third));
			expect(result).toEqual({ outcome: "position-jumped", committed: first.position.offset });
			expect((await store.counts()).get("out")?.lines).toBe(10);
			await commit("out", [second, third]);
		});

		it("records a declared gap and goes on after it", async () => {
			const [first, , third] = batchesOf(out, 10);
			if (!first || !third) throw new Error("no batches");
			await commit("out", [first]);
			await commit("out", [{ ...third, gap: { bytes: 123, reason: "unreadable", from: 1000, until: 2000 } }]);
			expect(await store.gaps("out")).toEqual([
				{ at: NOW, source: third.position.source, bytes: 123, reason: "unreadable", from: 1000, until: 2000 },
			]);
			expect((await store.positions("out"))[0]?.offset).toBe(third.position.offset);
		});

		it("keeps generations of one source and hosts apart", async () => {
			await commit("out", batchesOf(out.slice(0, 5), 10, "/m", "g1"));
			await commit("out", batchesOf(out.slice(5, 10), 10, "/m", "g2"));
			await commit("in", batchesOf(arrived.slice(0, 5), 10, "/m", "g1"));
			expect((await store.positions("out")).map((each) => each.generation).sort()).toEqual(["g1", "g2"]);
			const [line] = await store.lines(["in:/m:g1:0"]);
			expect(line).toMatchObject({ host: "in", source: "/m", offset: 0, raw: arrived[0] });
			expect(await store.lines(["in:/m:g2:0", "in:/m:g1:1", "nonsense", "a:b:c:d"])).toEqual([]);
		});

		it("has lost and doubled nothing after a crash", async () => {
			const batches = batchesOf(out, 9);
			for (const [i, batch] of batches.entries()) {
				await store.commit(toLineBatch("out", batch));
				if (i % 3 === 0) store = await under.crash();
			}
			expect((await store.counts()).get("out")?.lines).toBe(out.length);
			expect((await store.positions("out"))[0]).toEqual(batches.at(-1)?.position);
			expect(await everyHop(store)).toHaveLength(20);
		});
	});

	describe("hops", () => {
		it("are the same in whatever order and pieces the lines came", async () => {
			// Every queue's lines are spread over three files of its host, which arrive in any order to each other.
			const sources = (["out", "in"] as const).flatMap((host) =>
				[0, 1, 2].map((part) => ({
					host,
					name: `/log.${part}`,
					lines: (host === "out" ? out : arrived).slice(0, 30).filter((_, i) => i % 3 === part),
				})),
			);
			const deliver = async (pieces: number[], turns: number[]): Promise<string[]> => {
				const fresh = await open();
				store = fresh.store;
				const waiting = sources.map(({ host, name, lines }, i) => ({
					host,
					batches: batchesOf(lines, pieces[i] ?? 100, name),
				}));
				for (let turn = 0; waiting.length > 0; turn++) {
					const at = (turns[turn % turns.length] ?? 0) % waiting.length;
					const source = waiting[at];
					const batch = source?.batches.shift();
					if (source && batch) await commit(source.host, [batch]);
					if (source?.batches.length === 0) waiting.splice(at, 1);
				}
				const hops = await everyHop(store);
				await fresh.remove();
				return hops;
			};
			const expected = await deliver([], [0]);
			expect(expected).toHaveLength(12);
			const pieces = fc.array(fc.integer({ min: 1, max: 11 }), { minLength: 6, maxLength: 6 });
			const turns = fc.array(fc.nat(5), { minLength: 1, maxLength: 40 });
			await fc.assert(
				fc.asyncProperty(pieces, turns, async (size, order) => {
					expect(await deliver(size, order)).toEqual(expected);
				}),
				{ numRuns: 12 },
			);
		});

		it("join lines of two sources, the later half first", async () => {
			const late = out.slice(0, 5);
			await commit("out", batchesOf(late.slice(3), 10, "/b", "g"));
			const first = await store.commit(
				toLineBatch("out", batchesOf(late.slice(0, 3), 10, "/a", "g")[0] as Batch),
			);
			const hops = await store.hopsOfQueue(`out/${queueIdOut(0)}`);
			expect(hops).toHaveLength(1);
			expect(hops[0]?.refs).toHaveLength(5);
			expect(hops[0]).toMatchObject({ messageId: messageId(0), sender: "s0@example.org" });
			expect(first).toMatchObject({ outcome: "committed", changed: hops });
		});

		it("are found by their own and their link keys", async () => {
			await commit("out", batchesOf(out, 1000));
			await commit("in", batchesOf(arrived, 1000));
			const byQueue = await store.hopsWithKeys([`q:${queueIdIn(3)}`], NOW, 10);
			expect(byQueue.map((hop) => hop.host).sort()).toEqual(["in", "out"]);
			const byMessage = await store.hopsWithKeys([`m:${messageId(4)}`], NOW, 10);
			expect(byMessage.map((hop) => hop.queueId).sort()).toEqual([queueIdOut(4), queueIdIn(4)].sort());
			expect(await store.hopsWithKeys(["q:NOSUCH"], NOW, 10)).toEqual([]);
		});

		it("are listed newest first, page by page, without repetition", async () => {
			await commit("in", batchesOf(arrived, 1000));
			await commit("out", batchesOf(out, 1000));
			const times = (await walk(store, {}, 7)).map(({ hop }) => hop.firstAt);
			expect(times).toHaveLength(40);
			expect(times).toEqual([...times].sort((a, b) => b - a));
		});

		it("are found by address, domain, id and host", async () => {
			await commit("out", batchesOf(out, 1000));
			await commit("in", batchesOf(arrived, 1000));
			const find = async (field: QueryKey["field"], value: string) =>
				(await walk(store, { anyOf: [{ field, value }] }, 3)).length;
			expect(await find("sender", "s3@example.org")).toBe(2);
			expect(await find("recipient", "u3@d3.example.net")).toBe(2);
			expect(await find("messageId", messageId(5))).toBe(2);
			expect(await find("queueId", queueIdIn(5))).toBe(1);
			expect(await find("host", "in")).toBe(20);
			expect(await find("domain", "d7.example.net")).toBe(2);
			expect(await find("domain", "example.net")).toBe(40);
			expect(await find("relay", "mail.example.net")).toBe(20);
			expect(await find("outcome", "delivered")).toBe(20);
			expect(await find("outcome", "sent")).toBe(40);
			expect(await find("sender", "nobody@example.org")).toBe(0);
			const either = [
				{ field: "sender", value: "s3@example.org" },
				{ field: "recipient", value: "u4@d4.example.net" },
			] as const;
			expect(await walk(store, { anyOf: [...either] }, 3)).toHaveLength(4);
			expect(await store.estimate([either[0]], 100)).toBe(2);
			expect(await store.estimate([{ field: "host", value: "in" }], 5)).toBe(5);
		});

		it("that ended before a time are left out", async () => {
			await commit("out", batchesOf(out, 1000));
			const hops = await walk(store, {}, 50);
			const middle = hops[9]?.hop.lastAt ?? 0;
			expect(await walk(store, { endsAfter: middle }, 3)).toHaveLength(10);
		});
	});

	figuresContract(world);

	describe("what is stored by name", () => {
		it("completes a word that was begun", async () => {
			await commit("out", batchesOf(out, 1000));
			expect(await store.complete("domain", "d1", 3)).toEqual([
				"d1.example.net",
				"d10.example.net",
				"d11.example.net",
			]);
			expect(await store.complete("sender", "s19@", 3)).toEqual(["s19@example.org"]);
			expect(await store.complete("sender", "z", 3)).toEqual([]);
		});

		it("gives a host's lines newest first, page by page", async () => {
			await commit("out", batchesOf(out, 9));
			const page = { host: "out", limit: 30, deadline: Number.POSITIVE_INFINITY };
			const first = await store.hostLines(page);
			const raws = first.lines.map(({ raw }) => raw);
			for (let { before } = first; before !== undefined; ) {
				const next = await store.hostLines({ ...page, before });
				raws.push(...next.lines.map(({ raw }) => raw));
				before = next.before;
			}
			expect(raws).toEqual([...out].sort().reverse());
			const found = await store.hostLines({ ...page, contains: queueIdOut(7) });
			expect(found.lines).toHaveLength(5);
			expect((await store.hostLines({ ...page, kind: "delivery" })).lines).toHaveLength(20);
			expect((await store.hostLines({ ...page, host: "in" })).lines).toEqual([]);
		});
	});

	describe("accounts", () => {
		it("gives a one-time secret to one caller only", async () => {
			await store.addSecret({ kind: "enrol", hash: "h1", createdAt: NOW, expiresAt: NOW + 10, host: "mx" });
			expect(await store.findSecret("sign-in", "h1", NOW)).toBeUndefined();
			expect(await store.takeSecret("enrol", "h1", NOW + 11)).toBeUndefined();
			expect(await store.takeSecret("enrol", "h1", NOW)).toMatchObject({ host: "mx" });
			expect(await store.takeSecret("enrol", "h1", NOW)).toBeUndefined();
			expect(await store.findSecret("enrol", "h1", NOW)).toBeUndefined();
		});

		it("revokes the earlier agent of a host", async () => {
			await store.enrolAgent({ agent: "a1", host: "mx", publicKey: "k1", enrolledAt: 1 });
			await store.enrolAgent({ agent: "a2", host: "mx", publicKey: "k2", enrolledAt: 2 });
			await store.seenAgent("a2", "1.0", 3);
			expect(await store.agents()).toEqual([
				{ agent: "a2", host: "mx", publicKey: "k2", enrolledAt: 2, version: "1.0", lastSeenAt: 3 },
			]);
			expect(await store.findAgent("a1")).toMatchObject({ revokedAt: 2 });
			await store.revokeAgent("a2", 5);
			await store.revokeAgent("a2", 6);
			expect(await store.agents()).toEqual([]);
			expect(await store.findAgent("a2")).toMatchObject({ revokedAt: 5 });
		});
	});
}
