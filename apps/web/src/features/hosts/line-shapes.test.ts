import { expect, test } from "vitest";
import { shapesOf } from "./line-shapes.ts";

const lines = (...raw: string[]) => raw.map((text) => ({ raw: text }));

test("lines that differ in times, ids, addresses and numbers alone are one shape, the newest stands for them", () => {
	const shapes = shapesOf(
		lines(
			'Nov 22 16:30:02 edge mymilter[77]: 4jXD1: checked <anna@dest.example> in 12 ms, verdict "no spam"',
			'Nov 22 16:30:01 edge mymilter[76]: 4jXC9: checked <bob@corp.example> in 7 ms, verdict "spam, very"',
			"Nov 22 16:30:00 edge mymilter[76]: cannot open /var/run/x.sock: No such file or directory",
		),
	);
	expect(shapes.map(({ n, sample }) => [n, sample.raw.slice(0, 15)])).toEqual([
		[2, "Nov 22 16:30:02"],
		[1, "Nov 22 16:30:00"],
	]);
});

test("other words are another shape, and a line without any is one too", () => {
	expect(shapesOf(lines("edge a: opened", "edge a: closed", "", "0 1 2")).map(({ n }) => n)).toEqual([
		1, 1, 1, 1,
	]);
});
