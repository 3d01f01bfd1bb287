/**
 * The lines of one log, block by block, for a search that parses few of them. Lines that surely have a header of their own are
 * passed by unless they are asked for; all others, which may be the rest of the line before, and lines of an hour that a
 * clock change repeats are parsed in their order, in every reading. So what comes out is what reading everything gives.
 */
import type { MailEvent } from "@mailtrail/core/event";
import { createLineParser, type ParseOptions } from "@mailtrail/core/parse";
import { HeldBytes, headerOf } from "@mailtrail/core/scan";
import { BlockStore } from "../index-logs/block-store.ts";
import { readBlocks } from "../read-logs/read-blocks.ts";
import { type BlockLine, BlockLines, LineStarts } from "./block-lines.ts";
import { HourCheck, SameSecond } from "./header-checks.ts";
import { type BrokenLineJoiner, joinBroken } from "./join-broken.ts";
import { LineClock } from "./line-clock.ts";

interface Block {
	/** lines before it */
	before: number;
	/** every line surely has a header, and no hour is repeated */
	plain: boolean;
}

export interface LineBlock {
	bytes: Buffer;
	/** the same, up to the end of the last line */
	held: HeldBytes;
	/** lines of the file before it, also where the whole was read before */
	before: number;
	/** The line at a place; undefined where it was given to `onEvent` in its order. */
	lineAt(place: number): BlockLine | undefined;
	/** Its number in the file, counted from the beginning of the block. */
	numberOf(line: BlockLine): number;
	/** The lines that are not given to `onEvent`. */
	forEach(onLine: (start: number, end: number, number: number) => void): void;
	/** Each line once, however often it is asked for. */
	parse(start: number, end: number): MailEvent;
	/** When the line was written, to the second; NaN where its bytes do not tell. */
	timeOf(start: number, end: number): number;
}

export class LineBlocks {
	readonly file: string;
	/** how many there are, as far as they were read */
	lines = 0;
	readonly options: ParseOptions;
	readonly #blocks: Block[] = [];
	#size = Number.POSITIVE_INFINITY;
	/** to be looked at again in any order */
	readonly store: BlockStore;
	readonly #repeats: HourCheck;
	readonly #second = new SameSecond();
	/** where the lines of the block begin that is being read */
	readonly #starts = new LineStarts();

	constructor(file: string, options: ParseOptions) {
		this.file = file;
		this.options = options;
		this.store = new BlockStore(file);
		this.#repeats = new HourCheck(options);
	}

	/** `onBlock` may end the reading with false. Lines that are parsed in any case come to `onEvent`. */
	async read(
		onBlock: (block: LineBlock, number: number) => boolean,
		onEvent: (event: MailEvent, number: number, joined: boolean) => void,
	): Promise<void> {
		const parser = createLineParser(this.options);
		const clock = new LineClock(parser);
		const ordered = new OrderedLines(joinBroken(this.options, onEvent));
		let number = 0;
		let before = 0;
		let ended = false;
		const onBytes = (bytes: Buffer, length: number, position: number): boolean => {
			if (number === this.store.count) {
				if (Number.isNaN(position)) this.store.keep(bytes, length);
				else this.store.noteInFile(position, length);
			}
			const held = new HeldBytes(bytes, length);
			const lines = this.#linesOf(bytes, held, number, before, ordered);
			const first = before;
			const parsed = new Map<number, MailEvent>();
			before = this.#blocks[number + 1]?.before ?? before + lines.starts().count;
			this.lines = Math.max(this.lines, before);
			const go = onBlock(
				{
					bytes,
					held,
					before: first,
					lineAt: (place) => lines.at(place),
					numberOf: ({ start }) => lines.numberAt(start),
					forEach: (onLine) => lines.forEach(onLine),
					parse: (start, end) => {
						const known = parsed.get(start);
						if (known) return known;
						const event = parser.parse(bytes.toString("utf8", start, end));
						parsed.set(start, event);
						return event;
					},
					timeOf: (start, end) => clock.at(bytes, start, end),
				},
				number,
			);
			number += 1;
			ended = !go;
			return go;
		};
		if (this.store.isWhole) this.store.forEach(onBytes);
		else {
			const size = await readBlocks(this.file, this.#size, onBytes);
			if (!ended) this.#size = size;
			if (!ended) this.store.end();
		}
		ordered.end();
	}

	#linesOf(
		bytes: Buffer,
		held: HeldBytes,
		number: number,
		before: number,
		ordered: OrderedLines,
	): BlockLines {
		const lines = new BlockLines(bytes, held, before, this.#starts);
		const known = this.#blocks[number];
		if (!known?.plain) {
			const plain = this.options.program !== undefined || this.#feed(lines, bytes, ordered);
			if (!known) this.#blocks.push({ before, plain });
		}
		ordered.passed(lines);
		return lines;
	}

	/** Whether no line had to be parsed. */
	#feed(lines: BlockLines, bytes: Buffer, ordered: OrderedLines): boolean {
		let plain = true;
		const last = this.#second;
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		const starts = lines.starts();
		for (let nth = last.firstOther(view, starts, 0); nth < starts.count; ) {
			const { start, end } = lines.lineOf(nth);
			const header = headerOf(bytes, start, end);
			if (header === "local" && !this.#repeats.at(bytes, start, end)) last.keep(view, start, end);
			else if (header !== "zoned") {
				plain = false;
				ordered.line(lines, start, end, lines.before + nth + 1);
			}
			nth = last.firstOther(view, starts, nth + 1);
		}
		return plain;
	}
}

/** Gives lines to the joiner, each with the line before it, which it may be the rest of. */
class OrderedLines {
	readonly #joiner: BrokenLineJoiner;
	#lastOfBlock: { text: string; start?: number } | undefined;
	/** the number of the last line that was given */
	#given = 0;

	constructor(joiner: BrokenLineJoiner) {
		this.#joiner = joiner;
	}

	line(lines: BlockLines, start: number, end: number, number: number): void {
		if (this.#given !== number - 1 && number > 1) {
			this.#joiner.end();
			const previous = lines.previous(start) ?? this.#lastOfBlock;
			if (previous !== undefined) this.#joiner.line(previous.text, number - 1);
			if (previous?.start !== undefined) lines.taken.add(previous.start);
		}
		this.#joiner.line(lines.bytes.toString("utf8", start, end), number);
		lines.taken.add(start);
		this.#given = number;
	}

	passed(lines: BlockLines): void {
		this.#lastOfBlock = { text: lines.last() };
	}

	end(): void {
		this.#joiner.end();
	}
}
