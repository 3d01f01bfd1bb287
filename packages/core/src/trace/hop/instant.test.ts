import fc from "fast-check";
import { expect, it } from "vitest";
import { epochMs } from "./instant.ts";

/** As JavaScript itself reads it, with the digits behind the milliseconds. */
function asParsed(iso: string): number {
	const digits = /\.\d{3}(\d*)/.exec(iso)?.[1] ?? "";
	return Date.parse(iso) + Number(`0.${digits || "0"}`);
}

const two = fc.integer({ min: 0, max: 70 }).map((n) => String(n).padStart(2, "0"));
const zone = fc.oneof(
	fc.constantFrom("+00:00", "-00:00", "+09:00", "-03:30", "Z", ""),
	fc.tuple(two, two).map((p) => `+${p.join(":")}`),
);
const fraction = fc.oneof(fc.constant(""), fc.stringMatching(/^\.\d{1,9}$/));
const day = fc.constantFrom(
	"2026-11-22",
	"2024-02-29",
	"2026-02-30",
	"1970-01-01",
	"2026-13-01",
	"2026-11-2x",
);
const time = fc.tuple(day, two, two, two, fraction, zone);

it("reads every time as JavaScript does, to its last digit", () => {
	fc.assert(
		fc.property(time, ([date, hours, minutes, seconds, rest, offset]) => {
			const iso = `${date}T${hours}:${minutes}:${seconds}${rest}${offset}`;
			if (Number.isNaN(Date.parse(iso))) expect(epochMs(iso)).toBeNaN();
			else expect(epochMs(iso)).toBeCloseTo(asParsed(iso), 3);
		}),
		{ numRuns: 3_000 },
	);
	expect(epochMs("2026-11-22T02:51:40.655123+09:00")).toBe(
		Date.parse("2026-11-22T02:51:40.655+09:00") + 0.123,
	);
	expect(epochMs("not a time")).toBeNaN();
});
