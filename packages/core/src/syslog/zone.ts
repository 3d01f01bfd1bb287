/**
 * Wall-clock times of a zone as instants: which instants a local time may mean (two in the hour that a clock change
 * repeats, none in the one that it skips). Pure given its input; offsets are asked of Intl once per quarter of an hour
 * and remembered, in bounded tables.
 */

const QUARTER = 900_000;
const MOST_REMEMBERED = 20_000;

export interface ZoneClock {
	/** offset from UTC in minutes at an instant */
	offsetAt(epoch: number): number;
	/** the instants, earliest first, that `local` (a wall-clock time written as if UTC) may mean; never empty */
	instantsOf(local: number): readonly number[];
}

/** Clocks are the same for everybody, and dear to make. */
const clocks = new Map<string, ZoneClock>();
const MOST_CLOCKS = 100;

/** The clock of an IANA zone, or of a fixed offset (`+09:00`). An unknown zone throws a RangeError: check it first. */
export function zoneClock(zone: string): ZoneClock {
	const known = clocks.get(zone);
	if (known) return known;
	if (clocks.size >= MOST_CLOCKS) clocks.clear();
	// most servers run in it, and asking Intl for the first time takes longer than all else that a short log needs
	const clock = zone === "UTC" ? UTC : createZoneClock(zone);
	clocks.set(zone, clock);
	return clock;
}

const UTC: ZoneClock = { offsetAt: () => 0, instantsOf: (local) => [local] };

function createZoneClock(zone: string): ZoneClock {
	const format = new Intl.DateTimeFormat("en-US", {
		timeZone: zone,
		hourCycle: "h23",
		year: "numeric",
		month: "numeric",
		day: "numeric",
		hour: "numeric",
		minute: "numeric",
		second: "numeric",
	});
	const offsets = new Map<number, number>();
	const shifts = new Map<number, readonly number[]>();

	function offsetAt(epoch: number): number {
		const quarter = Math.floor(epoch / QUARTER);
		const known = offsets.get(quarter);
		if (known !== undefined) return known;
		const offset = (wallClock(format, quarter * QUARTER) - quarter * QUARTER) / 60_000;
		if (offsets.size >= MOST_REMEMBERED) offsets.clear();
		offsets.set(quarter, offset);
		return offset;
	}

	/** Offsets in milliseconds under which the quarter of an hour at `local` exists. */
	function shiftsOf(local: number): readonly number[] {
		const quarter = Math.floor(local / QUARTER);
		const known = shifts.get(quarter);
		if (known) return known;
		const start = quarter * QUARTER;
		const before = offsetAt(start - 86_400_000) * 60_000;
		const after = offsetAt(start + 86_400_000) * 60_000;
		const possible = before === after ? [before] : [Math.max(before, after), Math.min(before, after)];
		const real = possible.filter((shift) => offsetAt(start - shift) * 60_000 === shift);
		// a time that the clock skipped: read as if it had not been put forward yet
		const found = real.length > 0 ? real : [before];
		if (shifts.size >= MOST_REMEMBERED) shifts.clear();
		shifts.set(quarter, found);
		return found;
	}

	return {
		offsetAt,
		instantsOf: (local) => shiftsOf(local).map((shift) => local - shift),
	};
}

function wallClock(format: Intl.DateTimeFormat, epoch: number): number {
	const part: Record<string, number> = {};
	for (const { type, value } of format.formatToParts(epoch)) part[type] = Number(value);
	return Date.UTC(
		part.year as number,
		(part.month as number) - 1,
		part.day as number,
		part.hour as number,
		part.minute as number,
		part.second as number,
	);
}

/** `-300` as `-05:00`. */
export function writeOffset(minutes: number): string {
	const size = Math.abs(minutes);
	const hours = String(Math.floor(size / 60)).padStart(2, "0");
	return `${minutes < 0 ? "-" : "+"}${hours}:${String(Math.floor(size % 60)).padStart(2, "0")}`;
}
