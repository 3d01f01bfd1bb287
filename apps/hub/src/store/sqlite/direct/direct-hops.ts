/**
 * The hops of lines in memory, with what the store has of their queues in older slices, as a commit of each would make them
 * (`writing/commit-batch.ts`): a queue's hops stand in the newest slice that has lines of it, and their share of the sums is
 * taken away where they stood before. A hop is written down at once, and no object of it is kept.
 */
import { foldQueue, type Hop } from "@mailtrail/core/trace";
import { addHopSums } from "../../hop-sums.ts";
import type { PackedHop } from "../packed/hop-block.ts";
import { HopBytes } from "../packed/hop-bytes.ts";
import { type HopRow, readHop, type Slice } from "../slice/slice.ts";
import { eventsOf } from "../slice/slice-lines.ts";
import type { Slices } from "../slice/slices.ts";
import { ownHosts, ownText } from "../writing/slice-writer.ts";
import type { DirectLines } from "./direct-lines.ts";
import { DirectPeers } from "./direct-peers.ts";
import { DirectSums } from "./direct-sums.ts";
import type { DirectQueue, Folder } from "./queues-at-work.ts";

/** A hop is counted when so many have come behind it: whom it handed its message to has come then, and is known as a host of ours. */
const UNCOUNTED = 200;

export class DirectHops implements Folder {
	readonly bytes: HopBytes;
	readonly sums = new DirectSums();
	/** as they stand in older slices, from where their queues go on here */
	readonly before: { row: HopRow; slice: Slice }[] = [];
	/** lines of queues that no hop of theirs names */
	readonly loose: [key: string, line: number][] = [];
	readonly #direct: DirectLines;
	readonly #slices: Slices;
	readonly #peers: DirectPeers;
	/** those that are not counted yet, by number */
	readonly #fresh: (Hop | undefined)[] = [];
	/** up to here they are counted */
	#next = 0;
	/** how many peers were known when a hop was counted */
	readonly #known: number[] = [];
	/** not so any more */
	readonly #gone = new Set<number>();
	/** those that know whom they handed over to since they were counted */
	readonly #proven = new Set<number>();

	/** The newest of the slices is empty: what the hops teach of our own hosts is written there. */
	constructor(direct: DirectLines, slices: Slices) {
		this.#direct = direct;
		this.#slices = slices;
		this.bytes = new HopBytes(direct);
		this.#peers = new DirectPeers(slices, (no) =>
			this.#gone.has(no) ? undefined : (this.#fresh[no] ?? this.bytes.hop(no)),
		);
	}

	/** How many peers are known with these hops. */
	get peers(): number {
		return this.#peers.size;
	}

	fold(queues: readonly DirectQueue[]): void {
		// one that went on from an older slice is told when all lines are here
		const alone = queues.filter((queue) => this.#olderWith(queue).length === 0);
		this.#addAll(alone.map((queue) => ({ queue, hops: foldQueue(queue.key, queue.events ?? []) })));
		this.#count(this.#fresh.length - UNCOUNTED);
	}

	undo({ hops = [] }: DirectQueue): void {
		for (const no of hops) {
			if (no < this.#next) addHopSums(this.sums, this.bytes.hop(no), ownHosts(this.bytes.owns[no]), -1);
			this.#gone.add(no);
		}
	}

	/** All lines are here. Gives the hops' numbers in the order of time. */
	finish(queues: Iterable<DirectQueue>): number[] {
		for (const queue of queues) this.#finishQueue(queue);
		this.#count(this.#fresh.length);
		this.#countAgain();
		const { firstAt, nos } = this.bytes;
		const order = Array.from(nos.keys()).filter((no) => !this.#gone.has(no));
		order.sort((a, b) => (firstAt[a] ?? 0) - (firstAt[b] ?? 0) || a - b);
		for (const [place, no] of order.entries()) nos[no] = place + 1;
		return order;
	}

	#finishQueue(queue: DirectQueue): void {
		const { key, lines } = queue;
		if (!queue.hops) {
			const earlier = this.#olderWith(queue);
			if (!queue.isQuiet || earlier.length > 0) this.#foldWhole(queue, earlier);
		}
		for (const line of queue.hops ? queue.loose : lines) this.loose.push([key, this.#direct.idOf(line)]);
	}

	/** Slices that have lines of this queue; of a session that nobody asks for, only where one shows it. */
	#olderWith({ key, isQuiet }: DirectQueue): Slice[] {
		const { set, writer } = this.#slices;
		if (set.newestFirst.length === 1) return [];
		return !isQuiet || set.othersShow(key, writer.slice) ? set.othersWith(key, writer.slice) : [];
	}

	#foldWhole(queue: DirectQueue, earlier: readonly Slice[]): void {
		const { key, lines } = queue;
		const own = queue.events ?? lines.map((line) => this.#direct.at(line));
		const events = earlier.length === 0 ? own : [...earlier.flatMap((slice) => eventsOf(slice, key)), ...own];
		const [last] = earlier;
		for (const row of last?.hopRowsOf(key) ?? []) {
			if (last) this.before.push({ row, slice: last });
			addHopSums(this.sums, readHop(row), ownHosts(row.own), -1);
		}
		this.#addAll([{ queue, hops: foldQueue(key, events) }]);
	}

	#addAll(folded: readonly { queue: DirectQueue; hops: readonly Hop[] }[]): void {
		const all: PackedHop[] = [];
		for (const { queue, hops } of folded) {
			const { key, lines } = queue;
			queue.hops = hops.map((hop) => {
				const [firstAt, lastAt] = [Math.trunc(hop.firstAt), Math.trunc(hop.lastAt)];
				all.push({ no: 0, key, firstAt, lastAt, hop });
				return this.#fresh.push(hop) - 1;
			});
			const [first] = hops;
			if (hops.length === 1 && first?.refs.length === lines.length) continue;
			const named = new Set(hops.flatMap(({ refs }) => refs));
			queue.loose = lines.filter((line) => !named.has(this.#direct.refOf(line)));
		}
		const first = this.bytes.add(all);
		for (const [at, { hop }] of all.entries()) this.#peers.add(first + at, hop);
	}

	/** Those that are not counted, below a number. */
	#count(below: number): void {
		const from = this.#next;
		for (let no = from; no < below; no++) {
			const hop = this.#gone.has(no) ? undefined : this.#fresh[no];
			for (const other of hop ? this.#peers.learn(hop) : []) this.#proven.add(other);
			this.#known.push(this.#peers.size);
		}
		for (let no = from; no < below; no++) {
			const hop = this.#fresh[no];
			this.#fresh[no] = undefined;
			if (!hop || this.#gone.has(no)) continue;
			const own = this.#peers.among(hop);
			this.bytes.owns[no] = ownText(own) ?? undefined;
			addHopSums(this.sums, hop, own, 1);
		}
		this.#next = Math.max(from, below);
	}

	/** Hops that were counted before a peer of theirs was known as a host of ours. */
	#countAgain(): void {
		for (const [no, known] of this.#known.entries()) {
			const isSo = known === this.#peers.size && !this.#proven.has(no);
			if (isSo || this.#gone.has(no)) continue;
			const hop = this.bytes.hop(no);
			const before = this.bytes.owns[no];
			const own = this.#peers.among(hop);
			const text = ownText(own) ?? undefined;
			if (text === before) continue;
			addHopSums(this.sums, hop, ownHosts(before), -1);
			addHopSums(this.sums, hop, own, 1);
			this.bytes.owns[no] = text;
		}
	}
}
