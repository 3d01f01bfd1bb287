/** Numbers, windows and bounds of the bus, without a store. */
import { afterEach, describe, expect, it } from "vitest";
import type { Journey } from "@mailtrail/core/trace";
import type { GatheredSome } from "../journeys/gather-journey.ts";
import { LiveBus, type LiveTick } from "./live-bus.ts";

let bus: LiveBus;
afterEach(() => bus.close());

function open(pendingMax: number, ringMax: number): LiveBus {
	return new LiveBus({
		windowMs: 5,
		pendingMax,
		ringMax,
		onError: (error) => {
			throw error;
		},
		gather: gatherEach,
	});
}

const gatherEach = async (hopIds: string[]): Promise<GatheredSome> => ({
	journeys: hopIds.map((hopId) => ({ hopId, gathered: { hops: [], told: [], journey: journeyOf(hopId) } })),
	done: hopIds.length,
});

function journeyOf(id: string): Journey {
	return { id, kind: "message", messageIds: [], recipients: [], bounces: [], notices: [] };
}

const tickOf = () => new Promise<LiveTick>((resolve) => bus.listen(resolve));

describe("the live bus", () => {
	it("makes one change of many within a window and names the ids that went", async () => {
		bus = open(10, 10);
		const tick = tickOf();
		bus.publish(["a/Q1/9"], []);
		bus.publish(["a/Q1/8", "a/Q2/1"], ["a/Q1/9"]);
		const { changes, gap } = await tick;
		expect(gap).toBeUndefined();
		expect(changes.map(({ seq, gathered, replaces }) => [seq, gathered.journey.id, replaces])).toEqual([
			[1, "a/Q1/8", ["a/Q1/9"]],
			[2, "a/Q2/1", []],
		]);
	});

	it("makes a gap of what is too much", async () => {
		bus = open(3, 10);
		const tick = tickOf();
		for (let i = 0; i < 8; i++) bus.publish([`a/Q${i}/1`], []);
		const { changes, gap } = await tick;
		expect(gap).toEqual({ from: 1, to: 5 });
		expect(changes.map((change) => change.seq)).toEqual([6, 7, 8]);
	});

	it("tells in the next window what one had no time for, and what changed while it was gathered", async () => {
		const asked: string[][] = [];
		bus = new LiveBus({
			windowMs: 5,
			onError: (error) => {
				throw error;
			},
			gather: async (hopIds) => {
				asked.push(hopIds);
				if (asked.length === 1) bus.publish(["a/Q1/7"], ["a/Q1/6"]);
				return gatherEach(hopIds.slice(0, 2));
			},
		});
		const ticks: LiveTick[] = [];
		const all = new Promise<void>((resolve) => {
			bus.listen((tick) => {
				ticks.push(tick);
				if (ticks.length === 2) resolve();
			});
		});
		bus.publish(["a/Q1/7", "a/Q2/1", "a/Q3/1"], ["a/Q3/0"]);
		await all;
		expect(asked).toEqual([
			["a/Q1/7", "a/Q2/1", "a/Q3/1"],
			["a/Q3/1", "a/Q1/7"],
		]);
		expect(ticks.flatMap(({ changes }) => changes.map(({ seq, replaces }) => [seq, replaces]))).toEqual([
			[1, []],
			[2, []],
			[3, ["a/Q3/0"]],
			[4, ["a/Q1/6"]],
		]);
	});

	it("asks again where nothing could be gathered", async () => {
		const errors: unknown[] = [];
		let times = 0;
		bus = new LiveBus({
			windowMs: 5,
			onError: (error) => errors.push(error),
			gather: (hopIds) => (times++ === 0 ? Promise.reject(new Error("busy")) : gatherEach(hopIds)),
		});
		const tick = tickOf();
		bus.publish(["a/Q1/9"], ["a/Q1/8"]);
		expect((await tick).changes.map(({ seq, replaces }) => [seq, replaces])).toEqual([[1, ["a/Q1/8"]]]);
		expect(errors).toHaveLength(1);
	});

	it("keeps what changed while nobody watched, up to its bound", async () => {
		bus = open(100, 8);
		for (let i = 0; i < 12; i++) {
			bus.publish([`a/Q${i % 10}/1`], []);
			await new Promise((resolve) => setTimeout(resolve, 12));
		}
		const { from, changed } = bus.since(6);
		expect(bus.seq).toBe(12);
		expect(from).toBe(3);
		expect(changed.map((each) => each.hopId)).toEqual([
			"a/Q6/1",
			"a/Q7/1",
			"a/Q8/1",
			"a/Q9/1",
			"a/Q0/1",
			"a/Q1/1",
		]);
	});
});
