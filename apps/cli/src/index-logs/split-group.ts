/**
 * A group that is more than memory should hold, in parts: what ids prove to belong together stays together. Such a group is held together
 * by a Message-ID that thousands of messages bear; what only that could join across parts is not looked for, and who reads
 * them says so. Memory is twenty bytes for each line, and eight for each id of the logs.
 */
import { idsOfEvent, type LocatedEvent, queueKeys } from "@mailtrail/core/trace";
import type { Nodes } from "./nodes.ts";

export interface Part {
	lines: Float64Array;
	/** epoch seconds of its first line; no later part has an earlier one */
	at: number;
}

export class GroupSplit {
	readonly #nodes: Nodes;
	readonly #parent: Uint32Array;
	#count = 0;
	/** by line, in the order of their coming */
	readonly #lines: Float64Array;
	readonly #nodeOf: Uint32Array;
	readonly #times: Uint32Array;

	constructor(nodes: Nodes, lines: number) {
		this.#nodes = nodes;
		this.#parent = Uint32Array.from({ length: nodes.count }, (_, node) => node);
		this.#lines = new Float64Array(lines);
		this.#nodeOf = new Uint32Array(lines);
		this.#times = new Uint32Array(lines);
	}

	add(line: number, { host, event }: LocatedEvent): void {
		// a Message-ID is what holds too many together, with the queue id that may be in it, and a session of one client's all day
		const { messageId: _, ...rest } = event as typeof event & { messageId?: string };
		const ids = idsOfEvent(rest as typeof event);
		const nodes = (ids.length > 0 ? ids : queueKeys(host, event)).flatMap(
			(key) => this.#nodes.known(key) ?? [],
		);
		for (const node of nodes) this.#join(nodes[0] as number, node);
		this.#nodeOf[this.#count] = nodes[0] ?? 0;
		this.#lines[this.#count] = line;
		this.#times[this.#count] = event.at === undefined ? 0 : Math.floor(Date.parse(event.at) / 1000);
		this.#count += 1;
	}

	/** Parts of about `most` lines, or of one message where that has more. */
	parts(most: number): Part[] {
		const first = this.#firstTimes();
		const timeOf = (place: number): number => first[this.#topOf(place)] as number;
		const places = Uint32Array.from({ length: this.#count }, (_, place) => place);
		places.sort((a, b) => timeOf(a) - timeOf(b) || this.#topOf(a) - this.#topOf(b));
		const parts: Part[] = [];
		let from = 0;
		for (let until = 1; until <= places.length; until++) {
			const ends = until === places.length;
			const goesOn =
				!ends && this.#topOf(places[until] as number) === this.#topOf(places[until - 1] as number);
			if (!ends && (goesOn || until - from < most)) continue;
			const lines = Float64Array.from(places.subarray(from, until), (place) => this.#lines[place] as number);
			parts.push({ lines: lines.sort(), at: timeOf(places[from] as number) });
			from = until;
		}
		return parts;
	}

	/** By the node that stands for all that it belongs with. */
	#firstTimes(): Uint32Array {
		const first = new Uint32Array(this.#parent.length).fill(0xffffffff);
		for (let place = 0; place < this.#count; place++) {
			const top = this.#topOf(place);
			first[top] = Math.min(first[top] as number, this.#times[place] as number);
		}
		return first;
	}

	#topOf(place: number): number {
		return this.#top(this.#nodeOf[place] as number);
	}

	#join(one: number, other: number): void {
		const [a, b] = [this.#top(one), this.#top(other)];
		if (a !== b) this.#parent[Math.max(a, b)] = Math.min(a, b);
	}

	#top(node: number): number {
		const parent = this.#parent;
		let at = node;
		for (let up = parent[at] as number; up !== at; up = parent[at] as number) {
			parent[at] = parent[up] as number;
			at = up;
		}
		return at;
	}
}
