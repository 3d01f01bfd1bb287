/**
 * The small part of regular expressions that says how a line begins: literals, `[…]`, `\d`, `(?:a|b)`, `? * + {m,n}` and `$`
 * for the line's end. Read once into a graph of steps over bytes, so that many patterns can be followed at once. What is
 * not in this part is an error of whoever wrote the pattern: it throws.
 */

/** The symbol behind the last byte of a line. */
export const LINE_END = 256;

/** What a step takes: the symbols 0 to 256. */
export type Symbols = ReadonlySet<number>;

/** A step that takes a symbol, one that goes on without taking any, or the end of pattern `accept`. */
export type Step = { takes: Symbols; next: number } | { forks: number[] } | { accept: number };

export interface Graph {
	steps: Step[];
	start: number;
}

/** A pattern with what may follow it; where nothing follows, it accepts under a number. */
export type Pattern = { begins: string } & ({ followedBy: readonly Pattern[] } | { accept: number });

/** The graph of all patterns. */
export function readPatterns(patterns: readonly Pattern[]): Graph {
	const steps: Step[] = [];
	return { steps, start: buildAny(patterns, steps) };
}

function buildAny(patterns: readonly Pattern[], steps: Step[]): number {
	const forks = patterns.map((pattern) => {
		const end =
			"followedBy" in pattern
				? buildAny(pattern.followedBy, steps)
				: steps.push({ accept: pattern.accept }) - 1;
		return new PatternReader(pattern.begins, steps).read(end);
	});
	return steps.push({ forks }) - 1;
}

type Node =
	| { symbols: Symbols }
	| { sequence: Node[] }
	| { either: Node[] }
	| { repeated: Node; least: number; most: number };

const DIGITS: Symbols = new Set("0123456789".split("").map(code));

function one(character: string): Symbols {
	const known = SETS.get(character) ?? new Set([code(character)]);
	SETS.set(character, known);
	return known;
}

/** by spelling; patterns are the program's own, so there are few */
const SETS = new Map<string, Symbols>();

function code(character: string): number {
	return character.charCodeAt(0);
}

class PatternReader {
	readonly #pattern: string;
	readonly #steps: Step[];
	#place = 0;

	constructor(pattern: string, steps: Step[]) {
		this.#pattern = pattern;
		this.#steps = steps;
	}

	/** The first step of the pattern, whose end is the step `end`. */
	read(end: number): number {
		const node = this.#either();
		if (this.#place < this.#pattern.length) throw this.#wrong();
		return this.#build(node, end);
	}

	#wrong(): Error {
		return new Error(`pattern ${this.#pattern}: not understood at ${this.#place}`);
	}

	#taken(text: string): boolean {
		if (!this.#pattern.startsWith(text, this.#place)) return false;
		this.#place += text.length;
		return true;
	}

	#either(): Node {
		const either = [this.#sequence()];
		while (this.#taken("|")) either.push(this.#sequence());
		return either.length === 1 ? (either[0] as Node) : { either };
	}

	#sequence(): Node {
		const sequence: Node[] = [];
		while (this.#place < this.#pattern.length && !"|)".includes(this.#pattern[this.#place] as string)) {
			sequence.push(this.#repeated(this.#atom()));
		}
		return { sequence };
	}

	#atom(): Node {
		if (this.#taken("(?:")) {
			const node = this.#either();
			if (!this.#taken(")")) throw this.#wrong();
			return node;
		}
		if (this.#taken("[")) return { symbols: this.#knownSet() };
		if (this.#taken("$")) return { symbols: new Set([LINE_END]) };
		return { symbols: this.#single("()*+?{}.^") };
	}

	#single(special: string): Symbols {
		const character = this.#pattern[this.#place++] as string;
		if (character !== "\\") {
			if (special.includes(character)) throw this.#wrong();
			return one(character);
		}
		const escaped = this.#pattern[this.#place++] ?? "";
		if (escaped === "d") return DIGITS;
		if (/[A-Za-z0-9]/.test(escaped) || escaped === "") throw this.#wrong();
		return one(escaped);
	}

	/** Sets of one spelling are one set: the table tells them apart by what they are. */
	#knownSet(): Symbols {
		const start = this.#place;
		const set = this.#set();
		const text = this.#pattern.slice(start, this.#place);
		const known = SETS.get(text);
		if (known) return known;
		SETS.set(text, set);
		return set;
	}

	#set(): Symbols {
		const set = new Set<number>();
		while (!this.#taken("]")) {
			if (this.#place >= this.#pattern.length) throw this.#wrong();
			const low = [...this.#single("[^")];
			const ranges = this.#pattern[this.#place] === "-" && this.#pattern[this.#place + 1] !== "]";
			if (!ranges) {
				for (const symbol of low) set.add(symbol);
				continue;
			}
			this.#place++;
			const high = [...this.#single("[^")][0] as number;
			for (let symbol = low[0] as number; symbol <= high; symbol++) set.add(symbol);
		}
		return set;
	}

	#repeated(node: Node): Node {
		if (this.#taken("?")) return { repeated: node, least: 0, most: 1 };
		if (this.#taken("*")) return { repeated: node, least: 0, most: Number.POSITIVE_INFINITY };
		if (this.#taken("+")) return { repeated: node, least: 1, most: Number.POSITIVE_INFINITY };
		const counted = /^\{(\d+),(\d+)\}/.exec(this.#pattern.slice(this.#place, this.#place + 9));
		if (!counted) return node;
		this.#place += counted[0].length;
		return { repeated: node, least: Number(counted[1]), most: Number(counted[2]) };
	}

	#add(step: Step): number {
		this.#steps.push(step);
		return this.#steps.length - 1;
	}

	/** The first step of a node that is followed by the step `next`. */
	#build(node: Node, next: number): number {
		if ("symbols" in node) return this.#add({ takes: node.symbols, next });
		if ("sequence" in node) return node.sequence.reduceRight((end, part) => this.#build(part, end), next);
		if ("either" in node) return this.#add({ forks: node.either.map((part) => this.#build(part, next)) });
		const { repeated, least, most } = node;
		let first = next;
		if (most === Number.POSITIVE_INFINITY) {
			const forks: number[] = [next];
			first = this.#add({ forks });
			forks.push(this.#build(repeated, first));
		} else {
			for (let count = least; count < most; count++)
				first = this.#add({ forks: [next, this.#build(repeated, first)] });
		}
		for (let count = 0; count < least; count++) first = this.#build(repeated, first);
		return first;
	}
}
