/**
 * When each stop had the message, as bars one behind the other: every length comes from one host's own clock, so that
 * clocks which differ cannot bend the picture. A wait that is much longer than everything that moved is cut short, and says so.
 */
import { type StopTimes, totalAt } from "./stop-times.ts";

export const STAGES = ["before", "queue", "connection", "transmission"] as const;
export type Stage = (typeof STAGES)[number];

export interface Segment {
	name: Stage | "waiting";
	seconds: number;
	/** 0 … 1 of the picture's width */
	from: number;
	width: number;
	/** drawn shorter than it was */
	cut: boolean;
}
export interface WaterfallRow {
	times: StopTimes;
	/** seconds from the first stop's beginning */
	start: number;
	total: number;
	segments: Segment[];
	/** where tries began, 0 … 1, of a stop that waited */
	tries: number[];
}
export interface Waterfall {
	rows: WaterfallRow[];
	total: number;
	cut: boolean;
	/** all stops together, stages without any time left out */
	stages: { name: Segment["name"]; seconds: number }[];
}

/** A wait may take this much of the picture beside what moved. */
const WAIT_SHARE = 1.2;

export function waterfall(stops: StopTimes[], attemptTimes: number[]): Waterfall {
	const pieces = stops.map(piecesOf);
	const moving = sum(pieces.flat().filter((piece) => piece.name !== "waiting"));
	const longestWait = moving === 0 ? Number.POSITIVE_INFINITY : moving * WAIT_SHARE;
	const drawn = (piece: { name: string; seconds: number }) =>
		piece.name === "waiting" ? Math.min(piece.seconds, longestWait) : piece.seconds;
	const whole = pieces.flat().reduce((all, piece) => all + drawn(piece), 0);
	const rows: WaterfallRow[] = [];
	let start = 0;
	let at = 0;
	for (const [i, times] of stops.entries()) {
		const segments = (pieces[i] ?? []).map((piece): Segment => {
			const width = whole === 0 ? 0 : drawn(piece) / whole;
			const segment = { ...piece, from: at, width, cut: drawn(piece) < piece.seconds };
			at += width;
			return segment;
		});
		const total = totalAt(times);
		rows.push({ times, start, total, segments, tries: triesOf(times, segments, attemptTimes) });
		start += total;
	}
	const names: Segment["name"][] = [...STAGES, "waiting"];
	const stages = names
		.map((name) => ({ name, seconds: sum(pieces.flat().filter((piece) => piece.name === name)) }))
		.filter(({ seconds }) => seconds > 0);
	return { rows, total: start, cut: rows.some((row) => row.segments.some((s) => s.cut)), stages };
}

function piecesOf(times: StopTimes): { name: Segment["name"]; seconds: number }[] {
	if (times.waiting !== undefined) return [{ name: "waiting", seconds: times.waiting }];
	if (times.parts !== undefined)
		return STAGES.map((name, i) => ({ name, seconds: times.parts?.[i] ?? 0 })).filter((p) => p.seconds > 0);
	return times.stood === undefined || times.stood === 0 ? [] : [{ name: "queue", seconds: times.stood }];
}

/** Tries stand where they were made within the wait: its end is the last of them. */
function triesOf(times: StopTimes, segments: Segment[], attemptTimes: number[]): number[] {
	const [wait] = segments;
	const received = Date.parse(times.stop.receivedAt ?? "") / 1000;
	if (wait === undefined || times.waiting === undefined || times.waiting === 0) return [];
	return attemptTimes
		.map((at) => (at - received) / (times.waiting ?? 1))
		.filter((share) => share >= 0 && share <= 1)
		.map((share) => wait.from + share * wait.width);
}

function sum(pieces: { seconds: number }[]): number {
	return pieces.reduce((all, piece) => all + piece.seconds, 0);
}
