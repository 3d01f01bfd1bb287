import type { JourneyAttempt } from "@mailtrail/core/trace";
import { expect, test } from "vitest";
import { toldAttempts } from "./attempt-runs.ts";

const tries = (count: number, reason: string, hour = 0): JourneyAttempt[] =>
	Array.from({ length: count }, (_, i) => ({
		at: new Date(Date.UTC(2026, 2, 1, hour + i)).toISOString(),
		host: "mx1",
		status: "deferred",
		reason,
		line: `mx1:mail.log:${hour + i}`,
	}));
const kinds = (attempts: readonly JourneyAttempt[], open?: ReadonlySet<string>) =>
	toldAttempts(attempts, open).map((told) => (told.kind === "try" ? told.attempt.reason : told.count));

test("of many alike in a row the first two and the last are told, the others counted with their times", () => {
	const told = toldAttempts(tries(68, "timed out"));
	expect(told.map(({ kind }) => kind)).toEqual(["try", "try", "alike", "try"]);
	expect(told[2]).toEqual({
		kind: "alike",
		key: "mx1:mail.log:2",
		count: 65,
		from: "2026-03-01T02:00:00.000Z",
		until: "2026-03-03T18:00:00.000Z",
	});
	expect(toldAttempts(tries(68, "timed out"), new Set(["mx1:mail.log:2"]))).toHaveLength(68);
});

test("another answer in between is always told, and few alike are told one by one", () => {
	const mixed = [...tries(6, "timed out"), ...tries(1, "refused", 6), ...tries(5, "timed out", 7)];
	expect(kinds(mixed)).toEqual([
		"timed out",
		"timed out",
		3,
		"timed out",
		"refused",
		...Array(5).fill("timed out"),
	]);
});

test("what differs by its id, its seconds or the destination's host is alike; another code is not", () => {
	const answers = (code: number) =>
		tries(8, "").map(({ reason: _, ...attempt }, i) => ({
			...attempt,
			relay: { name: `alt${i}.mx.example`, ip: `192.0.2.${i}` },
			reply: { code, text: `Greylisted by alt${i}.mx.example, wait ${300 - i} seconds (id x${i}-gsmtp)` },
		}));
	expect(toldAttempts(answers(451)).map(({ kind }) => kind)).toEqual(["try", "try", "alike", "try"]);
	const mixed = answers(451).map((attempt, i) =>
		i % 2 ? { ...attempt, reply: { code: 421, text: "" } } : attempt,
	);
	expect(toldAttempts(mixed)).toHaveLength(8);
});
