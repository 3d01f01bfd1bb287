import type { CheckAnswer } from "@mailtrail/core/wire";
import { describe, expect, test } from "vitest";
import { type Asked, columnsOf, stepRows } from "./checks.svelte.ts";

type Step = CheckAnswer["steps"][number];

function step(name: Step["step"], address?: string, ok = true): Step {
	return {
		step: name,
		ok,
		ms: 1,
		code: "answers",
		values: {},
		detail: name,
		...(address ? { address } : {}),
	};
}

function asked(from: string | undefined, steps: Step[]): Asked {
	return {
		from,
		answer: {
			target: "example.net",
			from: from ?? "hub",
			at: "",
			steps,
			verdict: {} as CheckAnswer["verdict"],
		},
	};
}

describe("the comparison of checks", () => {
	test("puts the same step towards the same address on one line", () => {
		const columns = columnsOf([
			asked("relay1", [
				step("resolve"),
				step("tcp", "192.0.2.1"),
				step("tcp", "192.0.2.2"),
				step("banner", "192.0.2.2"),
				step("ptr"),
			]),
			asked("edge2", [step("resolve"), step("tcp", "192.0.2.2")]),
			{ from: "gone" },
		]);
		expect(columns.map(({ from }) => from)).toEqual([["relay1"], ["edge2"]]);
		expect(
			stepRows(columns).map((row) => [row.step, row.address, row.cells.map((cell) => cell?.ok)]),
		).toEqual([
			["resolve", undefined, [true, true]],
			["tcp", "192.0.2.1", [true, undefined]],
			["tcp", "192.0.2.2", [true, true]],
			["banner", "192.0.2.2", [true, undefined]],
			["ptr", undefined, [true, undefined]],
		]);
	});

	test("puts hosts that found the same into one column, with the range of their times", () => {
		const slow = [{ ...step("resolve"), ms: 40 }];
		const columns = columnsOf([
			asked("a", [step("resolve")]),
			asked("b", slow),
			asked(undefined, [step("mx")]),
		]);
		expect(columns.map(({ from }) => from)).toEqual([["a", "b"], [undefined]]);
		expect(stepRows(columns)[0]?.cells[0]).toMatchObject({ fastest: 1, slowest: 40 });
	});

	test("keeps several block lists apart", () => {
		expect(stepRows(columnsOf([asked("relay1", [step("dnsbl"), step("dnsbl")])]))).toHaveLength(2);
	});

	test("tells each host's own address where one column holds several hosts", () => {
		const own = (address: string) => ({
			...step("ptr"),
			detail: `our address ${address} has no reverse name`,
		});
		const columns = columnsOf([asked("a", [own("192.0.2.1")]), asked("b", [own("192.0.2.2")])]);
		expect(columns).toHaveLength(1);
		expect(stepRows(columns)[0]?.cells[0]?.details).toEqual([
			{ from: ["a"], text: "our address 192.0.2.1 has no reverse name" },
			{ from: ["b"], text: "our address 192.0.2.2 has no reverse name" },
		]);
	});
});
