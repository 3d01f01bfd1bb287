/** Numbers, windows and bounds of the bus, without a store. */
import { afterEach, describe, expect, it } from "vitest";
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
		gather: async (id) => ({
			hops: [],
			journey: { id, kind: "message", messageIds: [], recipients: [], bounces: [], notices: [] },
		}),
	});
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
