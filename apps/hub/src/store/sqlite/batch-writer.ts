/**
 * Batches one after the other into the newest slice, with what is kept in memory about it: positions, counts of lines. A
 * commit that fails leaves both as the file has them.
 */
import type { Position } from "@mailtrail/core/wire";
import type { CommitResult, LineBatch, LineCount } from "../store.ts";
import { commitBatch } from "./commit-batch.ts";
import { damageOf, type SliceDamaged } from "./damage.ts";
import type { FreeSpace } from "./free-space.ts";
import type { Slices } from "./slices.ts";

export class BatchWriter {
	readonly #slices: Slices;
	readonly #space: FreeSpace;
	#positions: PositionTable;
	#counts: Map<string, LineCount>;

	constructor(slices: Slices, space: FreeSpace) {
		this.#slices = slices;
		this.#space = space;
		this.#positions = new PositionTable(slices);
		this.#counts = sumCounts(slices);
	}

	get room(): { free: number; full?: { since: number; text: string } } {
		const { free, full } = this.#space;
		return { free, ...(full && { full }) };
	}

	/** Throws `StoreFull` where the disk has no room; nothing of the batch is stored then. */
	commit(batch: LineBatch): CommitResult {
		const { position, host } = batch;
		const committed = this.#positions.offset(host, position);
		if (batch.from > committed && !batch.gap) return { outcome: "position-jumped", committed };
		this.#space.check();
		try {
			const { unparsed, ...result } = commitBatch(this.#slices, batch, committed);
			if (position.offset >= committed) this.#positions.set(host, position);
			const count = this.#counts.get(host) ?? { lines: 0, unparsed: 0 };
			this.#counts.set(host, { lines: count.lines + result.added, unparsed: count.unparsed + unparsed });
			return result;
		} catch (error) {
			const damage = damageOf(error, this.#slices.writer.slice.no);
			if (damage && this.setAside(damage)) throw error;
			this.#slices.reopen();
			throw this.#space.failed(error);
		}
	}

	/** False: it is gone already. */
	setAside(damage: SliceDamaged): boolean {
		if (!this.#slices.setAside(damage)) return false;
		this.#positions = new PositionTable(this.#slices);
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

	constructor(slices: Slices) {
		for (const { host, position } of slices.writer.slice.positions()) this.set(host, position);
	}

	of(host: string): Position[] {
		return [...(this.#hosts.get(host)?.values() ?? [])];
	}

	offset(host: string, position: Position): number {
		return this.#hosts.get(host)?.get(nameOf(position))?.offset ?? 0;
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
