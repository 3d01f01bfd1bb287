/** What an earlier life sent, and the hub took without the agent being told, is known by its place and sent once. */
import type { Batch, Position } from "@mailtrail/core/wire";
import { expect, it } from "vitest";
import { partId } from "../sources/part.ts";
import { asPlaced, type SentBatch, settle } from "./in-flight.ts";

const at = (generation: string, offset: number): Position => ({ source: "/log", generation, offset });
const batch = (id: number, from: number, position: Position): SentBatch => ({ id, from, position, lines: 1 });

it("sends of a batch what the hub has not, where it was cut into other batches", () => {
	const sent = [batch(1, 0, at("g", 300)), batch(2, 300, at("g", 600)), batch(3, 600, at("g", 900))];
	const settled = settle(sent, [at("g", 500)], new Map([["g", 900]]));
	expect(settled.committed).toEqual([sent[0]]);
	expect(settled.again).toEqual([batch(2, 500, at("g", 600)), sent[2]]);
	expect(settled.expected).toEqual([at("g", 900)]);
	expect(settled.broken).toBe(false);
});

it("knows the newest part of a content as what the hub has as one, and its source starts over", () => {
	const newest = partId("g", 1000);
	const sent = [batch(1, 0, at(newest, 200)), batch(2, 200, at(newest, 400)), batch(3, 400, at(newest, 500))];
	const settled = settle(sent, [at("g", 1300)], new Map([["g", 0]]));
	expect(settled.committed).toEqual([batch(1, 1000, at("g", 1200))]);
	expect(settled.again).toEqual([batch(2, 1300, at("g", 1400)), batch(3, 1400, at("g", 1500))]);
	expect(settled.expected).toEqual([at("g", 1500)]);
	expect(settled.broken).toBe(true);
});

it("leaves a part alone that the hub has not come to", () => {
	const newest = partId("g", 1000);
	const sent = [batch(1, 0, at(newest, 200))];
	const reached = new Map([
		["g", 900],
		[newest, 200],
	]);
	const settled = settle(sent, [at("g", 900)], reached);
	expect(settled).toEqual({
		committed: [],
		again: sent,
		unfit: [],
		expected: [at("g", 900), at(newest, 200)],
		broken: false,
	});
});

it("has a batch start over where another one before it is missing", () => {
	const sent = [batch(1, 300, at("g", 600))];
	const settled = settle(sent, [at("g", 100)], new Map());
	expect(settled).toEqual({ committed: [], again: [], unfit: sent, expected: [at("g", 100)], broken: true });
});

it("writes a batch anew that has another place by now, and leaves all others as they are", () => {
	const line = (offset: number) => ({ offset, event: { kind: "unparsed", raw: `line at ${offset}` } });
	const written: Batch = {
		type: "batch",
		id: 2,
		from: 200,
		position: at(partId("g", 1000), 400),
		lines: [line(200), line(290), line(350)],
	};
	const json = JSON.stringify(written);
	expect(asPlaced(batch(2, 200, written.position), json)).toBe(json);
	expect(JSON.parse(asPlaced(batch(2, 1290, at("g", 1400)), json))).toEqual({
		...written,
		from: 1290,
		position: at("g", 1400),
		lines: [
			{ ...line(290), offset: 1290 },
			{ ...line(350), offset: 1350 },
		],
	});
});
