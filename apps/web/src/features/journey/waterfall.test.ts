import { expect, test } from "vitest";
import { madeUpStop } from "./made-up-journey.ts";
import { waterfall } from "./waterfall.ts";

const stop = madeUpStop("sub", "A1", "2026-12-05T18:38:12+09:00");
const start = Date.parse("2026-12-05T18:38:12+09:00") / 1000;

test("bars stand one behind the other and fill the width", () => {
	const { rows, total, stages } = waterfall(
		[
			{ stop, tries: 1, parts: [0.1, 0, 0.2, 0.1], stood: 0.1, handover: 0.3 },
			{ stop, tries: 1, stood: 0.6 },
		],
		[],
	);
	expect(total).toBeCloseTo(1);
	expect(rows[1]?.start).toBeCloseTo(0.4);
	expect(rows[1]?.segments[0]).toMatchObject({ name: "queue", from: 0.4, cut: false });
	expect(rows.flatMap((row) => row.segments).reduce((all, s) => all + s.width, 0)).toBeCloseTo(1);
	expect(stages.map((stage) => stage.name)).toEqual(["before", "queue", "connection", "transmission"]);
});

test("a wait of hours leaves room for what moved, says that it is cut, and shows its tries", () => {
	const { rows, cut } = waterfall(
		[
			{ stop, tries: 1, stood: 1 },
			{ stop, tries: 3, waiting: 3600 },
		],
		[start, start + 1800, start + 3600],
	);
	expect(cut).toBe(true);
	expect(rows[0]?.segments[0]?.width).toBeGreaterThan(0.4);
	const [wait] = rows[1]?.segments ?? [];
	expect(wait?.width).toBeLessThan(0.6);
	expect(rows[1]?.tries).toHaveLength(3);
	expect(rows[1]?.tries[2]).toBeCloseTo(1);
});

test("nothing measured is nothing drawn", () => {
	const { rows, total } = waterfall([{ stop, tries: 0 }], []);
	expect([rows[0]?.segments, total]).toEqual([[], 0]);
});
