/**
 * A search term or key as a number, which is what an index keeps of it: below 2^50, so that SQLite stores it as an integer
 * of at most seven bytes and JavaScript counts with it exactly. Part of the files' format: it never changes without a
 * migration. Two terms of one number are as good as never met (a slice has some hundred thousand), and harm nobody: who
 * looks by number decides by the hop.
 */

const LOW_BITS = 18;
const LOW = 2 ** LOW_BITS;

let lastTerm = "";
let lastHash = fnvPair("");

/** One term is asked of every slice in turn: it is hashed once. */
export function hashTerm(term: string): number {
	if (lastTerm !== term) {
		lastHash = fnvPair(term);
		lastTerm = term;
	}
	return lastHash;
}

/** The upper 32 bits alone, signed: what a packed slice's pages are sorted by. */
export function hash32(term: string): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < term.length; i++) hash = Math.imul(hash ^ term.charCodeAt(i), 0x01000193);
	return hash | 0;
}

/** Two 32-bit FNV-1a hashes of the UTF-16 units, with different offsets and factors: all bits of the one, the upper ones of the other. */
function fnvPair(term: string): number {
	let a = 0x811c9dc5;
	let b = 0x01000193;
	for (let i = 0; i < term.length; i++) {
		const unit = term.charCodeAt(i);
		a = Math.imul(a ^ unit, 0x01000193);
		b = Math.imul(b ^ unit, 0x85ebca6b);
	}
	return (a >>> 0) * LOW + (b >>> (32 - LOW_BITS));
}
