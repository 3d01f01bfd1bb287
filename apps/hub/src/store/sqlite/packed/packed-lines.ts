/**
 * The lines of a packed slice: by place, and by queue. Which blocks have lines of a queue that no hop of it names is in an index
 * of hashes; whether a line of such a block is of the queue is read from the line.
 */
import { queueKeys } from "@mailtrail/core/trace";
import { hashTerm } from "../../term-hash.ts";
import type { LineRange, LineRow } from "../slice/slice-lines.ts";
import type { Slice } from "../slice/slice.ts";
import { Kept } from "./kept.ts";
import { LineBlock } from "./line-block.ts";
import { pageHash, postingsOf } from "./postings.ts";

/** of one thread, for all slices */
const BLOCKS_BYTES = 24 * 2 ** 20;
const blocks = new Kept<LineBlock | undefined>(BLOCKS_BYTES);

export class PackedLines {
	readonly #slice: Slice;
	/** of each block, by its number in the index of keys */
	#starts: readonly number[] | undefined;

	constructor(slice: Slice) {
		this.#slice = slice;
	}

	row(id: number): LineRow | undefined {
		const sql = "SELECT first FROM line_pages WHERE first <= ? ORDER BY first DESC LIMIT 1";
		const first = this.#slice.one(sql, id)?.first;
		const block = first === undefined ? undefined : this.#block(Number(first));
		const index = block?.indexOf(id) ?? -1;
		return block && index >= 0 ? rowOf(block, index) : undefined;
	}

	/** In order. */
	between({ from, below, limit, newestFirst }: LineRange): LineRow[] {
		const sql = `SELECT first FROM line_pages WHERE first < ? AND last >= ?
			ORDER BY first ${newestFirst ? "DESC" : "ASC"} LIMIT ?`;
		const rows: LineRow[] = [];
		for (const { first } of this.#slice.all(sql, below, from, limit)) {
			const block = this.#block(Number(first));
			if (!block) continue;
			const { ids } = block;
			for (let i = 0; i < ids.length && rows.length < limit; i++) {
				const index = newestFirst ? ids.length - 1 - i : i;
				const id = ids[index] ?? 0;
				if (id >= from && id < below) rows.push(rowOf(block, index));
			}
			if (rows.length >= limit) break;
		}
		return rows;
	}

	/** Lines of a queue that no hop of it names, each read when it is asked for. */
	*ofKey(key: string): Generator<LineRow> {
		for (const no of postingsOf(this.#slice, "key_pages", pageHash(hashTerm(key)))) {
			const first = this.#firsts()[no];
			const block = first === undefined ? undefined : this.#block(first);
			if (!block) continue;
			for (const [index, id] of block.ids.entries()) {
				const { host } = this.#slice.placeOfLine(id);
				if (queueKeys(host, block.event(index)).includes(key)) yield rowOf(block, index);
			}
		}
	}

	#firsts(): readonly number[] {
		this.#starts ??= this.#slice
			.all("SELECT first FROM line_pages ORDER BY first")
			.map(({ first }) => Number(first));
		return this.#starts;
	}

	#block(first: number): LineBlock | undefined {
		return blocks.get(`${this.#slice.opened}/${first}`, () => {
			const data = this.#slice.one("SELECT data FROM line_pages WHERE first = ?", first)?.data;
			const value = data instanceof Uint8Array ? this.#slice.unpack(() => new LineBlock(data)) : undefined;
			return { value, bytes: value?.size ?? 0 };
		});
	}
}

function rowOf(block: LineBlock, index: number): LineRow {
	return {
		id: block.ids[index] ?? 0,
		raw: block.raw(index),
		get event() {
			return block.event(index);
		},
	};
}
