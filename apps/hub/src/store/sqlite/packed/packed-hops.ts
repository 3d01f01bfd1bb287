/**
 * The hops of a packed slice, in the order of their first lines: place N is hop N of that order, so lists of places are lists by
 * time. Found by time through the blocks' own times, by term through its list; a body is unpacked when somebody looks at it.
 */
import { hashTerm } from "../../term-hash.ts";
import { saysAll } from "@mailtrail/core/query";
import { type HopReads, type HopRow, readHop, type Said, type SliceBound } from "../slice/hop-rows.ts";
import type { Slice } from "../slice/slice.ts";
import { LONGEST_STAY_MS } from "../slice/slice-schema.ts";
import {
	HOPS_PER_BLOCK,
	type HopHeads,
	type PackedHop,
	readHeads,
	readHopText,
	readTexts,
} from "./hop-block.ts";
import { blocksWith, wordOf } from "./grams.ts";
import { Kept } from "./kept.ts";
import type { Cell } from "./columns.ts";
import { PackedRow } from "./packed-row.ts";
import { pageHash, postingsOf } from "./postings.ts";
import { countBelow } from "./rising.ts";
import { readColumns } from "./tables.ts";
import type { Sources } from "./slim-hop.ts";

/** of one thread, for all slices */
const BODIES_BYTES = 16 * 2 ** 20;
const HEADS_BYTES = 4 * 2 ** 20;
const HOPS_BYTES = 8 * 2 ** 20;
/** of a hop that is unpacked, about */
const BYTES_PER_LETTER = 4;
const LISTS_BYTES = 4 * 2 ** 20;
/** looked through for a text at once: some ten milliseconds */
const BLOCKS_AT_ONCE = 64;
const bodies = new Kept<readonly string[]>(BODIES_BYTES);
const heads = new Kept<HopHeads>(HEADS_BYTES);
/** one journey asks for the same few hops again and again */
const hops = new Kept<Pick<PackedHop, "key" | "own" | "hop">>(HOPS_BYTES);
const lists = new Kept<Uint32Array>(LISTS_BYTES);

export class PackedHops implements HopReads {
	readonly #slice: Slice;
	readonly #sources: Sources;
	#dictionary: Uint8Array | undefined;
	/** of each block the first hop's first line, and the latest last line */
	#times: { from: Float64Array; until: Float64Array } | undefined;

