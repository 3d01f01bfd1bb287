/** Which certificates are looked at, and how often. */
import { expect, it } from "vitest";
import type { RuleRecord } from "../store/alert-store.ts";
import { Certificates } from "./certificates.ts";

const DAY = 86_400_000;
const rule = (subject?: string): RuleRecord => ({
	id: "r",
	createdAt: 0,
	name: "ends",
	enabled: true,
	kind: "certificate-ends",
	...(subject !== undefined && { subject }),
	threshold: 14,
	windowMinutes: 5,
	holdMinutes: 0,
	channels: [],
});

it("asks for the hub's own and for hosts that rules name, a few times a day", async () => {
	const asked: string[] = [];
	let now = 0;
	const ask = async (target: string) => {
		asked.push(target);
		return target === "silent.example" ? undefined : 12;
	};
	const certificates = new Certificates({ own: () => 30 * DAY, now: () => now, ask });
	const rules = [rule(), rule("mx.example"), rule("mx.example"), rule("silent.example"), rule("*.example")];
	const wanted = new Map([
		["this hub", 30],
		["mx.example", 12],
	]);
	expect(await certificates.days(rules)).toEqual(wanted);
	now = DAY / 8;
	expect([...(await certificates.days(rules)).keys()]).toEqual(["this hub", "mx.example"]);
	expect(asked).toEqual(["mx.example", "silent.example"]);
	now = DAY / 2;
	await certificates.days(rules);
	expect(asked).toHaveLength(4);
	expect(await certificates.days([])).toEqual(new Map());
});
