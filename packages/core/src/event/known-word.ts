/**
 * Words that stand in line after line and are looked up (programs, first words, keys, states), each made once: to look one up, a
 * runtime makes a string of its own and hashes it, which costs more than to compare its letters. Bounded; a word that meets another
 * at its place takes it.
 */

const PLACES = 1024;
const LONGEST = 48;
const words: string[] = new Array(PLACES).fill("");

/** The word between two places of a text, as `slice` gives it. */
export function knownWord(text: string, from: number, to: number): string {
	const length = to - from;
	if (length < 1 || length > LONGEST) return text.slice(from, to);
	const middle = text.charCodeAt(from + (length >> 1));
	const end = text.charCodeAt(to - 1) + 8 * text.charCodeAt(to - (length > 1 ? 2 : 1));
	const place = (length * 131 + text.charCodeAt(from) * 31 + middle * 67 + end * 7) & (PLACES - 1);
	const known = words[place] as string;
	if (known.length === length && isAt(text, from, known)) return known;
	const word = copy(text, from, to);
	words[place] = word;
	return word;
}

/** Letter by letter: words are short, and a call of the runtime's costs more. */
function isAt(text: string, from: number, word: string): boolean {
	for (let at = 0; at < word.length; at++)
		if (text.charCodeAt(from + at) !== word.charCodeAt(at)) return false;
	return true;
}

/** A string of its own: a slice would keep the whole line. */
function copy(text: string, from: number, to: number): string {
	const codes: number[] = [];
	for (let at = from; at < to; at++) codes.push(text.charCodeAt(at));
	return String.fromCharCode(...codes);
}
