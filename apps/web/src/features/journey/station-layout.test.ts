import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Outcome, Stop } from "@mailtrail/core/trace";
import { madeUpJourney as journey, madeUpRecipient as to, madeUpStop as at } from "./made-up-journey.ts";
import type { Layout } from "./layout.ts";
import { layoutStations } from "./station-layout.ts";

const across = { width: 1160, vertical: false };
const down = { width: 340, vertical: true };
const trunk = [at("sub1", "8B84D8D1CF"), at("relay1", "D08FF538054"), at("edge1", "6AM2ZO9C000099")];

describe("stations across the page", () => {
	test("one way is one straight line, in travel order", () => {
		const layout = layoutStations(journey([to("u@b.example", "delivered", trunk)]), across);
		expect(layout.stations.map((s) => s.node.stop.host)).toEqual(["sub1", "relay1", "edge1"]);
		expect(new Set([...layout.stations, ...layout.ends].map((s) => s.y)).size).toBe(1);
		const xs = [...layout.stations, ...layout.ends].map((s) => s.x);
		expect(xs).toEqual([...xs].sort((a, b) => a - b));
		expect(layout.tracks.map((t) => t.tried)).toEqual([false, false, false]);
	});

	test("what was tried is dotted, what was travelled is not; a branch has the colour of its ending", () => {
		const layout = layoutStations(
			journey([
				to("a@a.example", "delivered", [...trunk, at("mx.a", "C")]),
				to("b@b.example", "relayed", trunk),
				to("c@c.example", "failed", trunk),
			]),
			across,
		);
		const tried = Object.fromEntries(
			layout.tracks.map((t) => [t.to.kind === "end" ? t.to.outcome : t.to.stop.host, t.tried]),
		);
		expect(tried).toEqual({
			relay1: false,
			edge1: false,
			"mx.a": false,
			delivered: false,
			relayed: false,
			failed: true,
		});
		expect(layout.stations.find((s) => s.node.stop.host === "mx.a")?.tone).toBe("delivered");
		expect(layout.stations.find((s) => s.node.stop.host === "edge1")?.tone).toBeUndefined();
		const [a, b, c] = layout.ends;
		expect(a!.y).toBeLessThan(b!.y);
		expect(b!.y).toBeLessThan(c!.y);
	});

	test("a stop that branches downwards hangs its label to the left, and has room for it", () => {
		const layout = layoutStations(
			journey([to("a@a.example", "delivered", trunk), to("c@c.example", "failed", trunk)]),
			across,
		);
		const [, relay, edge] = layout.stations;
		expect(edge!.label.anchor).toBe("end");
		expect(edge!.label.x - 120).toBeGreaterThan(relay!.label.x + 80);
	});

	test("a first stop that branches hangs its label to the left too: its words stood in the bend", () => {
		const [stop] = trunk;
		const layout = layoutStations(
			journey([to("a@a.example", "delivered", [stop!]), to("c@c.example", "failed", [stop!])]),
			across,
		);
		expect(layout.stations[0]!.label).toMatchObject({ anchor: "end" });
		// its longest words, and where the message came from
		expect(layout.stations[0]!.label.x).toBeGreaterThan(26 * 6.65);
		expect(layout.width).toBe(across.width);
	});

	test("filters are small rings; a way too long for the page is wider than it", () => {
		const long = Array.from({ length: 14 }, (_, i) =>
			at(`host-number-${i}`, `4gX9zR1b2Yz5xQ${i}`, undefined, i === 1 ? "amavis" : "postfix"),
		);
		const layout = layoutStations(journey([to("u@b.example", "delivered", long)]), across);
		expect(layout.width).toBeGreaterThan(1160);
		expect(layout.stations.map((s) => s.filter).indexOf(true)).toBe(1);
		expect(layout.stations[1]!.r).toBeLessThan(layout.stations[0]!.r);
	});
});

describe("stations down the page", () => {
	test("go downwards, keep within the width, and no label meets another", () => {
		const layout = layoutStations(
			journey([
				to("a@a.example", "delivered", [...trunk, at("mx.a", "C")]),
				to("c@c.example", "failed", trunk),
			]),
			down,
		);
		const ys = [...layout.stations, ...layout.ends].map((s) => s.label.y).sort((a, b) => a - b);
		for (let i = 1; i < ys.length; i++) expect(ys[i]! - ys[i - 1]!).toBeGreaterThanOrEqual(50);
		expect(Math.max(...layout.stations.map((s) => s.x))).toBeLessThan(layout.stations[0]!.label.x);
		expect(layout.width).toBe(340);
	});
});

/** The mark stands on the straight end of the track: a reader would take it for a stop on that way. */
function isOn(d: string, mark: { x: number; y: number }): boolean {
	const [, x0 = "", y0 = "", rest = "", to = "", end = ""] =
		/^M([\d.]+) ([\d.]+)(.*)([HV])([\d.]+)$/.exec(d) ?? [];
	const [x = 0, y = 0] = (rest === "" ? [x0, y0] : rest.split(" ").slice(-2)).map(Number);
	const between = (n: number, a: number, b: number) => n > Math.min(a, b) && n < Math.max(a, b);
	return to === "H"
		? mark.y === y && between(mark.x, x, Number(end))
		: mark.x === x && between(mark.y, y, Number(end));
}

const outcome = fc.constantFrom<Outcome>("delivered", "relayed", "delayed", "failed", "discarded", "unknown");
const path = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom("1", "2")), { maxLength: 5 });

test.each([across, down])(
	"any journey: everything inside the picture, every track between two things (%j)",
	(options) => {
		const inside = (layout: Layout) => (p: { x: number; y: number }) =>
			p.x >= 0 && p.x <= layout.width && p.y >= 0 && p.y <= layout.height && Number.isFinite(p.x + p.y);
		fc.assert(
			fc.property(fc.array(fc.tuple(outcome, path), { maxLength: 12 }), (made) => {
				const recipients = made.map(([ending, stops], i) =>
					to(
						`u${i}@x.example`,
						ending,
						stops.map(([host, id]): Stop => at(host, id)),
					),
				);
				const layout = layoutStations(journey(recipients), options);
				const marks = [...layout.stations, ...layout.ends];
				expect(marks.every(inside(layout))).toBe(true);
				const roots = new Set(marks.map((m) => m.key));
				for (const track of layout.tracks) roots.delete(track.to.key);
				expect(layout.tracks.length + roots.size).toBe(marks.length);
				expect(new Set(marks.map((m) => m.key)).size).toBe(marks.length);
				for (const track of layout.tracks) {
					const crossed = marks.filter(
						(m) => m.key !== track.to.key && m.key !== track.from.key && isOn(track.d, m),
					);
					expect(crossed.map((m) => m.key)).toEqual([]);
				}
			}),
			{ numRuns: 60 },
		);
	},
);
