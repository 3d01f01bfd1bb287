/**
 * Batches into the newest slice, those that wait together in one transaction, with what is kept in memory about it: positions, counts of lines. A
 * commit that fails leaves both as the file has them.
 */
import type { Position } from "@mailtrail/core/wire";
import type { CommitResult, HostState, LineBatch, LineCount } from "../../store.ts";
import { addDirect } from "../direct/add-direct.ts";
import { DirectLines } from "../direct/direct-lines.ts";
import { commitGroup, type GroupItem } from "./commit-batch.ts";
import { damageOf, type SliceDamaged } from "../slice/damage.ts";
import { type FreeSpace, StoreFull } from "./free-space.ts";
import type { Slices } from "../slice/slices.ts";

/** lines of one transaction: some hundred milliseconds at the most */
const GROUP_LINES_MAX = 6_000;
/**
 * Between two transactions, in the time that one takes: what comes meanwhile goes into the next, whose cost is that of the
 * pages that it touches. Measured with sixty agents: a pause of 100 ms writes half of what one of 20 ms does.
 */
const PAUSE = 4;
const PAUSE_MS_MAX = 100;
/** a host with so many batches that wait, of so many lines, waits for nothing else: half of what an agent has on its way */
const HELD_UP = 4;
const HELD_UP_LINES = 1_000;

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
	/** by host */
	#waiting = new Map<string, Waiting[]>();
	#timer: NodeJS.Timeout | undefined;
	#soon: NodeJS.Immediate | undefined;
	/** by `performance.now()` */
	#nextAt = 0;
	#waitingLines = 0;
	/** how often what stands in the files changed */
	#changes = 0;

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

	/** Reads what the first commit needs, before anybody waits for it. */
	prepare(): void {
		try {
			this.#slices.writer.prepare();
		} catch (error) {
			this.#recover(error);
		}
	}

	/** Rejects with `StoreFull` where the disk has no room; nothing of the batch is stored then. */
	async commit(batch: LineBatch): Promise<CommitResult> {
		return new Promise((resolve, reject) => {
			const own = this.#waiting.get(batch.host) ?? [];
			own.push({ batch, resolve, reject });
			this.#waiting.set(batch.host, own);
			this.#waitingLines += batch.lines.length;
			if (own.length >= HELD_UP && this.#waitingLines >= HELD_UP_LINES) this.#nextAt = 0;
			this.#plan();
		});
	}

	/**
	 * Many lines at once, of any sources: what would fill a good part of a slice becomes one without standing in rows before. Rejects
	 * with nothing stored where a batch begins behind what is there, or others are committed meanwhile. How many lines are new.
	 */
	async commitMany(batches: AsyncIterable<LineBatch>): Promise<number> {
		this.flush();
		const direct = new DirectLines(this.#slices);
		const reached = new PositionTable(this.#positions);
		const changes = this.#changes;
		for await (const batch of batches) {
			const { host, position, from } = batch;
			const committed = reached.offset(host, position);
			if (from > committed) throw new Error(`${position.source}: the store is at another place than it said`);
			if (position.offset >= committed) reached.set(host, position);
			try {
				direct.add(batch, committed);
			} catch (error) {
				throw this.#space.failed(error);
			}
		}
		if (direct.count === 0) return 0;
		this.flush();
		if (changes !== this.#changes) throw new Error("something else was stored meanwhile");
		this.#space.check();
		try {
			addDirect(this.#slices, direct);
		} catch (error) {
			throw this.#space.failed(error);
		}
		this.#reread();
		return direct.count;
	}

	/** Commits what waits. */
	flush(): void {
		clearTimeout(this.#timer);
		clearImmediate(this.#soon);
		this.#timer = undefined;
		this.#soon = undefined;
		while (this.#waiting.size > 0) this.#commitSome(this.#nextGroup());
	}

	/** The next transaction: at once where enough waits, for one agent alone too, or after a pause; always with the event loop's turn before it. */
	#plan(): void {
		if (this.#waiting.size === 0 || this.#soon) return;
		const pause = this.#nextAt - performance.now();
		if (this.#waitingLines < GROUP_LINES_MAX && pause > 0) {
			this.#timer ??= setTimeout(() => this.#commitNext(), pause);
			return;
		}
		clearTimeout(this.#timer);
		this.#soon = setImmediate(() => this.#commitNext());
	}

	#commitNext(): void {
		this.#timer = undefined;
		this.#soon = undefined;
		const begun = performance.now();
		this.#commitSome(this.#nextGroup());
		const ended = performance.now();
		this.#nextAt = ended + Math.min(PAUSE_MS_MAX, PAUSE * (ended - begun));
		this.#plan();
	}

	/** A batch of each host in turn, so that one that floods the hub keeps nobody else waiting; a host's own in their order. */
	#nextGroup(): Waiting[] {
		const group: Waiting[] = [];
		let lines = 0;
		while (lines < GROUP_LINES_MAX && this.#waiting.size > 0)
			for (const [host, own] of this.#waiting) {
				const next = own.shift();
				if (own.length === 0) this.#waiting.delete(host);
				if (!next) continue;
				group.push(next);
				lines += next.batch.lines.length;
				if (lines >= GROUP_LINES_MAX) break;
			}
		// new, not emptied: `tune-collector.ts`
		if (this.#waiting.size === 0) this.#waiting = new Map();
		this.#waitingLines -= lines;
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
		this.#changes++;
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
		this.#reread();
		return true;
	}

	/** What the files say, where they are others now. */
	#reread(): void {
		this.#changes++;
		this.#positions = PositionTable.of(this.#slices);
		this.#counts = sumCounts(this.#slices);
	}

	positions(host: string): Position[] {
		return this.#positions.of(host);
	}

	counts(): Map<string, LineCount> {
		return new Map(this.#counts);
	}

	/** Of these hosts, or of all that are known. */
	states(
		hosts: Iterable<string> = new Set([...this.#counts.keys(), ...this.#positions.hosts()]),
	): HostState[] {
		return Array.from(hosts, (host) => ({
			host,
			positions: this.positions(host),
			count: this.#counts.get(host) ?? { lines: 0, unparsed: 0 },
		}));
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

	hosts(): Iterable<string> {
		return this.#hosts.keys();
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
