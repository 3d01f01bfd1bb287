import { expect, test } from "vitest";
import { HostLines } from "./host-lines.svelte.ts";

const line = (n: number) => ({
	ref: `edge:log:${n}`,
	host: "edge",
	source: "log",
	offset: n,
	raw: `line ${n}`,
	kind: "other",
});

test("older and newer lines join without doubles", async () => {
	let newest = 10;
	const view = new HostLines(async (_host, { cursor }) => ({
		lines: cursor === undefined ? [line(newest), line(newest - 1), line(newest - 2)] : [line(8), line(7)],
		...(cursor === undefined ? { cursor: "older" } : {}),
		took: 1,
	}));
	await view.load();
	await view.loadMore();
	expect(view.lines.map((l) => l.offset)).toEqual([10, 9, 8, 7]);
	expect(view.more).toBe(false);
	newest = 11;
	await view.newer();
	expect(view.lines.map((l) => l.offset)).toEqual([11, 10, 9, 8, 7]);
	view.toggle();
	newest = 12;
	await view.newer();
	expect(view.lines[0]?.offset).toBe(11);
});

test("a hub whose time was over before it found a line is asked on", async () => {
	const asked: (string | undefined)[] = [];
	const view = new HostLines(async (_host, { cursor }) => {
		asked.push(cursor);
		return asked.length < 3
			? { lines: [], cursor: String(asked.length), took: 1 }
			: { lines: [line(4)], took: 1 };
	});
	await view.load();
	expect([asked, view.lines.length, view.known]).toEqual([[undefined, "1", "2"], 1, true]);
});
