/**
 * A message's way in miniature, as paths: what was travelled, the platforms of hosts with several stops, the rings of its stops, and
 * a last stretch to each outcome. Pure; the same ways come again and again in a list, so the paths of a way are made once.
 */
import { OUTCOMES, type Outcome } from "@mailtrail/core/trace";
import type { JourneyRow } from "@mailtrail/core/wire";
import { isFilter } from "../lib/mta.ts";

export interface MiniEnd {
	outcome: Outcome;
	/** the last stretch */
	d: string;
	/** it was tried, not travelled */
	tried: boolean;
	/** of its mark */
	y: number;
	r: number;
}
export interface MiniWay {
	track: string;
	platforms: string;
	rings: string;
	/** where the marks stand */
	end: number;
	ends: MiniEnd[];
}

const WAY_WIDTH = 176;
const MIDDLE = 10;
const STOPS_MAX = 12;
const WIDEST_STEP = 30;
/** from stop to stop of one host, beside the way from host to host */
const INNER = 0.62;
const RING = 4.4;
const FILTER_RING = 2.8;
const TRAVELLED: readonly Outcome[] = ["delivered", "relayed", "expanded"];
/** good ends above bad ones, as in the large picture */
const TOP_DOWN: readonly Outcome[] = [
	...TRAVELLED,
	"quarantined",
	"discarded",
	"unknown",
	"delayed",
	"failed",
];
/** what fits one above the other */
const ENDS_MAX = 3;
const PLACES: readonly { ys: number[]; r: number }[] = [
	{ ys: [MIDDLE], r: 6.4 },
	{ ys: [4.6, 15.4], r: 4.4 },
	{ ys: [3.4, MIDDLE, 16.6], r: 3.3 },
];

const made = new Map<string, MiniWay>();
const MADE_MAX = 500;

type Row = Pick<JourneyRow, "stops" | "outcome" | "outcomes" | "kind">;

export function miniWay(row: Row): MiniWay {
	const stops = row.stops.slice(0, STOPS_MAX);
	const outcomes = outcomesOf(row);
	const shape = stops.map(
		({ host, mta }, i) => `${isFilter(mta) ? "f" : "s"}${host === stops[i - 1]?.host ? "+" : ""}`,
	);
	const key = `${shape.join()} ${outcomes.join()} ${row.kind}`;
	const known = made.get(key);
	if (known !== undefined) return known;
	if (made.size >= MADE_MAX) made.clear();
	const way = draw(shape, outcomes, row.kind);
	made.set(key, way);
	return way;
}

/** What became of the message, at most as many as there is room for: the one that the row is about is among them. */
function outcomesOf({ outcome, outcomes }: Row): Outcome[] {
	const all = OUTCOMES.filter((each) => (outcomes[each] ?? 0) > 0 || each === outcome);
	const others = TOP_DOWN.toReversed().filter((each) => each !== outcome && all.includes(each));
	const shown = new Set([outcome, ...others.slice(0, ENDS_MAX - 1)]);
	return TOP_DOWN.filter((each) => shown.has(each));
}

function draw(shape: string[], outcomes: Outcome[], kind: JourneyRow["kind"]): MiniWay {
	const weights = shape.slice(1).map((stop): number => (stop.endsWith("+") ? INNER : 1));
	const total = weights.reduce((sum, weight) => sum + weight, 1);
	const step = Math.min(WIDEST_STEP, (WAY_WIDTH - 20) / total);
	const xs = [8];
	for (const weight of weights) xs.push(round((xs.at(-1) ?? 8) + weight * step));
	const lastStop = xs.at(-1) ?? 8;
	const end = shape.length > 0 || kind === "refused" ? round(lastStop + step) : lastStop;
	const { ys, r } = PLACES[outcomes.length - 1] ?? { ys: [MIDDLE], r: 6.4 };
	return {
		track: shape.length > 1 ? `M8 ${MIDDLE}H${lastStop}` : "",
		platforms: shape
			.map((stop, i) => (stop.endsWith("+") ? `M${xs[i - 1] ?? 8} ${MIDDLE}H${xs[i] ?? 8}` : ""))
			.join(""),
		rings: shape.map((stop, i) => ring(xs[i] ?? 8, stop.startsWith("f") ? FILTER_RING : RING)).join(""),
		end,
		ends: outcomes.map((outcome, i) => {
			const y = ys[i] ?? MIDDLE;
			return {
				outcome,
				d: shape.length === 0 ? "" : stretch(lastStop, end, y),
				tried: !TRAVELLED.includes(outcome),
				y,
				r,
			};
		}),
	};
}

function stretch(from: number, to: number, y: number): string {
	if (y === MIDDLE) return `M${from} ${MIDDLE}H${to}`;
	const half = round((from + to) / 2);
	return `M${from} ${MIDDLE}C${half} ${MIDDLE} ${half} ${y} ${to} ${y}`;
}

function ring(x: number, r: number): string {
	const half = `a${r} ${r} 0 1 0 `;
	return `M${round(x - r)} ${MIDDLE}${half}${2 * r} 0${half}${-2 * r} 0`;
}

const round = (n: number) => Math.round(n * 100) / 100;
