/**
 * Logs → which lines belong to which message, in one reading, in some twenty bytes for each line and fifty for each id. Lines that can be
 * parsed alone are not kept; of those that only their neighbours explain (broken in two, in an hour that a clock change
 * repeats) it is kept what they turned out to be.
 */
import type { MailEvent } from "@mailtrail/core/event";
import { NeedleTable } from "@mailtrail/core/scan";
import type { HostFile } from "../trace/host-file.ts";
import type { LineBlock } from "../trace/line-blocks.ts";
import { LineClock } from "../trace/line-clock.ts";
import { hides } from "../trace/line-texts.ts";
import { createLineParser, type LineParser } from "@mailtrail/core/parse";
import { ASKED, LineNodes, NOTHING, TOLD } from "./line-nodes.ts";
import { Nodes } from "./nodes.ts";
import { NumberList } from "./number-list.ts";

/** What a line turned out to be among its neighbours. */
export interface Explained {
	raw: string;
	at?: string;
}

/** One block of one log, and the lines before it in all of them. */
export interface IndexedBlock {
	file: HostFile;
	/** its number in the file */
	block: number;
	/** lines before it in all logs, and in its file */
	before: number;
	beforeInFile: number;
	/** and in all files of its host */
	order: number;
}

/** A line of a node; lines are counted through all logs from 1. */
class Entries {
	readonly nodes = new NumberList();
	readonly lines = new NumberList();

	push(node: number, line: number): void {
		this.nodes.push(node);
		this.lines.push(line);
	}

	/** Leaves those of nodes that are of interest. */
	keep(isOf: (node: number) => boolean): void {
		let kept = 0;
		for (let place = 0; place < this.nodes.length; place++) {
			if (!isOf(this.nodes.at(place))) continue;
			this.nodes.set(kept, this.nodes.at(place));
			this.lines.set(kept++, this.lines.at(place));
		}
		this.nodes.cut(kept);
		this.lines.cut(kept);
	}
}

export class LineIndex {
	readonly nodes = new Nodes();
	messages = new Entries();
	sessions = new Entries();
	readonly blocks: IndexedBlock[] = [];
	readonly explained = new Map<number, Explained>();
	readonly #asked: readonly string[] | undefined;
	readonly #table = new NeedleTable();
	#linesBefore = 0;

	/** `asked` are texts of which each message in question has one in a line of its own; without them all are in question. */
	constructor(asked: readonly string[] | undefined) {
		this.#asked = asked?.map((text) => text.toLowerCase());
		for (const text of this.#asked ?? []) this.#table.add(Buffer.from(text, "utf8"));
	}

	async read(files: readonly HostFile[]): Promise<void> {
		for (const file of files) await this.#readFile(file);
		this.sessions.keep((node) => this.nodes.has(node, TOLD));
	}

	/** When groups are made of it, only what finds a line and a group again is needed. */
	shrink(): void {
		this.messages = new Entries();
		this.sessions = new Entries();
		this.nodes.keepNumbersAlone();
	}

	async #readFile(file: HostFile): Promise<void> {
		const { blocks } = file;
		const base = this.#linesBefore;
		const reading = new FileReading(this, file, base, createLineParser(blocks.options));
		await blocks.read(
			(block, number) => {
				this.blocks.push({
					file,
					block: number,
					before: base + block.before,
					beforeInFile: block.before,
					order: file.order() + block.before,
				});
				reading.block(block, this.#asked && this.#placesIn(block));
				return true;
			},
			(event, number, joined) =>
				reading.event(
					event,
					number,
					joined,
					this.#asked?.some((text) => event.raw.toLowerCase().includes(text)),
				),
		);
		this.#linesBefore = base + blocks.lines;
	}

	/** Where the block holds what is asked for. */
	#placesIn(block: LineBlock): number[] {
		const places: number[] = [];
		this.#table.search(block.held, (place) => places.push(place));
		return places.sort((a, b) => a - b);
	}
}

class FileReading {
	readonly #index: LineIndex;
	readonly #file: HostFile;
	readonly #base: number;
	readonly #parser: LineParser;
	readonly #clock: LineClock;
	readonly #line: LineNodes;

	constructor(index: LineIndex, file: HostFile, base: number, parser: LineParser) {
		this.#index = index;
		this.#file = file;
		this.#base = base;
		this.#parser = parser;
		this.#clock = new LineClock(parser);
		this.#line = new LineNodes(index.nodes, file.host);
	}

	block(block: LineBlock, asked: readonly number[] | undefined): void {
		const { bytes } = block;
		const bare = this.#file.blocks.options.program !== undefined;
		let next = 0;
		block.forEach((start, end, number) => {
			let isAsked = false;
			for (; asked && next < asked.length && (asked[next] as number) < end; next++)
				if ((asked[next] as number) >= start) isAsked = true;
			this.#noteGeneration(bytes, start, end, bare);
			if (bare || !this.#line.ofBytes(bytes, start, end, this.#clock)) {
				const event = this.#parser.parse(bytes.toString("utf8", start, end));
				this.#line.ofEvent({ ...this.#file.bare, ...event });
			}
			if (this.#line.queue === NOTHING && this.#line.session === NOTHING) return;
			const at = bare ? Date.parse(this.#file.bare.at ?? "") : this.#clock.at(bytes, start, end);
			this.#add(number, at, isAsked);
		});
	}

	/** A line that was read among its neighbours. */
	event(event: MailEvent, number: number, joined: boolean, isAsked = false): void {
		const { explained } = this.#index;
		if (event.at !== undefined) this.#file.generation ??= new Date(event.at).toISOString();
		this.#line.ofEvent({ ...this.#file.bare, ...event });
		if (this.#line.queue === NOTHING && this.#line.session === NOTHING) return;
		// nothing but its own bytes is needed again where the time stands in it whole
		if (joined || !isAlone(event.raw, this.#file.blocks.options.zone))
			explained.set(this.#base + number, { raw: event.raw, ...(event.at !== undefined && { at: event.at }) });
		this.#add(
			number,
			event.at === undefined ? Number.NaN : Date.parse(event.at),
			isAsked || hides(event.raw),
		);
	}

	#noteGeneration(bytes: Buffer, start: number, end: number, bare: boolean): void {
		if (bare || this.#file.generation !== undefined) return;
		const { at } = this.#parser.parse(bytes.toString("utf8", start, end));
		if (at !== undefined) this.#file.generation = new Date(at).toISOString();
	}

	#add(number: number, at: number, isAsked: boolean): void {
		const { nodes, messages, sessions } = this.#index;
		const seconds = Number.isNaN(at) ? 0 : Math.max(0, Math.floor(at / 1000));
		const line = this.#base + number;
		for (const node of [this.#line.queue, this.#line.session]) {
			if (node === NOTHING) continue;
			(node === this.#line.queue ? messages : sessions).push(node, line);
			nodes.wasAt(node, seconds);
			if (isAsked) nodes.flag(node, ASKED);
		}
	}
}

/** Journald's entries and daemontools' lines name the moment itself; on UTC no hour comes twice. */
function isAlone(raw: string, zone: string): boolean {
	return zone === "UTC" || raw.startsWith("{") || raw.startsWith("@");
}
