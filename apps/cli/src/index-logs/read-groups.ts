/**
 * Groups of lines → the hops of each batch of groups: its lines are read again and parsed, each once. Their texts are parts of whole
 * blocks: what is kept for longer than a batch has to be copied.
 */
import { isAscii } from "node:buffer";
import type { MailEvent } from "@mailtrail/core/event";
import { createLineParser, type LineParser } from "@mailtrail/core/parse";
import { foldQueue, type Hop, isSessionKey, type LocatedEvent, queueKeys } from "@mailtrail/core/trace";
import type { HostFile } from "../trace/host-file.ts";
import { collectGarbage } from "./collect-garbage.ts";
import type { Groups } from "./groups.ts";
import type { IndexedBlock, LineIndex } from "./line-index.ts";
import { GroupSplit } from "./split-group.ts";

const NEWLINE = 10;
const RETURN = 13;
/** Lines of one block that are worth a string of the whole block. */
const MANY = 50;
/** Lines after which memory is given back. */
const COLLECTED = 20_000;
/** Lines of a batch: the memory that it takes, and how often a block is read again. */
export const BATCH = 2_000;
/** A group of more lines is read in parts of so many: together they would take hundreds of megabytes. */
export const GIANT = 20_000;

export interface Batch {
	groups: readonly number[];
	hops: Hop[];
	groupOf: ReadonlyMap<Hop, number>;
	/** raw lines by their reference */
	lines: ReadonlyMap<string, string>;
	/** where its only group is read in parts and goes on in the next batch: the second of its next line */
	goesOnAt?: number;
}

interface Collected {
	group: number;
	events: LocatedEvent[];
}

export class GroupReader {
	readonly #index: LineIndex;
	readonly #groups: Groups;
	readonly #parsers = new Map<HostFile, LineParser>();
	readonly #wanted: Uint8Array;
	readonly #batch: number;
	readonly #giant: number;

	constructor(index: LineIndex, groups: Groups, batch: number, giant: number) {
		this.#batch = batch;
		this.#giant = giant;
		this.#index = index;
		this.#groups = groups;
		this.#wanted = new Uint8Array(groups.count);
	}