	constructor(slice: Slice) {
		this.#slice = slice;
		this.#sources = {
			generationNo: (place) => slice.generationNo(place),
			generationOf: (no) => slice.generationOf(no),
		};
	}

	/** How many blocks there are. */
	get blocks(): number {
		return this.#blockTimes().from.length;
	}

	has(key: string): boolean {
		return this.ofKey(key).length > 0;
	}

	ofKey(key: string): HopRow[] {
		const places = this.#list(hashTerm(keyTerm(key)));
		return [...places].map((place) => this.at(place)).filter((row) => row.key === key);
	}

	byTime(bound: SliceBound, limit: number): HopRow[] {
		const rows: HopRow[] = [];
		const { until } = this.#blockTimes();
		for (let place = this.#below(bound) - 1; place >= 0 && rows.length < limit; place--) {
			const block = blockOf(place);
			// nothing of this block is recent enough
			if ((until[block] ?? 0) < Math.floor(bound.endsAfter)) {
				place = block * HOPS_PER_BLOCK;
				if ((this.#blockTimes().from[block] ?? 0) < bound.endsAfter - LONGEST_STAY_MS) break;
				continue;
			}
			if (this.#isIn(place, bound)) rows.push(this.at(place));
		}
		return rows;
	}

	byTerm(term: number, bound: SliceBound, limit: number): HopRow[] {
		const list = this.#list(term);
		const { until } = this.#blockTimes();
		const rows: HopRow[] = [];
		for (let i = countBelow(list, this.#below(bound)) - 1; i >= 0 && rows.length < limit; i--) {
			const place = list[i] ?? 0;
			// most of a popular term's hops are over by then: no block of theirs is looked at
			if ((until[blockOf(place)] ?? 0) < Math.floor(bound.endsAfter)) continue;
			if (this.#firstAt(place) < bound.endsAfter - LONGEST_STAY_MS) break;
			if (this.#isIn(place, bound)) rows.push(this.at(place));
		}
		return rows;
	}

	/** Blocks that have all threes of the texts, the newest first; a body is unpacked where its block's line may say them. */
	saying(pieces: readonly string[], bound: SliceBound, limit: number): Said {
		const rows: HopRow[] = [];
		const below = this.#below(bound);
		const word = wordOf(pieces);
		const blocks = blocksWith(this.#slice, pieces);
		const { from, until } = this.#blockTimes();
		let looked = 0;
		for (const block of (blocks ?? Uint32Array.from(from.keys())).toReversed()) {
			const first = block * HOPS_PER_BLOCK;
			if (first >= below || (until[block] ?? 0) < Math.floor(bound.endsAfter)) continue;
			const texts = this.texts(block);
			for (let index = texts.length - 1; index >= 0; index--) {
				const place = first + index;
				if (place >= below || !this.#isIn(place, bound)) continue;
				if (!texts[index]?.toLowerCase().includes(word)) continue;
				const row = this.at(place);
				if (saysAll(readHop(row), pieces)) rows.push(row);
				if (rows.length === limit) return { rows, next: { at: row.first_at, no: row.no } };
			}
			const { firstAt = [], nos = [] } = this.#heads(block);
			if (++looked === BLOCKS_AT_ONCE) return { rows, next: { at: firstAt[0] ?? 0, no: nos[0] ?? 0 } };
		}
		return { rows };
	}

	/** Places of hops with this term, nearest in time to `around`, up to `each` on either side. */
	near(term: number, around: number, each: number): { place: number; at: number }[] {
		const list = this.#list(term);
		// most have a few: which of them are nearest is the caller's to see
		const middle =
			list.length <= each ? 0 : countBelow(list, this.#below({ at: around, no: Number.POSITIVE_INFINITY }));
		const near = list.subarray(Math.max(0, middle - each), middle + each);
		return Array.from(near, (place) => ({ place, at: this.#firstAt(place) }));
	}

	after(place: number, limit: number): HopRow[] {
		const rows: HopRow[] = [];
		for (let next = place + 1; rows.length < limit && next < this.#size(); next++) rows.push(this.at(next));
		return rows;
	}

	count(term: number, cap: number): number {
		return Math.min(cap, this.#list(term).length);
	}

	range(): { from: number; to: number } | undefined {
		const { from } = this.#blockTimes();
		if (from.length === 0) return undefined;
		const last = this.#heads(from.length - 1);
		return { from: from[0] ?? 0, to: last.firstAt.at(-1) ?? 0 };
	}

	/** From the first line of a hop to the last one. */
	activeRange(): { from: number; to: number } | undefined {
		const { from, until } = this.#blockTimes();
		return from.length === 0 ? undefined : { from: from[0] ?? 0, to: Math.max(...until) };
	}

	setOwn(no: number, own: string | null): void {
		this.#slice.run("INSERT OR REPLACE INTO hop_owns (no, own) VALUES (?, ?)", no, own);
	}

	/** The row at a place; what it says is read when it is asked for. */
	at(place: number): HopRow {
		const block = blockOf(place);
		const { nos, firstAt } = this.#heads(block);
		const index = place % HOPS_PER_BLOCK;
		const no = nos[index] ?? 0;
		const read = () =>
			hops.get(`${this.#slice.opened}/${place}`, () => {
				const text = this.texts(block)[index] ?? "";
				return { value: readHopText(text, this.#sources), bytes: BYTES_PER_LETTER * text.length };
			});
		return new PackedRow(place, no, firstAt[index] ?? 0, read, () => this.#ownNow(no));
	}

	/** The lines of a block, as they were packed: for whoever looks for a text in them. */
	texts(block: number): readonly string[] {
		return bodies.get(`${this.#slice.opened}/${block}`, () => {
			const value = this.#slice.unpack(() => readTexts(this.#column(block, "data"), this.#dict()));
			return { value, bytes: value.reduce((sum, text) => sum + 2 * text.length, 0) };
		});
	}

	/** What a later count has found (`recount.ts`), in a row or with all others (`fold-counted.ts`). */
	#ownNow(no: number): string | null | undefined {
		const own = this.#slice.one("SELECT own FROM hop_owns WHERE no = ?", no)?.own;
		if (own !== undefined) return own === null ? null : String(own);
		for (const [nos = [], owns = []] of readColumns(this.#slice, "owns")) {
			if (Number(nos.at(-1)) < no) continue;
			const at = countBelow(nos, no);
			return nos[at] === no ? cellText(owns[at]) : undefined;
		}
		return undefined;
	}

	#isIn(place: number, { endsAfter }: SliceBound): boolean {
		const { firstAt, lastAt } = this.#heads(blockOf(place));
		const index = place % HOPS_PER_BLOCK;
		return (
			(firstAt[index] ?? 0) >= endsAfter - LONGEST_STAY_MS && (lastAt[index] ?? 0) >= Math.floor(endsAfter)
		);
	}

	/** The first place that is not before (at, no). */
	#below({ at, no }: Pick<SliceBound, "at" | "no">): number {
		const { from } = this.#blockTimes();
		// the blocks before this one begin and end before; equal times may reach over several
		let block = 0;
		for (let high = from.length; block < high; ) {
			const middle = (block + high) >>> 1;
			if ((from[middle] ?? 0) < at) block = middle + 1;
			else high = middle;
		}
		for (block = Math.max(0, block - 1); block < from.length; block++) {
			const { firstAt, nos } = this.#heads(block);
			const index = firstAt.findIndex((each, i) => each > at || (each === at && (nos[i] ?? 0) >= no));
			if (index >= 0) return block * HOPS_PER_BLOCK + index;
		}
		return this.#size();
	}

	#firstAt(place: number): number {
		return this.#heads(blockOf(place)).firstAt[place % HOPS_PER_BLOCK] ?? 0;
	}

	#size(): number {
		const last = this.blocks - 1;
		return last < 0 ? 0 : last * HOPS_PER_BLOCK + this.#heads(last).nos.length;
	}

	#heads(block: number): HopHeads {
		return heads.get(`${this.#slice.opened}/${block}`, () => {
			const value = this.#slice.unpack(() => readHeads(this.#column(block, "heads")));
			return { value, bytes: value.nos.length * 24 };
		});
	}

	#list(term: number): Uint32Array {
		const number = pageHash(term);
		return lists.get(`${this.#slice.opened}/${number}`, () => {
			const value = postingsOf(this.#slice, "term_pages", number);
			return { value, bytes: 64 + value.byteLength };
		});
	}

	/** Of a block's row no more is read than up to this column. */
	#column(block: number, name: "heads" | "data"): Uint8Array {
		const value = this.#slice.one(`SELECT ${name} FROM hop_pages WHERE no = ?`, block)?.[name];
		return value instanceof Uint8Array ? value : NOTHING;
	}

	#dict(): Uint8Array {
		this.#dictionary ??= blobOf(this.#slice, "hop-dictionary");
		return this.#dictionary;
	}

	#blockTimes(): { from: Float64Array; until: Float64Array } {
		if (!this.#times) {
			const all = new Float64Array(Uint8Array.from(blobOf(this.#slice, "hop-times")).buffer);
			this.#times = { from: all.subarray(0, all.length / 2), until: all.subarray(all.length / 2) };
		}
		return this.#times;
	}
}

function blobOf(slice: Slice, name: string): Uint8Array {
	const value = slice.one("SELECT value FROM meta WHERE name = ?", name)?.value;
	return value instanceof Uint8Array ? value : new Uint8Array(0);
}

/** the heads of no hop */
const NOTHING = new Uint8Array([0]);

/** The term of a hop's key. */
export function keyTerm(key: string): string {
	return `key ${key}`;
}

function blockOf(place: number): number {
	return Math.floor(place / HOPS_PER_BLOCK);
}

function cellText(cell: Cell | undefined): string | null {
	return typeof cell === "string" ? cell : null;
}
