/** Filters of many slices side by side say what each would say alone: never a false "no", seldom a false "maybe". */
import { expect, it } from "vitest";
import { filterOf } from "./key-filter.ts";
import { KeyFilters } from "./key-filters.ts";

/** of another slice, other numbers */
const numbers = (slice: number, count: number) =>
	new Set(Array.from({ length: count }, (_, n) => (slice * 1_000_003 + n * 7_919) % 2 ** 32));

it("tell which slices may have a number, of whatever size they are, in another thread's view too", () => {
	const filters = new KeyFilters();
	const slices = Array.from({ length: 40 }, (_, slice) => numbers(slice, slice % 3 === 0 ? 2_000 : 700));
	const places = slices.map((each) => filters.add(filterOf(each)));
	expect(new Set(places).size).toBe(slices.length);
	const elsewhere = new KeyFilters(filters.shared);
	let [asked, wrong] = [0, 0];
	for (const [at, own] of slices.entries())
		for (const number of [...own].slice(0, 50)) {
			const found = elsewhere.find([number]);
			expect(found).toContain(places[at]);
			wrong += found.filter((place) => !slices[places.indexOf(place)]?.has(number)).length;
			asked += slices.length;
		}
	expect(wrong / asked).toBeLessThan(0.03);
});

it("give their room back when all slices of a group have gone, and find those that came later", () => {
	const filters = new KeyFilters();
	const places = Array.from({ length: 33 }, (_, slice) => filters.add(filterOf(numbers(slice, 100))));
	for (const place of places.slice(0, 32)) filters.forget(place);
	expect(filters.shared.map(({ byteLength }) => byteLength > 0)).toEqual([false, true]);
	const [number = 0] = numbers(32, 1);
	expect(filters.find([number])).toEqual([places[32]]);
});
