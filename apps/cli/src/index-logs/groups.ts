/**
 * Lines by groups of what belongs together: messages that hand over to each other, their bounces, the sessions beside them. A
 * journey is always within one group, so groups can be told one after another.
 */
import { ASKED } from "./line-nodes.ts";
import type { LineIndex } from "./line-index.ts";

/** Groups are numbered below it, and seconds counted up to 2^28 (eight years) from the first line. */
const NUMBERS = 2 ** 24;
const SECONDS_MAX = 2 ** 28;

export class Groups {
	readonly #index: LineIndex;
	/** by node */
	readonly #groupOf: Uint32Array;
	/** where a group's lines begin, and behind the last one */
	readonly #starts: Uint32Array;
	readonly #lines: Uint32Array;
	readonly #first: Uint32Array;
	readonly #last: Uint32Array;
	readonly #asked: Uint8Array;
	/** with which others a group was joined: each with one of them, and of that one all */
	readonly #parent: Uint32Array;
	readonly #members = new Map<number, number[]>();
	readonly count: number;

	constructor(index: LineIndex) {
		this.#index = index;
		const { nodes } = index;
		this.#groupOf = new Uint32Array(nodes.count);
		this.count = this.#number();
		this.#parent = Uint32Array.from({ length: this.count }, (_, group) => group);
		this.#starts = new Uint32Array(this.count + 1);
		this.#lines = new Uint32Array(index.messages.lines.length + index.sessions.lines.length);
		this.#first = new Uint32Array(this.count).fill(0xffffffff);
		this.#last = new Uint32Array(this.count);
		this.#asked = new Uint8Array(this.count);
		this.#fill();
		this.#tellTimes();
	}

	countOf(group: number): number {
		return this.#membersOf(group).reduce((sum, each) => sum + this.#own(each).length, 0);
	}

	*linesOf(group: number): Iterable<Uint32Array> {
		for (const each of this.#membersOf(group)) yield this.#own(each);
	}

	/** To be told together from now on. */
	join(one: number, other: number): void {
		const [a, b] = [this.#top(one), this.#top(other)];
		if (a === b) return;
		const [into, from] = [Math.min(a, b), Math.max(a, b)];
		this.#parent[from] = into;
		const members = this.#members.get(into) ?? [into];
		for (const each of this.#membersOf(from)) members.push(each);
		this.#members.set(into, members);
		this.#members.delete(from);
		this.#first[into] = Math.min(this.#first[into] as number, this.#first[from] as number);
		this.#last[into] = Math.max(this.#last[into] as number, this.#last[from] as number);
		this.#asked[into] = (this.#asked[into] as number) | (this.#asked[from] as number);
	}

	firstOf(group: number): number {
		return this.#first[group] as number;
	}

	lastOf(group: number): number {
		return this.#last[group] as number;
	}

	isAsked(group: number): boolean {
		return this.#asked[group] === 1;
	}

	/** The group whose lines bear this id or belong to this session. */
	withKey(key: string): number | undefined {
		const node = this.#index.nodes.known(key);
		return node === undefined ? undefined : this.#top(this.#groupOf[node] as number);
	}

	/** The group that this one became a part of, or itself. */
	whole(group: number): number {
		return this.#top(group);
	}

	/** Those that have lines, by their first or their last second. */
	sorted(by: "first" | "last", isOf: (group: number) => boolean): number[] {
		const times = by === "first" ? this.#first : this.#last;
		const start = times.reduce((least, each) => (each > 0 && each < least ? each : least), 0xffffffff);
		const keys = new Float64Array(this.count);
		let count = 0;
		for (let group = 0; group < this.count; group++) {
			if (this.#parent[group] !== group || this.countOf(group) === 0 || !isOf(group)) continue;
			const seconds = Math.min(SECONDS_MAX - 1, Math.max(0, (times[group] as number) - start));
			keys[count++] = seconds * NUMBERS + group;
		}
		return Array.from(keys.subarray(0, count).sort(), (key) => key % NUMBERS);
	}

	#own(group: number): Uint32Array {
		return this.#lines.subarray(this.#starts[group], this.#starts[group + 1]);
	}

	#membersOf(group: number): readonly number[] {
		return this.#members.get(group) ?? [group];
	}

	#top(group: number): number {
		const parent = this.#parent;
		let at = group;
		for (let up = parent[at] as number; up !== at; up = parent[at] as number) {
			parent[at] = parent[up] as number;
			at = up;
		}
		return at;
	}

	#number(): number {
		const { nodes } = this.#index;
		let count = 0;
		for (let node = 0; node < nodes.count; node++) {
			const top = nodes.top(node);
			// a top is the lowest of its nodes, and has its number
			this.#groupOf[node] = top === node ? count++ : (this.#groupOf[top] as number);
		}
		return count;
	}

	#fill(): void {
		const parts = [this.#index.messages, this.#index.sessions];
		const starts = this.#starts;
		for (const { nodes } of parts)
			for (let place = 0; place < nodes.length; place++)
				(starts[(this.#groupOf[nodes.at(place)] as number) + 1] as number) += 1;
		for (let group = 0; group < this.count; group++)
			starts[group + 1] = (starts[group] as number) + (starts[group + 1] as number);
		const next = starts.slice();
		for (const { nodes, lines } of parts)
			for (let place = 0; place < nodes.length; place++) {
				const group = this.#groupOf[nodes.at(place)] as number;
				this.#lines[next[group] as number] = lines.at(place);
				(next[group] as number) += 1;
			}
	}

	#tellTimes(): void {
		const { nodes } = this.#index;
		for (let node = 0; node < nodes.count; node++) {
			const group = this.#groupOf[node] as number;
			if (nodes.firstOf(node) < (this.#first[group] as number)) this.#first[group] = nodes.firstOf(node);
			if (nodes.lastOf(node) > (this.#last[group] as number)) this.#last[group] = nodes.lastOf(node);
			if (nodes.has(node, ASKED)) this.#asked[group] = 1;
		}
	}
}
