/**
 * A thousand lines of a packed slice. What a line says is not stored: the raw line is the truth, and core reads it again. Where
 * that gives another event than the agent sent (a time without year or zone, a queue that was found later), the difference is
 * kept, or all of the event where little is the same. Of places, what does not follow from the lengths of the lines before.
 */
import { isDeepStrictEqual } from "node:util";
import type { MailEvent } from "@mailtrail/core/event";
import { parseLine } from "@mailtrail/core/parse";
import { createLineReader } from "@mailtrail/core/syslog";
import { epochMs } from "@mailtrail/core/trace";
import { UTF8_MAX } from "./byte-store.ts";
import { ByteReader, ByteWriter, utf8 } from "./bytes.ts";
import { compress, decompress } from "./compress.ts";

/** measured: blocks of a thousand take a sixth less than those of 256, and a third of a millisecond to unpack */
export const LINES_PER_BLOCK = 1_024;
/** fields that may differ before the whole event is kept */
const FIELDS_MAX = 6;

export interface PackedLine {
	/** its place in the slice: number of the source × 2^40 + offset */
	id: number;
	/** as JSON, where it is kept so; without it, this core has just read `event` of its line */
	text?: string;
	readonly event: MailEvent;
}

/** How the lines of a block are read again; of the first line that tells the zone. */
export interface Reading {
	zone: string;
	now: number;
}

/** What core does not say of the raw line: other values of some fields, fields that are not, or another event altogether. */
export interface Difference {
	set?: Record<string, unknown>;
	drop?: string[];
	whole?: Record<string, unknown>;
}

export function packLines(lines: readonly PackedLine[]): Uint8Array {
	const reading = readingAt(
		lines.map((line) => (line.text === undefined ? line.event.at : textIn(line.text, "at"))),
	);
	const times = new SameTimes(reading);
	const differences: Record<number, Difference> = {};
	const raws = lines.map((line, at) => {
		const { text } = line;
		const quick = text === undefined ? undefined : textIn(text, "raw");
		// most are read again as they were: then their events need not be made
		if (quick !== undefined && JSON.stringify(parseLine(quick, reading)) === text) return quick;
		const { event } = line;
		const difference = text === undefined && times.isSame(event) ? undefined : differenceOf(event, reading);
		if (difference) differences[at] = difference;
		return event.raw;
	});
	const bytes = Buffer.allocUnsafe(raws.reduce((sum, raw) => sum + UTF8_MAX * raw.length, 0));
	let end = 0;
	const lengths = raws.map((raw) => {
		const length = bytes.write(raw, end);
		end += length;
		return length;
	});
	const ids = lines.map(({ id }) => id);
	return packBytes({ ids, lengths, pieces: [bytes.subarray(0, end)], reading, differences });
}

interface BlockParts {
	ids: readonly number[];
	/** of each line in bytes */
	lengths: readonly number[];
	/** the lines, one behind the other */
	pieces: readonly Uint8Array[];
	reading: Reading;
	differences: Record<number, Difference>;
}

export function packBytes({ ids, lengths, pieces, reading, differences }: BlockParts): Uint8Array {
	const out = new ByteWriter();
	out.number(ids.length);
	let next = 0;
	for (const [at, id] of ids.entries()) {
		const length = lengths[at] ?? 0;
		out.signed(id - next);
		out.number(length);
		next = id + length + 1;
	}
	out.text(JSON.stringify({ reading, differences }));
	for (const piece of pieces) out.bytes(piece);
	return compress(out.done());
}

/**
 * Whether the time of a line that this core has read in its log is the same where the line is read by itself; nothing else of it
 * hangs on where it stands (`createLineParser`). Lines that begin alike have one time.
 */
class SameTimes {
	readonly #reading: Reading;
	#lead = "";
	#at: string | undefined;

	constructor(reading: Reading) {
		this.#reading = reading;
	}

