/**
 * Finds many short texts in a block of bytes at once, without regard to case: every fourth place is looked at, as one word of
 * four bytes. A text of seven bytes or more covers such a place with four of its own first bytes, whichever way it lies, and those
 * are in a table. What is found is compared whole. Shorter texts are searched for one by one.
 */

/** Shortest text that always covers a whole word. */
const COVERS = 7;
const FOLD = 0x20202020;
const MIX = 0x9e3779b1 | 0;
/** A word that leads astray so often in one block is no help in finding anything. */
const ASTRAY_MAX = 64;

interface Needle {
	bytes: Uint8Array;
	folded: Uint8Array;
}

interface Mark {
	uses: { needle: number; offset: number }[];
	astray: number;
}

export type OnHit = (place: number, needle: number) => void;

/** Words that are everywhere in some logs (`2026`, `host`), learned while searching; tables that share them learn together. */
export type CommonWords = Set<number>;

export class NeedleTable {
	readonly #common: CommonWords;
	readonly #needles: Needle[] = [];
	readonly #short: number[] = [];
	readonly #marked = new Uint8Array(1 << 16);
	readonly #marks = new Map<number, Mark>();
	#folded: Int32Array = new Int32Array();

	constructor(common: CommonWords = new Set()) {
		this.#common = common;
	}

	/** The number under which hits are told. Empty texts are everywhere and must not be asked for. */
	add(bytes: Uint8Array): number {
		const number = this.#needles.length;
		this.#needles.push({ bytes, folded: bytes.map((byte) => byte | 0x20) });
		if (bytes.length < COVERS) this.#short.push(number);
		else this.#enter(number);
		return number;
	}

	/** Tells every place in the first `length` bytes; they must lie at a multiple of four and be followed by three more. */
	search(bytes: Uint8Array, length: number, onHit: OnHit): void {
		const words = new Int32Array(bytes.buffer, bytes.byteOffset, (length + 3) >> 2);
		if (this.#needles.length > this.#short.length) {
			this.#searchWords(words, bytes, length, onHit);
			this.#turnAway();
		}
		if (this.#short.length > 0) this.#searchShort(words, length, onHit);
	}

	#enter(number: number): void {
		const needle = this.#needles[number] as Needle;
		const window = rarest(needle, this.#common);
		for (let offset = window; offset < window + 4; offset++) {
			const word = wordAt(needle.folded, offset);
			this.#marked[Math.imul(word, MIX) >>> 16] = 1;
			const mark = this.#marks.get(word);
			if (mark) mark.uses.push({ needle: number, offset });
			else this.#marks.set(word, { uses: [{ needle: number, offset }], astray: 0 });
		}
	}

	#searchWords(words: Int32Array, bytes: Uint8Array, length: number, onHit: OnHit): void {
		const marked = this.#marked;
		for (let at = nextMarked(words, marked, 0); at < words.length; at = nextMarked(words, marked, at + 1)) {
			const mark = this.#marks.get((words[at] as number) | FOLD);
			if (mark) this.#compare(mark, bytes, length, at * 4, onHit);
		}
	}

	#compare(mark: Mark, bytes: Uint8Array, length: number, place: number, onHit: OnHit): void {
		let hit = false;
		for (const { needle, offset } of mark.uses) {
			if (!isAt(bytes, length, place - offset, (this.#needles[needle] as Needle).folded)) continue;
			hit = true;
			onHit(place - offset, needle);
		}
		if (!hit) mark.astray += 1;
	}

	/** Looks for other bytes of those whose words turned out to be common. */
	#turnAway(): void {
		const before = this.#common.size;
		for (const [word, mark] of this.#marks) {
			if (mark.astray > ASTRAY_MAX) this.#common.add(word);
			mark.astray = 0;
		}
		if (this.#common.size === before) return;
		this.#marked.fill(0);
		this.#marks.clear();
		for (const [number, { bytes }] of this.#needles.entries())
			if (bytes.length >= COVERS) this.#enter(number);
	}

	#searchShort(words: Int32Array, length: number, onHit: OnHit): void {
		if (this.#folded.length < words.length) this.#folded = new Int32Array(words.length);
		const folded = this.#folded;
		for (let at = 0; at < words.length; at++) folded[at] = (words[at] as number) | FOLD;
		const bytes = new Uint8Array(folded.buffer, 0, length);
		for (const number of this.#short) {
			const needle = (this.#needles[number] as Needle).folded;
			const first = needle[0] as number;
			for (let place = bytes.indexOf(first); place >= 0; place = bytes.indexOf(first, place + 1)) {
				if (isAt(bytes, length, place, needle)) onHit(place, number);
			}
		}
	}
}

/** The only loop over all bytes: nothing in it may make a number that is no small integer. */
function nextMarked(words: Int32Array, marked: Uint8Array, from: number): number {
	let at = from;
	while (at < words.length && marked[Math.imul((words[at] as number) | FOLD, MIX) >>> 16] === 0) at++;
	return at;
}

/**
 * Where the seven bytes begin that few other texts share: digits and capitals, all different, make ids; words and domains are
 * everywhere.
 */
function rarest({ bytes, folded }: Needle, common: CommonWords): number {
	let best = 0;
	let most = -1;
	for (let window = 0; window + COVERS <= bytes.length; window++) {
		const odd = new Set<number>();
		for (let at = window; at < window + COVERS; at++) {
			const byte = bytes[at] as number;
			if ((byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90)) odd.add(byte);
		}
		let score = 4 * odd.size;
		for (let offset = window; offset < window + 4; offset++)
			if (common.has(wordAt(folded, offset))) score -= 100;
		if (score > most || window === 0) [best, most] = [window, score];
	}
	return best;
}

/** The four bytes as the machine's own words hold them (little-endian on every machine that Node runs on). */
function wordAt(bytes: Uint8Array, at: number): number {
	const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as [
		number,
		number,
		number,
		number,
	];
	return a | (b << 8) | (c << 16) | (d << 24);
}

function isAt(bytes: Uint8Array, length: number, place: number, needle: Uint8Array): boolean {
	if (place < 0 || place + needle.length > length) return false;
	for (let at = 0; at < needle.length; at++) {
		if (((bytes[place + at] as number) | 0x20) !== needle[at]) return false;
	}
	return true;
}
