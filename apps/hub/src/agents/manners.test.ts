import { expect, it } from "vitest";
import { Offences, Pace } from "./manners.ts";

it("lets a few hundred messages through at once, then as many as a second earns", () => {
	const pace = new Pace(0);
	const waits = Array.from({ length: 301 }, () => pace.spend(0));
	expect(waits.slice(0, 300).every((ms) => ms === 0)).toBe(true);
	expect(waits[300]).toBe(10);
	expect(pace.spend(10)).toBe(10);
	expect(pace.spend(1_010)).toBe(0);
	// what is not used is not saved beyond that
	for (let n = 0; n < 300; n++) expect(pace.spend(1e9)).toBe(0);
	expect(pace.spend(1e9)).toBeGreaterThan(0);
	// a clock that is set back earns nothing
	expect(pace.spend(0)).toBeGreaterThan(0);
});

it("does not hear an offender for a while, nor remember more of them than it can", () => {
	const offences = new Offences();
	offences.note("a", 1_000);
	expect([offences.wait("a", 2_000), offences.wait("b", 2_000), offences.wait("a", 11_000)]).toEqual([
		9_000, 0, 0,
	]);
	offences.note("a", 20_000);
	for (let n = 0; n < 10_000; n++) offences.note(`x${n}`, 20_000);
	expect(offences.wait("a", 20_001)).toBe(0);
	expect(offences.wait("x9999", 20_001)).toBe(9_999);
});
