import fc from "fast-check";
import { expect, test } from "vitest";
import { HeldBytes } from "./held-bytes.ts";
import { type CommonWords, NeedleTable } from "./needle-table.ts";

const ASCII = fc.integer({ min: 32, max: 126 });
/** few letters, so that texts repeat and overlap */
const FEW = fc.constantFrom(..."aAbB01 ".split("").map((letter) => letter.charCodeAt(0)));
const text = (least: number, most: number) =>
	fc.array(fc.oneof({ weight: 4, arbitrary: FEW }, ASCII), { minLength: least, maxLength: most });

function fold(bytes: readonly number[]): string {
	return String.fromCharCode(...bytes.map((byte) => byte | 0x20));
}

function everyPlace(hay: readonly number[], needles: readonly number[][]): string[] {
	return needles.flatMap((needle, number) => {
		const places: string[] = [];
		for (let at = 0; at + needle.length <= hay.length; at++) {
			if (fold(hay.slice(at, at + needle.length)) === fold(needle)) places.push(`${number} at ${at}`);
		}
		return places;
	});
}

function found(hay: readonly number[], needles: readonly number[][], common?: CommonWords): string[] {
	const table = new NeedleTable(common);
	for (const needle of needles) table.add(Uint8Array.from(needle));
	const memory = new Uint8Array(hay.length + 8);
	memory.set(hay);
	const places = new Set<string>();
	// a second search knows what led astray in the first
	for (const round of [1, 2]) {
		const now = new Set<string>();
		table.search(new HeldBytes(memory, hay.length), (place, number) => now.add(`${number} at ${place}`));
		if (round === 2) expect([...now].sort()).toEqual([...places].sort());
		for (const each of now) places.add(each);
	}
	// the next one shall find room
	table.release();
	return [...places].sort();
}

test("every place of every text, without regard to case, wherever it begins", () => {
	fc.assert(
		fc.property(fc.array(text(1, 20), { minLength: 1, maxLength: 6 }), text(0, 300), (needles, noise) => {
			const hay = [...noise, ...needles.flat(), ...noise.slice(0, 3), ...(needles[0] ?? [])];
			expect(found(hay, needles)).toEqual(everyPlace(hay, needles).sort());
		}),
		{ numRuns: 500 },
	);
});

test("of many texts each is found as of few, those added before and after they were many", () => {
	const many = Array.from({ length: 700 }, (_, nth) =>
		Array.from(`id-${(nth * 7919).toString(36).toUpperCase()}-4B1614`.slice(0, 7 + (nth % 9)), (letter) =>
			letter.charCodeAt(0),
		),
	);
	fc.assert(
		fc.property(fc.array(text(7, 20), { minLength: 1, maxLength: 4 }), text(0, 100), (needles, noise) => {
			const all = [...needles.slice(0, 2), ...many, ...needles.slice(2)];
			const hay = [
				...noise,
				...needles.flat(),
				...(many[5] ?? []),
				...noise.slice(0, 3),
				...(many[699] ?? []),
			];
			expect(found(hay, all)).toEqual(everyPlace(hay, all).sort());
		}),
		{ numRuns: 50 },
	);
});

test("words that are everywhere are given up for others, and nothing is lost", () => {
	const needle = Array.from("2026011204-X7Q", (letter) => letter.charCodeAt(0));
	const noise = Array.from("2026011204 ".repeat(500), (letter) => letter.charCodeAt(0));
	const common: CommonWords = new Set();
	const hay = [...noise, ...needle, ...noise, ...needle];
	expect(found(hay, [needle], common)).toEqual(everyPlace(hay, [needle]).sort());
	expect(common.size).toBeGreaterThan(0);
});

test("what stands behind the length is not found", () => {
	const table = new NeedleTable();
	const bytes = Uint8Array.from("x4B16140000x4B16140000xxx", (letter) => letter.charCodeAt(0));
	table.add(bytes.slice(1, 11));
	const places: number[] = [];
	table.search(new HeldBytes(bytes, 21), (place) => places.push(place));
	expect(places).toEqual([1]);
});
