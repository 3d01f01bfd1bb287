/**
 * Batches into the newest slice, those that wait together in one transaction, with what is kept in memory about it: positions, counts of lines. A
 * commit that fails leaves both as the file has them.
 */
import type { Position } from "@mailtrail/core/wire";
import type { CommitResult, LineBatch, LineCount } from "../store.ts";
import { commitGroup, type GroupItem } from "./commit-batch.ts";
import { damageOf, type SliceDamaged } from "./damage.ts";
import { type FreeSpace, StoreFull } from "./free-space.ts";
import type { Slices } from "./slices.ts";

/** lines of one transaction: some hundred milliseconds at the most */
const GROUP_LINES_MAX = 4_000;

interface Waiting {
	batch: LineBatch;
	resolve: (result: CommitResult) => void;
	reject: (error: unknown) => void;
}

export class BatchWriter {
	readonly #slices: Slices;
	readonly #space: FreeSpace;
	#positions: PositionTable;
	#counts: Map<string, LineCount>;
	readonly #waiting: Waiting[] = [];
	#timer: NodeJS.Immediate | undefined;

	constructor(slices: Slices, space: FreeSpace) {
		this.#slices = slices;
		this.#space = space;
		this.#positions = PositionTable.of(slices);
		this.#counts = sumCounts(slices);
	}

	get room(): { free: number; full?: { since: number; text: string } } {
		const { free, full } = this.#space;
		return { free, ...(full && { full }) };
	}

	/** Rejects with `StoreFull` where the disk has no room; nothing of the batch is stored then. */
	async commit(batch: LineBatch): Promise<CommitResult> {
		return new Promise((resolve, reject) => {
			this.#waiting.push({ batch, resolve, reject });
			// what other agents send meanwhile goes into the same transaction
			if (this.#waiting.length === 1) this.#timer = setImmediate(() => this.flush());
		});
	}

	/** Commits what waits. */
	flush(): void {
		clearImmediate(this.#timer);
		while (this.#waiting.length > 0) this.#commitSome(this.#nextGroup());
	}

	#nextGroup(): Waiting[] {
		const group: Waiting[] = [];
		for (let lines = 0; lines < GROUP_LINES_MAX && this.#waiting.length > 0; ) {
			const next = this.#waiting.shift();
			if (!next) break;
			group.push(next);
			lines += next.batch.lines.length;
		}
		return group;
	}

	/** One that fails must not take the others with it: they are tried one by one then. */
	#commitSome(group: readonly Waiting[]): void {
		const items: (GroupItem & { waiting: Waiting })[] = [];
		const reached = new PositionTable(this.#positions);
		for (const waiting of group) {
			const { batch } = waiting;
			const { host, position, from, gap } = batch;
			const committed = reached.offset(host, position);
			if (from > committed && !gap) {
				waiting.resolve({ outcome: "position-jumped", committed });
				continue;
			}
			if (position.offset >= committed) reached.set(host, position);
			items.push({ batch, committed, waiting });
		}
		try {
			if (items.length === 0) return;
			this.#space.check();
			const results = commitGroup(this.#slices, items);
			for (const [i, { batch, waiting, committed }] of items.entries()) {
				const result = results[i];
				if (result) waiting.resolve(this.#note(batch, committed, result));
			}
		} catch (error) {
			this.#recover(error);
			if (items.length === 1 || error instanceof StoreFull) {
				const failure = this.#space.failed(error);
				for (const { waiting } of items) waiting.reject(failure);
			} else for (const { waiting } of items) this.#commitSome([waiting]);
		}
	}

	#note(
		{ host, position }: LineBatch,
		committed: number,
		{ unparsed, ...result }: ReturnType<typeof commitGroup>[number],
	): CommitResult {
		if (position.offset >= committed) this.#positions.set(host, position);
		const count = this.#counts.get(host) ?? { lines: 0, unparsed: 0 };
		this.#counts.set(host, { lines: count.lines + result.added, unparsed: count.unparsed + unparsed });
		return result;
	}

	/** After a commit that failed nothing in memory may say more than the file. */
	#recover(error: unknown): void {
		if (error instanceof StoreFull) return;
		const damage = damageOf(error, this.#slices.writer.slice.no);
		if (!damage || !this.setAside(damage)) this.#slices.reopen();
	}

	/** False: it is gone already. */
	setAside(damage: SliceDamaged): boolean {
		if (!this.#slices.setAside(damage)) return false;
		this.#positions = PositionTable.of(this.#slices);
		this.#counts = sumCounts(this.#slices);
		return true;
	}

	positions(host: string): Position[] {
		return this.#positions.of(host);
	}

	counts(): Map<string, LineCount> {
		return new Map(this.#counts);
	}
}

/** What the newest slice says about every source's generations, in memory. */
class PositionTable {
	readonly #hosts = new Map<string, Map<string, Position>>();

	readonly #under: PositionTable | undefined;

	/** `under`: what stands where this one has nothing. */
	constructor(under?: PositionTable) {
		this.#under = under;
	}

	static of(slices: Slices): PositionTable {
		const table = new PositionTable();
		for (const { host, position } of slices.writer.slice.positions()) table.set(host, position);
		return table;
	}

	of(host: string): Position[] {
		return [...(this.#hosts.get(host)?.values() ?? [])];
	}

	offset(host: string, position: Position): number {
		const own = this.#hosts.get(host)?.get(nameOf(position))?.offset;
		return own ?? this.#under?.offset(host, position) ?? 0;
	}

	set(host: string, position: Position): void {
		let table = this.#hosts.get(host);
		if (!table) {
			table = new Map();
			this.#hosts.set(host, table);
		}
		table.set(nameOf(position), position);
	}
}

function nameOf(position: Position): string {
	return JSON.stringify([position.source, position.generation]);
}

function sumCounts(slices: Slices): Map<string, LineCount> {
	const total = new Map<string, LineCount>();
	for (const slice of slices.newestFirst) {
		for (const [host, { lines, unparsed }] of slice.counts()) {
			const sum = total.get(host) ?? { lines: 0, unparsed: 0 };
			total.set(host, { lines: sum.lines + lines, unparsed: sum.unparsed + unparsed });
		}
	}
	return total;
}