	/** The groups in their order, `besides` with each batch. */
	*batches(groups: readonly number[], besides: readonly number[] = []): Iterable<Batch> {
		const teachers = besides.filter((group) => !this.#isGiant(group));
		let from = 0;
		let since = 0;
		while (from < groups.length) {
			const first = groups[from] as number;
			if (this.#isGiant(first)) {
				yield* this.#parts(first, teachers);
				from += 1;
				continue;
			}
			let lines = 0;
			let until = from;
			for (; until < groups.length && lines < this.#batch; until++) {
				if (this.#isGiant(groups[until] as number)) break;
				lines += this.#groups.countOf(groups[until] as number);
			}
			const own = groups.slice(from, until);
			since += lines;
			if (since > COLLECTED) {
				collectGarbage();
				since = 0;
			}
			const all = new Set([...own, ...teachers]);
			yield { groups: own, ...this.#read(all, this.#linesOf(all)) };
			from = until;
		}
	}

	#isGiant(group: number): boolean {
		return this.#groups.countOf(group) > this.#giant;
	}

	*#parts(group: number, besides: readonly number[]): Iterable<Batch> {
		const split = new GroupSplit(this.#index.nodes, this.#groups.countOf(group));
		this.#eachLine(this.#linesOf(new Set([group])), (located, line) => split.add(line, located));
		const parts = split.parts(this.#giant);
		for (const [place, { lines }] of parts.entries()) {
			if (lines.length >= COLLECTED) collectGarbage();
			const goesOnAt = parts[place + 1]?.at;
			const all = Float64Array.from([...lines, ...this.#linesOf(new Set(besides))]).sort();
			const read = this.#read(new Set([group, ...besides]), all);
			yield { groups: [group], ...read, ...(goesOnAt !== undefined && { goesOnAt }) };
		}
	}

	#read(groups: ReadonlySet<number>, lines: Float64Array): Omit<Batch, "groups"> {
		const byKey = new Map<string, Collected>();
		const raw = new Map<string, string>();
		for (const group of groups) this.#wanted[group] = 1;
		this.#eachLine(lines, (located) => {
			raw.set(located.ref, located.event.raw);
			for (const key of queueKeys(located.host, located.event)) {
				const group = this.#groups.withKey(isSessionKey(key) ? key : `q:${key.slice(key.indexOf(" ") + 1)}`);
				if (group === undefined || this.#wanted[group] === 0) continue;
				const known = byKey.get(key);
				if (known) known.events.push(located);
				else byKey.set(key, { group, events: [located] });
			}
		});
		for (const group of groups) this.#wanted[group] = 0;
		const groupOf = new Map<Hop, number>();
		for (const [key, { group, events }] of byKey) {
			for (const hop of foldQueue(key, events)) groupOf.set(hop, group);
			// where thousands of messages belong together it would be twice the memory
			byKey.delete(key);
		}
		if (raw.size > COLLECTED) collectGarbage();
		return { hops: [...groupOf.keys()], groupOf, lines: raw };
	}

	#linesOf(groups: ReadonlySet<number>): Float64Array {
		let count = 0;
		for (const group of groups) count += this.#groups.countOf(group);
		const lines = new Float64Array(count);
		let place = 0;
		for (const group of groups)
			for (const own of this.#groups.linesOf(group)) {
				lines.set(own, place);
				place += own.length;
			}
		return lines.sort();
	}

	#eachLine(lines: Float64Array, onLine: (located: LocatedEvent, line: number) => void): void {
		let reading: BlockReading | undefined;
		let last = 0;
		for (const [place, line] of lines.entries()) {
			if (line === last) continue;
			last = line;
			if (!reading?.holds(line)) reading = this.#open(line, lines[place + MANY]);
			onLine(this.#located(reading, line), line);
		}
	}

	#located(reading: BlockReading, line: number): LocatedEvent {
		const { file, before, beforeInFile, order } = reading.block;
		const number = line - before;
		const event = this.#event(reading, line);
		const located: LocatedEvent = {
			host: file.host,
			ref: `${file.host}:${file.blocks.file}:${beforeInFile + number}`,
			order: order + number,
			event: file.bare.at === undefined ? event : { ...file.bare, ...event },
		};
		if (file.generation !== undefined) located.generation = file.generation;
		return located;
	}

	#event(reading: BlockReading, line: number): MailEvent {
		const { file } = reading.block;
		let parser = this.#parsers.get(file);
		if (!parser) {
			parser = createLineParser(file.blocks.options);
			this.#parsers.set(file, parser);
		}
		const explained = this.#index.explained.get(line);
		if (!explained) return parser.parse(reading.text(line));
		const event = parser.parse(explained.raw);
		return explained.at === undefined ? event : { ...event, at: explained.at };
	}

	/** @param later a line that is wanted after many others */
	#open(line: number, later = Number.POSITIVE_INFINITY): BlockReading {
		const { blocks } = this.#index;
		let low = 0;
		let high = blocks.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((blocks[middle] as IndexedBlock).before < line) low = middle;
			else high = middle - 1;
		}
		const until = blocks[low + 1]?.before ?? Number.POSITIVE_INFINITY;
		return new BlockReading(blocks[low] as IndexedBlock, until, later <= until);
	}
}

/** One block's lines, found in rising order. */
class BlockReading {
	readonly block: IndexedBlock;
	readonly #until: number;
	readonly #bytes: Buffer;
	readonly #length: number;
	/** the same as one string, of which each line is a part, where every byte is a letter */
	readonly #text: string | undefined;
	#line: number;
	#place = 0;

	constructor(block: IndexedBlock, until: number, asText: boolean) {
		this.block = block;
		this.#until = until;
		this.#line = block.before + 1;
		const { store } = block.file.blocks;
		this.#length = store.lengthOf(block.block);
		this.#bytes = store.block(block.block).subarray(0, this.#length);
		if (asText && isAscii(this.#bytes)) this.#text = this.#bytes.toString("latin1");
	}

	holds(line: number): boolean {
		return line <= this.#until;
	}

	text(line: number): string {
		for (; this.#line < line; this.#line++) this.#place = this.#newline() + 1;
		const found = this.#newline();
		const end = found < 0 ? this.#length : found;
		const cut = end > this.#place && this.#bytes[end - 1] === RETURN ? end - 1 : end;
		return this.#text?.slice(this.#place, cut) ?? this.#bytes.toString("utf8", this.#place, cut);
	}

	#newline(): number {
		return this.#text?.indexOf("\n", this.#place) ?? this.#bytes.indexOf(NEWLINE, this.#place);
	}
}
