/**
 * A message's way in miniature, as three paths: what was travelled, the last stretch, the rings of its stops. Pure; the same ways
 * come again and again in a list, so the paths of a way are made once.
 */
import type { JourneyRow } from "@mailtrail/core/wire";
import { isFilter } from "../lib/mta.ts";

export interface MiniWay {
	track: string;
	last: string;
	rings: string;
	/** where the outcome's mark stands */
	end: number;
	/** the last stretch was tried, not travelled */
	tried: boolean;
}

const WAY_WIDTH = 176;
const MIDDLE = 10;
const STOPS_MAX = 12;
const WIDEST_STEP = 30;
const RING = 4.4;
const FILTER_RING = 2.8;
const TRAVELLED: readonly string[] = ["delivered", "relayed", "expanded"];

const made = new Map<string, MiniWay>();
const MADE_MAX = 500;

export function miniWay({ stops, outcome, kind }: Pick<JourneyRow, "stops" | "outcome" | "kind">): MiniWay {
	const rings = stops.slice(0, STOPS_MAX).map(({ mta }) => (isFilter(mta) ? FILTER_RING : RING));
	const tried = !TRAVELLED.includes(outcome);
	const key = `${rings.join()} ${tried} ${kind}`;
	const known = made.get(key);
	if (known !== undefined) return known;
	if (made.size >= MADE_MAX) made.clear();
	const way = draw(rings, tried, kind);
	made.set(key, way);
	return way;
}

function draw(rings: number[], tried: boolean, kind: JourneyRow["kind"]): MiniWay {
	const step = Math.min(WIDEST_STEP, (WAY_WIDTH - 20) / Math.max(1, rings.length));
	const at = (place: number) => round(8 + step * place);
	const end = at(Math.max(rings.length, kind === "refused" ? 1 : 0));
	const lastStop = at(rings.length - 1);
	return {
		track: rings.length > 1 ? `M8 ${MIDDLE}H${lastStop}` : "",
		last: rings.length > 0 ? `M${lastStop} ${MIDDLE}H${end}` : "",
		rings: rings.map((r, place) => ring(at(place), r)).join(""),
		end,
		tried,
	};
}

function ring(x: number, r: number): string {
	const half = `a${r} ${r} 0 1 0 `;
	return `M${round(x - r)} ${MIDDLE}${half}${2 * r} 0${half}${-2 * r} 0`;
}

const round = (n: number) => Math.round(n * 100) / 100;
