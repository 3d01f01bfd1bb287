import type { JourneyRow, LiveMessage } from "@mailtrail/core/wire";
import { describe, expect, test } from "vitest";
import { applyMessages, EMPTY_LIST, keepRows, type LiveListState, takeNewer } from "./live-list.ts";

const running = { paused: false, cap: 4 };
const paused = { paused: true, cap: 4 };

function row(id: string, outcome: JourneyRow["outcome"] = "unknown"): JourneyRow {
	return {
		id,
		kind: "message",
		at: "2026-12-05T18:38:12+09:00",
		updatedAt: "2026-12-05T18:38:12+09:00",
		recipients: [],
		recipientCount: 0,
		outcomes: {},
		outcome,
		stops: [],
		attempts: 0,
	};
}
const change = (
	seq: number,
	id: string,
	outcome?: JourneyRow["outcome"],
	replaces: string[] = [],
): LiveMessage => ({
	type: "change",
	seq,
	row: row(id, outcome),
	replaces,
});
const keys = (state: LiveListState) => state.entries.map((e) => e.key);
const outcomeOf = (state: LiveListState, key: string) => {
	const entry = state.entries.find((e) => e.key === key);
	return entry?.kind === "message" ? entry.row.outcome : undefined;
};

describe("the live list", () => {
	test("puts new rows on top and changes known ones in place", () => {
		const state = applyMessages(
			EMPTY_LIST,
			[change(1, "a"), change(2, "b"), change(3, "a", "delivered")],
			running,
		);
		expect(keys(state)).toEqual(["b", "a"]);
		expect(outcomeOf(state, "a")).toBe("delivered");
	});

	test("an older change never overwrites a newer one", () => {
		const state = applyMessages(
			EMPTY_LIST,
			[change(5, "a", "delivered"), change(4, "a", "delayed")],
			running,
		);
		expect(outcomeOf(state, "a")).toBe("delivered");
	});

	test("rows that turned out to be one journey become one row, where the first stood", () => {
		const before = applyMessages(EMPTY_LIST, [change(1, "a"), change(2, "b"), change(3, "c")], running);
		const state = applyMessages(before, [change(4, "a", "relayed", ["b", "c"])], running);
		expect(keys(state)).toEqual(["a"]);
		const other = applyMessages(before, [change(4, "z", "relayed", ["b"])], running);
		expect(keys(other)).toEqual(["c", "z", "a"]);
	});

	test("keeps the cap and says so", () => {
		const state = applyMessages(
			EMPTY_LIST,
			[1, 2, 3, 4, 5].map((n) => change(n, `m${n}`)),
			running,
		);
		expect(keys(state)).toEqual(["m5", "m4", "m3", "m2"]);
		expect(state.capped).toBe(true);
	});

	test("a pause gathers new rows, still updates shown ones, and lets them in at the end", () => {
		const before = applyMessages(EMPTY_LIST, [change(1, "a")], running);
		const during = applyMessages(
			before,
			[change(2, "b"), change(3, "a", "delivered"), change(4, "b", "failed")],
			paused,
		);
		expect(keys(during)).toEqual(["a"]);
		expect(outcomeOf(during, "a")).toBe("delivered");
		expect(during.newer).toHaveLength(1);
		const after = takeNewer(during, 4);
		expect(keys(after)).toEqual(["b", "a"]);
		expect(outcomeOf(after, "b")).toBe("failed");
		expect(after.newer).toEqual([]);
	});

	test("a gap is a row; a resumed subscription keeps the list, a fresh one replaces it", () => {
		const gap: LiveMessage = { type: "gap", from: 2, to: 9 };
		const state = applyMessages(EMPTY_LIST, [change(1, "a"), gap], running);
		expect(state.entries[0]).toMatchObject({ kind: "gap", from: 2, to: 9 });
		const hello = { type: "subscribed", epoch: "e", seq: 9, problems: [], rows: [row("z")] } as const;
		expect(applyMessages(state, [{ ...hello, problems: [], rows: [], resumed: true }], running)).toBe(state);
		const fresh = applyMessages(
			state,
			[{ ...hello, problems: [], rows: [row("z")], resumed: false }],
			running,
		);
		expect(keys(fresh)).toEqual(["z"]);
	});
});

test("a burst ends as if each change had come alone, early updates of standing rows too", () => {
	const start = applyMessages(EMPTY_LIST, [change(1, "a"), change(2, "b")], running);
	const burst = [
		change(3, "a", "failed"),
		...Array.from({ length: 50 }, (_, i) => change(4 + i, "b", "delayed")),
		change(60, "c"),
		change(59, "c", "failed"),
	];
	const alone = burst.reduce((state, message) => applyMessages(state, [message], running), start);
	const together = applyMessages(start, burst, running);
	expect(together).toEqual(alone);
	expect([keys(together), outcomeOf(together, "a"), outcomeOf(together, "c")]).toEqual([
		["c", "b", "a"],
		"failed",
		"unknown",
	]);
});

test("rows that cannot match go at once, gaps stay", () => {
	const list = applyMessages(
		EMPTY_LIST,
		[change(1, "a"), { type: "gap", from: 2, to: 4 }, change(5, "b")],
		running,
	);
	expect(keys(keepRows(list, (kept) => kept.id === "b"))).toEqual(["b", "gap-2-4"]);
});
