/**
 * Words that stand in line after line and are looked up (programs, first words, keys, states), each made once: to look one up, a
 * runtime makes a string of its own and hashes it, which costs more than to compare its letters. Bounded; a word that meets another
 * at its place takes it.
 */

const PLACES = 1024;
const LONGEST = 48;
const LONGEST_READ = 160;
const words: string[] = new Array(PLACES).fill("");

/** The word between two places of a text, as `slice` gives it. */
export function knownWord(text: string, from: number, to: number): string {
	const length = to - from;
	if (length < 1 || length > LONGEST) return text.slice(from, to);
	const place = placeOf(text, from, to);
	const known = words[place] as string;
	if (known.length === length && isAt(text, from, known)) return known;
	const word = copy(text, from, to);
	words[place] = word;
	return word;
}

/**
 * A reader of words that are taken apart in line after line (a peer, a session's counts), each read once. What it gives for one word
 * is one object again and again: whoever passes it on gives a copy.
 */
export function remembering<T>(read: (word: string) => T): (text: string, from: number, to: number) => T {
	const asked: string[] = new Array(PLACES).fill("");
	const found: T[] = new Array(PLACES);
	return (text, from, to) => {
		const length = to - from;
		if (length < 1 || length > LONGEST_READ) return read(text.slice(from, to));
		const place = placeOf(text, from, to);
		const known = asked[place] as string;
		if (known.length === length && isAt(text, from, known)) return found[place] as T;
		const word = copy(text, from, to);
		const value = read(word);
		asked[place] = word;
		found[place] = value;
		return value;
	};
}

function placeOf(text: string, from: number, to: number): number {
	const length = to - from;
	const middle = text.charCodeAt(from + (length >> 1));
	const end = text.charCodeAt(to - 1) + 8 * text.charCodeAt(to - (length > 1 ? 2 : 1));
	return (length * 131 + text.charCodeAt(from) * 31 + middle * 67 + end * 7) & (PLACES - 1);
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
