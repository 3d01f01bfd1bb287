/** Groups of lines → the hops of each batch of groups: its lines are read again and parsed, each once. */
import type { MailEvent } from "@mailtrail/core/event";
import { createLineParser, type LineParser } from "@mailtrail/core/parse";
import { foldQueue, type Hop, isSessionKey, type LocatedEvent, queueKeys } from "@mailtrail/core/trace";
import type { HostFile } from "../trace/host-file.ts";
import type { Groups } from "./groups.ts";
import type { IndexedBlock, LineIndex } from "./line-index.ts";

const NEWLINE = 10;
const RETURN = 13;
/** Lines of a batch: the memory that it takes, and how often a block is read again. */
export const BATCH = 8_000;

export interface Batch {
	groups: readonly number[];
	hops: Hop[];
	groupOf: ReadonlyMap<Hop, number>;
	/** raw lines by their reference */
	lines: ReadonlyMap<string, string>;
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

	constructor(index: LineIndex, groups: Groups, batch: number) {
		this.#batch = batch;
		this.#index = index;
		this.#groups = groups;
		this.#wanted = new Uint8Array(groups.count);
	}

	/** The groups in their order, `besides` with each batch. */
	*batches(groups: readonly number[], besides: readonly number[] = []): Iterable<Batch> {
		let from = 0;
		while (from < groups.length) {
			let lines = 0;
			let until = from;
			for (; until < groups.length && lines < this.#batch; until++)
				lines += this.#groups.linesOf(groups[until] as number).length;
			const own = groups.slice(from, until);
			yield { groups: own, ...this.#read(new Set([...own, ...besides])) };
			from = until;
		}
	}

	#read(groups: ReadonlySet<number>): Omit<Batch, "groups"> {
		const byKey = new Map<string, Collected>();
		const raw = new Map<string, string>();
		for (const group of groups) this.#wanted[group] = 1;
		this.#eachLine(this.#linesOf(groups), (located) => {
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
		for (const [key, { group, events }] of byKey)
			for (const hop of foldQueue(key, events)) groupOf.set(hop, group);
		return { hops: [...groupOf.keys()], groupOf, lines: raw };
	}

	#linesOf(groups: ReadonlySet<number>): Float64Array {
		let count = 0;
		for (const group of groups) count += this.#groups.linesOf(group).length;
		const lines = new Float64Array(count);
		let place = 0;
		for (const group of groups) {
			const own = this.#groups.linesOf(group);
			lines.set(own, place);
			place += own.length;
		}
		return lines.sort();
	}

	#eachLine(lines: Float64Array, onLine: (located: LocatedEvent) => void): void {
		let reading: BlockReading | undefined;
		let last = 0;
		for (const line of lines) {
			if (line === last) continue;
			last = line;
			if (!reading?.holds(line)) reading = this.#open(line);
			onLine(this.#located(reading, line));
		}
	}

	#located(reading: BlockReading, line: number): LocatedEvent {
		const { file, before, beforeInFile } = reading.block;
		const number = line - before + beforeInFile;
		return {
			host: file.host,
			ref: `${file.host}:${file.blocks.file}:${number}`,
			...(file.generation !== undefined && { generation: file.generation }),
			order: reading.block.order + number - beforeInFile,
			event: { ...file.bare, ...this.#event(reading, line) },
		};
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

	#open(line: number): BlockReading {
		const { blocks } = this.#index;
		let low = 0;
		let high = blocks.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((blocks[middle] as IndexedBlock).before < line) low = middle;
			else high = middle - 1;
		}
		return new BlockReading(blocks[low] as IndexedBlock, blocks[low + 1]?.before ?? Number.POSITIVE_INFINITY);
	}
}

/** One block's lines, found in rising order. */
class BlockReading {
	readonly block: IndexedBlock;
	readonly #until: number;
	readonly #bytes: Buffer;
	readonly #length: number;
	#line: number;
	#place = 0;

	constructor(block: IndexedBlock, until: number) {
		this.block = block;
		this.#until = until;
		this.#line = block.before + 1;
		this.#bytes = block.file.blocks.store.block(block.block);
		this.#length = block.file.blocks.store.lengthOf(block.block);
	}

	holds(line: number): boolean {
		return line <= this.#until;
	}

	text(line: number): string {
		const bytes = this.#bytes;
		for (; this.#line < line; this.#line++) this.#place = bytes.indexOf(NEWLINE, this.#place) + 1;
		const found = bytes.indexOf(NEWLINE, this.#place);
		const end = found < 0 || found > this.#length ? this.#length : found;
		return bytes.toString(
			"utf8",
			this.#place,
			end > this.#place && bytes[end - 1] === RETURN ? end - 1 : end,
		);
	}
}
