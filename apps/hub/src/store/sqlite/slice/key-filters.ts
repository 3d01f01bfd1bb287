/**
 * The key filters of all closed slices side by side: a row for each bit, a column for each slice, so that one look at a few
 * rows tells of thirty-two slices at once which may have a key. In memory that threads share: the thread of the writer adds
 * columns, readers look. A column is never used again; what has been told of a slice stays true as long as anybody asks.
 */
import { Probes } from "./key-filter.ts";

const COLUMNS = 32;

interface Group {
	rows: Uint32Array;
	/** columns that were given out, and those of them that are in use */
	given: number;
	used: number;
}

export class KeyFilters {
	readonly #groups: Group[] = [];

	/** With buffers of another thread's (`shared`): to look only. */
	constructor(shared: readonly SharedArrayBuffer[] = []) {
		for (const buffer of shared)
			this.#groups.push({ rows: new Uint32Array(buffer), given: COLUMNS, used: COLUMNS });
	}

	get shared(): SharedArrayBuffer[] {
		return this.#groups.map(({ rows }) => rows.buffer as SharedArrayBuffer);
	}

	/** Takes a slice's filter (`filterOf`); returns the place that it is known by from then on. */
	add(bits: Uint8Array): number {
		const size = bits.length * 8;
		let last = this.#groups.at(-1);
		if (!last || last.given === COLUMNS || last.rows.length < size) {
			const rows = new Uint32Array(new SharedArrayBuffer(size * Uint32Array.BYTES_PER_ELEMENT));
			last = { rows, given: 0, used: 0 };
			this.#groups.push(last);
		}
		const column = last.given++;
		last.used++;
		setColumn(last.rows, column, bits);
		return (this.#groups.length - 1) * COLUMNS + column;
	}

	/** The slice has gone: its room is given back when all of its group have. */
	forget(place: number): void {
		const group = this.#groups[Math.floor(place / COLUMNS)];
		if (!group) return;
		group.used--;
		if (group.used > 0) return;
		group.given = COLUMNS;
		group.rows = new Uint32Array(new SharedArrayBuffer(0));
	}

	/** Places of the slices that may have one of these numbers (`pageHash`), in no order. */
	find(numbers: readonly number[]): number[] {
		const probes = numbers.map((number) => new Probes(number));
		const places: number[] = [];
		for (const [at, { rows }] of this.#groups.entries()) {
			let columns = 0;
			for (const each of probes) columns |= each.common(rows);
			while (columns !== 0) {
				const lowest = columns & -columns;
				places.push(at * COLUMNS + 31 - Math.clz32(lowest));
				columns ^= lowest;
			}
		}
		return places;
	}
}

/** Every bit, set or not, without asking which: there are millions, and a hub that starts does this for each slice. */
function setColumn(rows: Uint32Array, column: number, bits: Uint8Array): void {
	const size = bits.length * 8;
	for (let from = 0; from < rows.length; from += size)
		for (let byte = 0; byte < bits.length; byte++) {
			const eight = bits[byte] ?? 0;
			if (eight === 0) continue;
			const row = from + byte * 8;
			for (let bit = 0; bit < 8; bit++)
				rows[row + bit] = (rows[row + bit] ?? 0) | (((eight >>> bit) & 1) << column);
		}
}
