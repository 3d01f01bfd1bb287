import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HubMessage } from "@mailtrail/core/wire";
import { transition, type UplinkEvent, type UplinkState, waitingTime } from "./uplink-state.ts";

const challenge: HubMessage = { type: "challenge", protocol: [1], nonce: "n" };
const welcome: HubMessage = { type: "welcome", protocol: 1, positions: [] };

function play(
	events: readonly UplinkEvent[],
	from: UplinkState = { at: "waiting", attempt: 0 },
): UplinkState {
	return events.reduce((state, event) => transition(state, event, 0.5)[0], from);
}

describe("the uplink's states", () => {
	it("go from waiting to streaming through challenge and welcome", () => {
		const greeted: UplinkEvent[] = [
			{ type: "start" },
			{ type: "message", message: challenge },
			{ type: "message", message: welcome },
		];
		expect(greeted.map((_, i) => play(greeted.slice(0, i + 1)).at)).toEqual([
			"connecting",
			"greeting",
			"streaming",
		]);
	});

	it("wait longer after each failure, and no longer once a connection has proved good", () => {
		const fail: UplinkEvent[] = [{ type: "retry" }, { type: "lost", why: "gone" }];
		expect(play([...fail, ...fail, ...fail])).toEqual({ at: "waiting", attempt: 3 });
		expect(play([{ type: "settled" }], { at: "streaming", attempt: 3 })).toEqual({
			at: "streaming",
			attempt: 0,
		});
		const acknowledged: UplinkEvent = { type: "message", message: { type: "ack", id: 1 } };
		expect(play([acknowledged], { at: "streaming", attempt: 3 })).toEqual({ at: "streaming", attempt: 0 });
	});

	it("wait between half and all of the doubled time, at most half a minute", () => {
		expect(waitingTime(0, 0)).toBe(125);
		expect(waitingTime(3, 1)).toBe(2000);
		expect(waitingTime(1000, 1)).toBe(30_000);
	});

	it("end with a hub that speaks another protocol", () => {
		const state = play([{ type: "message", message: { ...challenge, protocol: [2] } }], {
			at: "connecting",
			attempt: 0,
		});
		expect(state).toMatchObject({ at: "refused", refusal: { reason: "protocol-unsupported" } });
	});

	it("hang up before they wait, and never leave stopped or refused", () => {
		const anyEvent: fc.Arbitrary<UplinkEvent> = fc.oneof(
			fc.constantFrom<UplinkEvent>(
				{ type: "start" },
				{ type: "retry" },
				{ type: "settled" },
				{ type: "stop" },
				{ type: "lost", why: "w" },
			),
			fc
				.constantFrom<HubMessage>(
					challenge,
					welcome,
					{ type: "ack", id: 1 },
					{ type: "refuse", reason: "revoked", text: "t", retry: false },
					{ type: "refuse", reason: "hub-stopping", text: "t", retry: true },
				)
				.map((message) => ({ type: "message" as const, message })),
		);
		fc.assert(
			fc.property(fc.array(anyEvent), (events) => {
				let state: UplinkState = { at: "waiting", attempt: 0 };
				for (const event of events) {
					const [next, effects] = transition(state, event, 0);
					const names = effects.map((effect) => effect.do);
					if (state.at === "stopped" || state.at === "refused") expect([next, names]).toEqual([state, []]);
					if (names.includes("wait")) expect(names.indexOf("hang-up")).toBeLessThan(names.indexOf("wait"));
					if (next.at === "waiting" && state.at !== "waiting") expect(names).toContain("wait");
					state = next;
				}
			}),
		);
	});
});
