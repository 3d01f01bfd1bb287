import type { JourneyRow, SearchAnswer } from "@mailtrail/core/wire";
import { expect, test } from "vitest";
import { ApiError } from "../../lib/api.ts";
import { Find } from "./find.svelte.ts";

const row = (id: string): JourneyRow => ({
	id,
	kind: "message",
	at: "2026-12-05T18:38:12+09:00",
	updatedAt: "2026-12-05T18:38:12+09:00",
	recipients: [],
	recipientCount: 0,
	outcomes: {},
	outcome: "delivered",
	stops: [],
	attempts: 1,
});

function answer(ids: string[], cursor?: string): SearchAnswer {
	return {
		rows: ids.map(row),
		...(cursor === undefined ? {} : { cursor }),
		total: ids.length,
		totalExact: true,
		took: 3,
		terms: [],
		problems: [],
		coverage: { hosts: 1, connected: 1, imported: 0, notices: [] },
	};
}

const idsOf = (find: Find) => Array.from({ length: find.count }, (_, index) => find.row(index)?.id);
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

test("pages are joined without doubles, and the last has no more", async () => {
	const asked: (string | undefined)[] = [];
	const find = new Find({
		search: async ({ cursor }) => {
			asked.push(cursor);
			return cursor === undefined ? answer(["a", "b"], "next") : answer(["b", "c"]);
		},
	});
	find.show("x", "en", false);
	await settled();
	expect(find.more).toBe(true);
	await find.loadMore();
	expect(idsOf(find)).toEqual(["a", "b", "c"]);
	expect(find.more).toBe(false);
	expect(asked).toEqual([undefined, "next"]);
});

test("a hub that stopped before it found any is asked on, and nothing is called nothing until the end", async () => {
	const BACK = "2026-12-04T00:00:00.000Z";
	const told: (string | undefined)[] = [];
	const asked: (string | undefined)[] = [];
	const find = new Find({
		search: async ({ cursor }) => {
			asked.push(cursor);
			told.push(find.lookedBackTo);
			if (cursor === undefined) return { ...answer([], "a"), totalExact: false, lookedBackTo: BACK };
			return cursor === "a"
				? { ...answer([], "b"), totalExact: false, lookedBackTo: BACK }
				: answer(["x", "y"]);
		},
	});
	find.show("x", "en", false);
	for (let turn = 0; turn < 5; turn++) await settled();
	expect([...told, find.lookedBackTo]).toEqual([undefined, BACK, BACK, undefined]);
	expect(asked).toEqual([undefined, "a", "b"]);
	expect([idsOf(find), find.answer?.total, find.more]).toEqual([["x", "y"], 2, false]);
});

test("a late answer to an old question is dropped; coming back keeps what stands", async () => {
	const pending = new Map<string, (a: SearchAnswer) => void>();
	let asked = 0;
	const find = new Find({
		search: ({ q }) => {
			asked++;
			return new Promise((resolve) => pending.set(q, resolve));
		},
	});
	find.show("old", "en", false);
	find.show("new", "en", false);
	pending.get("new")?.(answer(["n"]));
	await settled();
	pending.get("old")?.(answer(["o"]));
	await settled();
	expect(idsOf(find)).toEqual(["n"]);
	find.show("new", "en", true);
	expect(asked).toBe(2);
	expect(find.href).toBe("/?q=new");
});

test("an error stands until an answer comes", async () => {
	let away = true;
	const find = new Find({
		search: async () => {
			if (away) throw new ApiError("away", "hub-away", "");
			return answer(["a"]);
		},
	});
	find.show("", "en", false);
	await settled();
	expect(find.error?.kind).toBe("away");
	away = false;
	find.reload();
	await settled();
	expect(find.error).toBeUndefined();
	expect(find.count).toBe(1);
});

/** A hub with so many messages, a second apart, and a count of what it was asked. */
function longAnswer(total: number) {
	const asked: string[] = [];
	const search = async ({ cursor = "0", limit = 50 }: { cursor?: string; limit?: number }) => {
		asked.push(cursor);
		const from = Number(cursor);
		const ids = Array.from({ length: Math.min(limit, total - from) }, (_, i) => `m${from + i}`);
		return answer(ids, from + limit < total ? String(from + limit) : undefined);
	};
	return { asked, search };
}

test("pages are fetched ahead of the reader; those far behind are let go and fetched again when he comes back", async () => {
	const { asked, search } = longAnswer(100_000);
	const find = new Find({ search });
	find.show("", "en", false);
	await settled();
	expect(find.count).toBe(50);
	find.near(0, 40);
	await settled();
	expect(find.count).toBe(250);
	for (let first = 100; first <= 6_000; first += 100) {
		find.near(first, first + 40);
		await settled();
		expect(find.row(first + 40)?.id).toBe(`m${first + 40}`);
		expect(find.count).toBeGreaterThan(first + 500);
	}
	expect(find.row(0)?.id).toBe("m0");
	expect(find.row(300)).toBeUndefined();
	const times = asked.length;
	find.near(300, 340);
	await settled();
	expect(find.row(300)?.id).toBe("m300");
	expect(find.row(6_000)).toBeUndefined();
	expect(asked.length - times).toBeLessThan(4);
});

test("a failed page says so, and is not asked for again until the reader wants it", async () => {
	const { search } = longAnswer(1000);
	let away = false;
	let asked = 0;
	const find = new Find({
		search: async (question) => {
			asked++;
			if (away) throw new ApiError("away", "hub-away", "");
			return await search(question);
		},
	});
	find.show("", "en", false);
	await settled();
	away = true;
	find.near(0, 40);
	find.near(4, 44);
	await settled();
	expect(find.error?.kind).toBe("away");
	expect(find.count).toBe(50);
	find.near(8, 48);
	await settled();
	expect(asked).toBe(2);
	away = false;
	await find.loadMore();
	expect(find.error).toBeUndefined();
	expect(find.count).toBe(250);
});