	isSame({ raw, at }: MailEvent): boolean {
		const lead = raw.slice(0, LEAD);
		if (at !== undefined && at === this.#at && lead === this.#lead) return true;
		// a reader of its own: one that has read other lines knows of a clock that was set back
		const read = createLineReader(this.#reading).read(raw)?.header.at;
		if (read !== at) return false;
		[this.#lead, this.#at] = [lead, at];
		return true;
	}
}

/** `Jan 12 04:00:10` */
const LEAD = 15;

/**
 * A field of an event's JSON, where it has nothing to be unescaped: a guess, for whoever looks whether it is right. Within a text
 * every quote stands behind a backslash, so a name between two is a name.
 */
function textIn(text: string, name: "raw" | "at"): string | undefined {
	const begin = text.indexOf(`"${name}":"`);
	if (begin < 0) return undefined;
	const from = begin + name.length + 4;
	const value = text.slice(from, text.indexOf('"', from));
	return value.includes("\\") ? undefined : value;
}

/** The lines of a block: nothing is read of one that is not asked for. */
export class LineBlock {
	readonly ids: number[] = [];
	readonly #starts: number[] = [];
	readonly #bytes: Uint8Array;
	readonly #reading: Reading;
	readonly #differences: Record<number, Difference>;

	constructor(data: Uint8Array) {
		this.#bytes = decompress(data);
		const bytes = new ByteReader(this.#bytes);
		const lengths: number[] = [];
		let next = 0;
		for (let left = bytes.number(); left > 0; left--) {
			const id = next + bytes.signed();
			const length = bytes.number();
			this.ids.push(id);
			lengths.push(length);
			next = id + length + 1;
		}
		const { reading, differences } = JSON.parse(bytes.text());
		this.#reading = reading;
		this.#differences = differences;
		let at = bytes.at;
		for (const length of lengths) {
			this.#starts.push(at);
			at += length;
		}
		this.#starts.push(at);
	}

	/** What the block takes in memory, about. */
	get size(): number {
		return this.#bytes.length + this.ids.length * 16;
	}

	/** -1: it is not here. */
	indexOf(id: number): number {
		let [low, high] = [0, this.ids.length - 1];
		while (low <= high) {
			const middle = (low + high) >>> 1;
			const found = this.ids[middle] ?? 0;
			if (found === id) return middle;
			if (found < id) low = middle + 1;
			else high = middle - 1;
		}
		return -1;
	}

	raw(index: number): string {
		return utf8(this.#bytes, this.#starts[index] ?? 0, this.#starts[index + 1] ?? 0);
	}

	event(index: number): MailEvent {
		const raw = this.raw(index);
		const difference = this.#differences[index];
		if (!difference) return parseLine(raw, this.#reading);
		// readers of a stored event trust its shape: it is as it was when it was stored
		if (difference.whole) return { ...difference.whole, raw } as MailEvent;
		const event: Record<string, unknown> = { ...parseLine(raw, this.#reading), ...difference.set };
		for (const name of difference.drop ?? []) delete event[name];
		return event as unknown as MailEvent;
	}
}

const OFFSET = /([+-]\d\d:\d\d)$/;

/** A header without year and zone has those of the agent: its zone, and not later than the block's latest line. */
export function readingAt(times: Iterable<string | undefined>): Reading {
	let now = 0;
	let zone: string | undefined;
	let before: string | undefined;
	for (const at of times) {
		if (at === undefined || at === before) continue;
		before = at;
		now = Math.max(now, Math.floor(epochMs(at)) || 0);
		zone ??= OFFSET.exec(at)?.[1];
	}
	return { zone: zone === undefined || zone === "+00:00" || !isZone(zone) ? "UTC" : zone, now };
}

/** An agent may have sent anything as a time. */
function isZone(offset: string): boolean {
	try {
		return new Intl.DateTimeFormat("en", { timeZone: offset }) !== undefined;
	} catch {
		return false;
	}
}

export function differenceOf(event: MailEvent, reading: Reading): Difference | undefined {
	const stored: Record<string, unknown> = { ...event };
	const read: Record<string, unknown> = { ...parseLine(event.raw, reading) };
	const names = Object.keys(stored).filter((name) => !isDeepStrictEqual(stored[name], read[name]));
	const drop = Object.keys(read).filter((name) => read[name] !== undefined && !(name in stored));
	if (names.length === 0 && drop.length === 0) return undefined;
	if (event.kind !== read.kind || names.length + drop.length > FIELDS_MAX) {
		const { raw: _, ...whole } = stored;
		return { whole };
	}
	const set = Object.fromEntries(names.map((name) => [name, stored[name]]));
	return { ...(names.length > 0 && { set }), ...(drop.length > 0 && { drop }) };
}
