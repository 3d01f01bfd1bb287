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
		coverage: { hosts: 1, connected: 1, notices: [] },
	};
}

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
	expect(find.rows.map((r) => r.id)).toEqual(["a", "b", "c"]);
	expect(find.more).toBe(false);
	expect(asked).toEqual([undefined, "next"]);
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
	expect(find.rows.map((r) => r.id)).toEqual(["n"]);
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
	expect(find.rows).toHaveLength(1);
});
