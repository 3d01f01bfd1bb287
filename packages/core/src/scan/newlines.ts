/** Where the newlines of a block are. */
import { blockLoops, PIECE } from "./block-loops.ts";
import type { HeldBytes } from "./held-bytes.ts";

const NEWLINE = 10;

/** Tells their places in their order, some at a time, which are valid until the function returns. */
export function findNewlines(held: HeldBytes, onPlaces: (places: Int32Array) => void): void {
	const loops = blockLoops();
	if (loops?.canTake(held))
		for (let from = 0; from < held.length; from += PIECE) onPlaces(loops.newlines(held, from));
	else onPlaces(Int32Array.from(newlinesIn(held)));
}

function* newlinesIn({ bytes, length }: HeldBytes): Iterable<number> {
	for (let at = bytes.indexOf(NEWLINE); at >= 0 && at < length; at = bytes.indexOf(NEWLINE, at + 1)) yield at;
}
