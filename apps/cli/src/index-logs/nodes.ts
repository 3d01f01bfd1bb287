/**
 * Ids as nodes of a graph: a number for each, and which of them belong together because a line names both. What stands for a
 * node besides (when its lines were written, whether it is asked for) is kept here too.
 */
import { NumberList } from "./number-list.ts";
import { TextHash } from "./text-hash.ts";

const FIRST_SLOTS = 1 << 16;
const NOBODY = 0;

export class Nodes {
	readonly #low = new NumberList();
	readonly #high = new NumberList();
	#parent = new NumberList();
	/** seconds since 1970 of the first and the last line */
	#first = new NumberList();
	#last = new NumberList();
	#flags = new NumberList();
	/** a node's number and one, or nobody */
	#slots = new Uint32Array(FIRST_SLOTS);
	readonly #hash = new TextHash();

	get count(): number {
		return this.#low.length;
	}

	named(text: string): number {
		return this.of(this.#hash.begin().text(text));
	}

	/** Undefined where no line named it. */
	known(text: string): number | undefined {
		const slot = this.#slotOf(this.#hash.begin().text(text));
		const held = this.#slots[slot] as number;
		return held === NOBODY ? undefined : held - 1;
	}

	of(hash: TextHash): number {
		const slot = this.#slotOf(hash);
		const held = this.#slots[slot] as number;
		if (held !== NOBODY) return held - 1;
		const node = this.#parent.length;
		this.#slots[slot] = node + 1;
		this.#low.push(hash.low >>> 0);
		this.#high.push(hash.high >>> 0);
		this.#parent.push(node);
		this.#first.push(0xffffffff);
		this.#last.push(0);
		this.#flags.push(0);
		if (2 * node > this.#slots.length) this.#grow();
		return node;
	}

	join(one: number, other: number): void {
		const [a, b] = [this.top(one), this.top(other)];
		// the older one stays: chains of millions remain short
		if (a !== b) this.#parent.set(Math.max(a, b), Math.min(a, b));
	}

	/** The node that stands for all that it belongs with. */
	top(node: number): number {
		const parent = this.#parent;
		let at = node;
		for (let up = parent.at(at); up !== at; up = parent.at(at)) {
			parent.set(at, parent.at(up));
			at = up;
		}
		return at;
	}

	/** A line of this node was written then; NaN where nobody knows. */
	wasAt(node: number, seconds: number): void {
		if (seconds < this.#first.at(node)) this.#first.set(node, seconds);
		if (seconds > this.#last.at(node)) this.#last.set(node, seconds);
	}

	firstOf(node: number): number {
		return this.#first.at(node);
	}

	lastOf(node: number): number {
		return this.#last.at(node);
	}

	flag(node: number, bit: number): void {
		this.#flags.set(node, this.#flags.at(node) | bit);
	}

	has(node: number, bit: number): boolean {
		return (this.#flags.at(node) & bit) !== 0;
	}

	/** From now on only the numbers of known nodes are asked for. */
	keepNumbersAlone(): void {
		this.#parent = new NumberList();
		this.#first = new NumberList();
		this.#last = new NumberList();
		this.#flags = new NumberList();
	}

	#slotOf({ low, high }: TextHash): number {
		const mask = this.#slots.length - 1;
		const [l, h] = [low >>> 0, high >>> 0];
		let slot = (Math.imul(low ^ (high >>> 7), 0x9e3779b1) >>> 7) & mask;
		for (;;) {
			const held = this.#slots[slot] as number;
			if (held === NOBODY) return slot;
			if (this.#low.at(held - 1) === l && this.#high.at(held - 1) === h) return slot;
			slot = (slot + 1) & mask;
		}
	}

	#grow(): void {
		this.#slots = new Uint32Array(this.#slots.length * 2);
		const hash = new TextHash();
		for (let node = 0; node < this.#parent.length; node++) {
			hash.low = this.#low.at(node) | 0;
			hash.high = this.#high.at(node) | 0;
			this.#slots[this.#slotOf(hash)] = node + 1;
		}
	}
}
