/**
 * The loops over all bytes of a log, in WebAssembly: four times as fast as the engine makes of the same in JavaScript, and fast from the
 * first block on. They look at a copy of the block in a memory of their own, where the tables of marks lie too. Whoever asks has
 * the same in JavaScript for where this is nothing: no WebAssembly, a block that is too large, a table that found no room.
 */
import {
	add,
	and,
	assemble,
	byte,
	bytesThatAre,
	type Code,
	constant,
	get,
	isNotBelow,
	isZero,
	less1,
	multiply,
	or,
	putWord,
	set,
	shiftRight,
	until,
	when,
	word,
	xor,
	zerosBelow,
} from "./machine-code.ts";
import { FOLD, MIX, MIX_NEXT, MIXED_BITS, REST, WORD_BITS } from "./word-slots.ts";
import type { HeldBytes } from "./held-bytes.ts";

/** The longest block; longer lines are cut. */
const BLOCK_MAX = 1 << 20;
/** Bytes that are looked at in one call: what is found has room then, were it every one. */
export const PIECE = 1 << 16;
const STEP = 16;

const FOUND = BLOCK_MAX + 64;
const TABLES = FOUND + 4 * PIECE + 64;
/** room for some tables of words, which are searched for in turn, and two large ones */
const PAGES = 96;
const SIZE = PAGES * (1 << 16);

const NEWLINE = 10;

// the functions' numbers
const AT = get(0);
const END = get(1);
const TABLE = get(2);
const OUT = get(3);
const MASK = get(3);
const NEWLINES_OUT = get(2);

/** Where the words are whose slots of the table are marked; gives back the end of what it put at `out`. */
function collect(name: string, slotAt: (offset: number) => Code) {
	const marked = (offset: number) => byte(add(TABLE, slotAt(offset)));
	const offsets = [0, 4, 8, 12];
	return {
		name,
		parameters: 4,
		locals: 0,
		body: [
			...until(
				isNotBelow(AT, END),
				when(
					offsets.map(marked).reduce(or),
					...offsets.map((offset) =>
						when(marked(offset), putWord(OUT, add(AT, constant(offset))), set(3, add(OUT, constant(4)))),
					),
				),
				set(0, add(AT, constant(STEP))),
			),
			...OUT,
		],
	};
}

const folded = (offset: number) => or(word(AT, offset), constant(FOLD));
const slot = (value: Code, bits: number) => shiftRight(multiply(value, constant(MIX)), 32 - bits);

const FUNCTIONS = [
	collect("words", (offset) => slot(folded(offset), WORD_BITS)),
	collect("mixed", (offset) =>
		slot(
			xor(folded(offset), multiply(and(folded(offset + 4), constant(REST)), constant(MIX_NEXT))),
			MIXED_BITS,
		),
	),
	{
		name: "newlines",
		parameters: 3,
		locals: 1,
		body: [
			...until(
				isNotBelow(AT, END),
				set(3, bytesThatAre(AT, NEWLINE)),
				until(
					isZero(MASK),
					putWord(NEWLINES_OUT, add(AT, zerosBelow(MASK))),
					set(2, add(NEWLINES_OUT, constant(4))),
					set(3, and(MASK, less1(MASK))),
				),
				set(0, add(AT, constant(STEP))),
			),
			...NEWLINES_OUT,
		],
	},
];

interface Loops {
	memory: { buffer: ArrayBuffer };
	words(at: number, end: number, table: number, out: number): number;
	mixed(at: number, end: number, table: number, out: number): number;
	newlines(at: number, end: number, out: number): number;
}

/** What we use of it; not every engine has it, and a page may forbid it. */
interface WebAssembly {
	Module: new (bytes: Uint8Array) => object;
	Instance: new (module: object) => { exports: Loops };
}

class BlockLoops {
	readonly #loops: Loops;
	readonly #bytes: Uint8Array;
	readonly #found: Int32Array;
	#held: HeldBytes | undefined;
	/** ends of what is in use, and what was given back, by size */
	#tables = TABLES;
	readonly #free = new Map<number, Uint8Array[]>();

	constructor(loops: Loops) {
		this.#loops = loops;
		this.#bytes = new Uint8Array(loops.memory.buffer);
		this.#found = new Int32Array(loops.memory.buffer, FOUND, PIECE);
	}

	/** Memory for a table that can be looked at; nothing where there is no more. */
	take(size: number): Uint8Array | undefined {
		const free = this.#free.get(size)?.pop();
		if (free) return free.fill(0);
		if (this.#tables + size > SIZE) return undefined;
		this.#tables += size;
		return this.#bytes.subarray(this.#tables - size, this.#tables);
	}

	giveBack(table: Uint8Array): void {
		const same = this.#free.get(table.length) ?? [];
		this.#free.set(table.length, [...same, table]);
	}

	canTake(held: HeldBytes): boolean {
		return held.length <= BLOCK_MAX;
	}

	/** Where in a piece from `from` on words are that a table marks. What is found is valid until the next search. */
	marked(of: "words" | "mixed", held: HeldBytes, from: number, table: Uint8Array): Int32Array {
		this.#hold(held);
		const end = this.#loops[of](from, endOf(held, from), table.byteOffset, FOUND);
		return this.#found.subarray(0, (end - FOUND) >> 2);
	}

	newlines(held: HeldBytes, from: number): Int32Array {
		this.#hold(held);
		const end = this.#loops.newlines(from, endOf(held, from), FOUND);
		return this.#found.subarray(0, (end - FOUND) >> 2);
	}

	#hold(held: HeldBytes): void {
		if (this.#held === held) return;
		this.#bytes.set(held.bytes.subarray(0, held.length));
		// steps reach over the end: what stood there before must not be found
		this.#bytes.fill(0, held.length, held.length + STEP);
		this.#held = held;
	}
}

function endOf({ length }: HeldBytes, from: number): number {
	return Math.min(from + PIECE, length);
}

function make(): BlockLoops | undefined {
	try {
		const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssembly };
		const module = new WebAssembly.Module(assemble(FUNCTIONS, PAGES));
		return new BlockLoops(new WebAssembly.Instance(module).exports);
	} catch {
		return undefined;
	}
}

let loops: { made: BlockLoops | undefined } | undefined;

/** One for all: its memory is of some megabytes. */
export function blockLoops(): BlockLoops | undefined {
	loops ??= { made: make() };
	return loops.made;
}
