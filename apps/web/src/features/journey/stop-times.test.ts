import { describe, expect, test } from "vitest";
import { madeUpRecipient as to, madeUpStop as at } from "./made-up-journey.ts";
import { arrivedAt, endToEnd, stopTimes, totalAt } from "./stop-times.ts";

const T = (s: number) => new Date(Date.UTC(2026, 11, 5, 9, 38, 12) + s * 1000).toISOString();
const sub = at("sub1", "A", T(0));
const relay = at("relay1", "B", T(0.5));

describe("where the time went", () => {
	test("the MTA's own delays come first: standing is before and in the queue, the way is connecting and sending", () => {
		const recipient = to("u@b.example", "relayed", [sub, relay], {
			at: T(1.4),
			attempts: [{ at: T(0.6), host: "sub1", queueId: "A", delays: [0.1, 0.2, 0.05, 0.25] }],
		});
		const [first, second] = stopTimes(recipient);
		expect(first?.stood).toBeCloseTo(0.3);
		expect(first?.handover).toBeCloseTo(0.3);
		expect(second?.stood).toBeUndefined();
		expect(endToEnd(recipient)).toBeCloseTo(1.4);
	});

	test("without delays the lines' times tell; a clock that contradicts tells nothing", () => {
		const plain = to("u@b.example", "relayed", [sub], {
			attempts: [{ at: T(2), host: "sub1", queueId: "A" }],
		});
		expect(stopTimes(plain)[0]?.stood).toBeCloseTo(2);
		const early = to("u@b.example", "relayed", [sub], {
			at: T(-1),
			attempts: [{ at: T(-1), host: "sub1", queueId: "A" }],
		});
		expect(stopTimes(early)[0]?.stood).toBeUndefined();
		expect(endToEnd(early)).toBeUndefined();
	});

	test("several tries at the last stop are waiting, with their number", () => {
		const tries = [30, 330, 930].map((s) => ({
			at: T(s),
			host: "relay1",
			queueId: "B",
			delays: [s - 30, 0, 30, 0] as [number, number, number, number],
		}));
		const [, last] = stopTimes(to("u@b.example", "delayed", [sub, relay], { attempts: tries }));
		expect(last).toMatchObject({ tries: 3, waiting: 929.5 });
		expect(totalAt(last!)).toBe(929.5);
	});

	test("a filter that logs at its end had the message before the next stop did", () => {
		const filter = { ...at("relay1", "F", T(3)), mta: "amavis" };
		const back = at("relay1", "C", T(2.5));
		const attempts = [{ at: T(3), host: "relay1", queueId: "F", delay: 1.2 }];
		const told = to("u@b.example", "relayed", [sub, filter, back], { attempts });
		expect(arrivedAt(told, filter)).toBe(T(1.8));
		expect(arrivedAt(told, back)).toBe(T(2.5));
		const untold = to("u@b.example", "relayed", [sub, filter, back]);
		expect(arrivedAt(untold, filter)).toBeUndefined();
		const inTime = to("u@b.example", "relayed", [sub, { ...filter, receivedAt: T(1) }, back]);
		expect(arrivedAt(inTime, inTime.path[1]!)).toBe(T(1));
	});
});
