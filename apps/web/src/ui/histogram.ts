/** A volume over time as stacked bars, and a stretch of it as terms of a question. Pure: the size is given. */
import type { VolumeAnswer } from "@mailtrail/core/wire";

/** bottom to top; bad news stands on top, where it is seen */
export const STACK = [
	"delivered",
	"relayed",
	"expanded",
	"discarded",
	"quarantined",
	"unknown",
	"delayed",
	"refused",
	"failed",
] as const;
export type StackName = (typeof STACK)[number];

export interface Bar {
	at: number;
	total: number;
	parts: { name: StackName; n: number; y: number; height: number }[];
}

export function bars({ buckets }: VolumeAnswer, height: number): { bars: Bar[]; most: number } {
	const totals = buckets.map(({ outcomes }) => Object.values(outcomes).reduce((sum, n) => sum + n, 0));
	const most = Math.max(1, ...totals);
	return {
		most,
		bars: buckets.map(({ at, outcomes }, i) => {
			let y = height;
			const parts = STACK.flatMap((name) => {
				const n = outcomes[name] ?? 0;
				if (n === 0) return [];
				// a single failure among thousands must be seen
				const tall = Math.max(1.5, (n / most) * height);
				y -= tall;
				return [{ name, n, y: Math.max(0, y), height: tall }];
			});
			return { at: Date.parse(at), total: totals[i] ?? 0, parts };
		}),
	};
}

/** Where the first bar stands, if all before it is empty for more than half of the picture: from there on it would say more. */
export function beginsLate({ buckets }: VolumeAnswer): string | undefined {
	const first = buckets.findIndex(({ outcomes }) => Object.values(outcomes).some((n) => n > 0));
	return first > buckets.length / 2 ? buckets[first]?.at : undefined;
}

/** Bars `from` … `until`, both in, as the words of the search box. */
export function stretch(volume: VolumeAnswer, from: number, until: number): string {
	const [a, b] = from <= until ? [from, until] : [until, from];
	const at = (i: number) => Date.parse(volume.buckets[i]?.at ?? volume.from);
	const minute = (ms: number) => new Date(ms).toISOString().replace(/(?::00)?\.000Z$/, "Z");
	return `since:${minute(at(a))} until:${minute(at(b) + volume.step * 1000)}`;
}

/** About `wanted` round moments to write below the axis, in the zone whose offset is given. */
export function ticks(volume: VolumeAnswer, wanted: number, offsetMs: (at: number) => number): number[] {
	const first = Date.parse(volume.buckets[0]?.at ?? volume.from);
	const last = Date.parse(volume.buckets.at(-1)?.at ?? volume.until) + volume.step * 1000;
	const MINUTE = 60_000;
	const steps = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14_400].map((n) => n * MINUTE);
	const step = steps.find((candidate) => (last - first) / candidate <= wanted) ?? 43_200 * MINUTE;
	const found: number[] = [];
	const offset = offsetMs(first);
	for (let at = Math.ceil((first + offset) / step) * step - offset; at <= last; at += step) found.push(at);
	return found;
}

export interface AxisLabel {
	at: number;
	/** of its moment, from the left */
	x: number;
	text: string;
	/** a day's name, which is written rather than the hours beside it */
	day: boolean;
}

/** width of a character of the axis; Japanese is as wide as it is high */
const LATIN = 6.65;
const WIDE = 11;
/** between two labels */
const APART = 8;

/** What of the labels can be written side by side within `width`, and on which side of its moment each stands. */
export function writable<T extends AxisLabel>(
	labels: readonly T[],
	width: number,
): (T & { anchor: "start" | "middle" | "end" })[] {
	const placed = labels.map((label) => {
		const room = [...label.text].reduce((sum, char) => sum + (char > "\u2e7f" ? WIDE : LATIN), 0);
		const half = room / 2;
		const anchor = label.x < half ? "start" : label.x > width - half ? "end" : "middle";
		const left = label.x - (anchor === "start" ? 0 : anchor === "middle" ? half : room);
		return { ...label, anchor, left, right: left + room } as const;
	});
	const taken: { left: number; right: number }[] = [];
	const isFree = (label: { left: number; right: number }) => {
		const free = taken.every((other) => label.left > other.right + APART || label.right < other.left - APART);
		if (free) taken.push(label);
		return free;
	};
	const days = new Set(placed.filter((label) => label.day && isFree(label)));
	return placed.filter((label) => days.has(label) || (!label.day && isFree(label)));
}
