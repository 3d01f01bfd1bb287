/**
 * A table as one blob: each column by itself, texts by number of the distinct ones, whole numbers as differences, then zstd.
 * For rows that are read together and never changed: they take a tenth of what rows of a database take.
 */
import { ByteReader, ByteWriter } from "./bytes.ts";
import { compress, decompress } from "./compress.ts";

export type Cell = string | number | null;
/** Rows of a column; all columns of a table are of the same length. */
export type Column = readonly Cell[];

const [TEXTS, WHOLE, REAL] = [0, 1, 2];

export function packColumns(columns: readonly Column[]): Uint8Array {
	const out = new ByteWriter();
	out.number(columns[0]?.length ?? 0);
	out.number(columns.length);
	for (const column of columns) packColumn(out, column);
	return compress(out.done());
}

export function unpackColumns(data: Uint8Array): Cell[][] {
	const bytes = new ByteReader(decompress(data));
	const rows = bytes.number();
	return Array.from({ length: bytes.number() }, () => unpackColumn(bytes, rows));
}

function packColumn(out: ByteWriter, column: Column): void {
	if (column.every((cell) => Number.isSafeInteger(cell))) {
		out.number(WHOLE);
		let before = 0;
		for (const cell of column) {
			out.signed(Number(cell) - before);
			before = Number(cell);
		}
	} else if (column.every((cell) => typeof cell === "number")) {
		out.number(REAL);
		out.bytes(new Uint8Array(new Float64Array(column).buffer));
	} else packTexts(out, column);
}

/** Number 0 is null. */
function packTexts(out: ByteWriter, column: Column): void {
	const numbers = new Map<Cell, number>([[null, 0]]);
	for (const cell of column) if (!numbers.has(cell)) numbers.set(cell, numbers.size);
	out.number(TEXTS);
	out.number(numbers.size - 1);
	for (const cell of numbers.keys()) if (cell !== null) out.text(String(cell));
	for (const cell of column) out.number(numbers.get(cell) ?? 0);
}

function unpackColumn(bytes: ByteReader, rows: number): Cell[] {
	const kind = bytes.number();
	if (kind === REAL) {
		// a copy, for the bytes may begin anywhere
		const reals = Uint8Array.from(bytes.bytes.subarray(bytes.at, bytes.at + rows * 8));
		bytes.at += rows * 8;
		return [...new Float64Array(reals.buffer)];
	}
	const column = new Array<Cell>(rows);
	if (kind === WHOLE) {
		for (let row = 0, value = 0; row < rows; row++) {
			value += bytes.signed();
			column[row] = value;
		}
		return column;
	}
	const texts: Cell[] = [null];
	for (let left = bytes.number(); left > 0; left--) texts.push(bytes.text());
	for (let row = 0; row < rows; row++) column[row] = texts[bytes.number()] ?? null;
	return column;
}
