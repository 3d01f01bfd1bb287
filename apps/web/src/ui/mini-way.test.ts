import { expect, test } from "vitest";
import { miniWay } from "./mini-way.ts";

const stop = (host: string, mta = "postfix") => ({ host, mta, queueId: "A1" });
const row = (outcomes: Record<string, number>, ...stops: ReturnType<typeof stop>[]) => ({
	stops,
	outcomes,
	outcome: (Object.keys(outcomes).at(-1) ?? "unknown") as "failed",
	kind: "message" as const,
});

test("one outcome is one straight way to its mark", () => {
	const { ends, platforms } = miniWay(row({ delivered: 1 }, stop("sub"), stop("relay")));
	expect(ends.map(({ outcome, tried, y }) => ({ outcome, tried, y }))).toEqual([
		{ outcome: "delivered", tried: false, y: 10 },
	]);
	expect(platforms).toBe("");
});

test("several outcomes part behind the last stop, the bad ones below and dotted; the row's own is never left out", () => {
	const { ends } = miniWay(row({ relayed: 2, delivered: 3, delayed: 1, unknown: 1, failed: 1 }, stop("sub")));
	expect(ends.map(({ outcome }) => outcome)).toEqual(["unknown", "delayed", "failed"]);
	expect(ends.every(({ tried }) => tried)).toBe(true);
	const ys = ends.map(({ y }) => y);
	expect(ys).toEqual([...ys].sort((a, b) => a - b));
	for (const { y, r } of ends) expect(y - r).toBeGreaterThanOrEqual(0);
});

test("a host's stops stand closer together on one platform", () => {
	const { platforms, rings, end } = miniWay(
		row({ delivered: 1 }, stop("sub"), stop("relay"), stop("relay", "amavis"), stop("relay")),
	);
	expect(platforms.match(/M/g)).toHaveLength(2);
	expect(rings.match(/M/g)).toHaveLength(4);
	expect(end).toBeLessThan(8 + 4 * 30);
});

test("the longest way stays within its column", () => {
	const many = Array.from({ length: 30 }, (_, i) => stop(`host${i}`));
	expect(miniWay(row({ failed: 1 }, ...many)).end).toBeLessThanOrEqual(168);
});
