/**
 * Finds which of many phrases a text holds, in one pass over the text however many phrases there are (Aho and
 * Corasick, CACM 18:6, 1975). Hostile text costs what friendly text costs. States are numbered from the root outwards:
 * nearly every step of a text is taken near the root, so what is needed stays in the processor's cache.
 */

/** An empty phrase is never found: it keeps the place of one that is looked for otherwise. */
export class PhraseScan {
	/** character code → column; 0 is any character that no phrase has */
	readonly #column = new Uint8Array(128);
	/** columns of a state's row, as a power of two */
	readonly #shift: number;
	/** (state << shift) + column → next state */
	readonly #next: Uint16Array | Uint32Array;
	/** state → phrases that end there, by way of its suffixes too */
	readonly #ends: (readonly number[] | undefined)[];
	readonly #isEnd: Uint8Array;

	constructor(phrases: readonly string[]) {
		let width = 1;
		for (const phrase of phrases) {
			for (let at = 0; at < phrase.length; at++) {
				const code = phrase.charCodeAt(at);
				if (code > 127) throw new Error(`phrase with a character beyond ASCII: ${phrase}`);
				if (this.#column[code] === 0) this.#column[code] = width++;
			}
		}
		this.#shift = Math.ceil(Math.log2(width));
		const tree = this.#plant(phrases);
		const order = outwards(tree);
		const cells = order.length << this.#shift;
		this.#next = order.length < 65_536 ? new Uint16Array(cells) : new Uint32Array(cells);
		this.#ends = this.#link(tree, order);
		this.#isEnd = Uint8Array.from(this.#ends, (ends) => (ends === undefined ? 0 : 1));
	}

	/** The phrases as a tree: children by column, phrases by node. */
	#plant(phrases: readonly string[]): Node {
		const root: Node = { children: new Map(), ends: [], state: 0 };
		for (const [index, phrase] of phrases.entries()) {
			let node = root;
			for (let at = 0; at < phrase.length; at++) {
				const column = this.#column[phrase.charCodeAt(at)] as number;
				let child = node.children.get(column);
				if (!child) {
					child = { children: new Map(), ends: [], state: 0 };
					node.children.set(column, child);
				}
				node = child;
			}
			if (node !== root) node.ends.push(index);
		}
		return root;
	}

	/** A missing step is the step of the longest suffix that is a phrase's start. */
	#link(root: Node, order: readonly Node[]): (readonly number[] | undefined)[] {
		const ends = new Array<readonly number[] | undefined>(order.length);
		const fallback = new Uint32Array(order.length);
		const shift = this.#shift;
		const next = this.#next;
		for (const node of order) {
			const back = fallback[node.state] as number;
			const inherited = node === root ? undefined : ends[back];
			const own = node.ends;
			if (own.length > 0 || inherited) ends[node.state] = inherited ? [...own, ...inherited] : own;
			const row = node.state << shift;
			if (node !== root) next.copyWithin(row, back << shift, (back + 1) << shift);
			for (const [column, child] of node.children) {
				fallback[child.state] = node === root ? 0 : (next[row + column] as number);
				next[row + column] = child.state;
			}
		}
		return ends;
	}

	/**
	 * Tells the phrases that a lower-case text holds; one that stands there twice is told twice. True where the text has
	 * characters beyond ASCII.
	 */
	find(text: string, tell: (phrase: number) => void): boolean {
		const next = this.#next;
		const column = this.#column;
		const isEnd = this.#isEnd;
		const shift = this.#shift;
		let state = 0;
		let seen = 0;
		for (let at = 0; at < text.length; at++) {
			const code = text.charCodeAt(at);
			seen |= code;
			state = code < 128 ? (next[(state << shift) + (column[code] as number)] as number) : 0;
			if (isEnd[state] === 0) continue;
			for (const phrase of this.#ends[state] as readonly number[]) tell(phrase);
		}
		return seen > 127;
	}
}

interface Node {
	children: Map<number, Node>;
	ends: number[];
	state: number;
}

/** Breadth first, and numbered so. */
function outwards(root: Node): Node[] {
	const order: Node[] = [root];
	for (let head = 0; head < order.length; head++) {
		const node = order[head] as Node;
		node.state = head;
		order.push(...node.children.values());
	}
	return order;
}
