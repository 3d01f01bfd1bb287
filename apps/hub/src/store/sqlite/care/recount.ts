/**
 * A relay or client that turns out to be a host of ours was counted as a stranger before: hops that name it are counted
 * again, slice by slice in small pieces between the commits. How many peers a slice was counted with stands in the slice,
 * so what was broken off goes on after the next start.
 */
import { foldCounted } from "../packed/fold-counted.ts";
import { inTransaction } from "../open-database.ts";
import type { OwnPeers } from "../writing/own-peers.ts";
import { readHop, Slice } from "../slice/slice.ts";
import { ownText, SliceWriter } from "../writing/slice-writer.ts";

/** rows of one piece: some ten milliseconds */
const PIECE = 200;

export interface RecountTarget {
	no: number;
	path: string;
	/** of the newest slice; the others are opened for the work */
	writer?: SliceWriter;
	/** a newer slice has taken this queue's share away, as it was counted then */
	isStale: (key: string) => boolean;
}

export class Recount {
	readonly #own: OwnPeers;
	#no = -1;
	#row = -1;
	/** hops of the newest slice behind this one were counted with all that are known */
	#last = Number.POSITIVE_INFINITY;
	#peers = 0;
	/** with how many peers closed slices are counted: a look at every file after each commit would cost more than the commit */
	readonly #counted = new Map<number, number>();
	#opened: SliceWriter | undefined;

	constructor(own: OwnPeers) {
		this.#own = own;
	}

	/** Counts a piece; false when nothing is left. `newestFirst` may change between pieces. */
	step(newestFirst: readonly RecountTarget[]): boolean {
		let target = newestFirst.find(({ no }) => no === this.#no);
		if (!target) {
			this.stop();
			target = newestFirst.find((each) => this.#peersCounted(each) !== this.#own.size);
			if (!target) return false;
			this.#no = target.no;
			this.#row = -1;
			this.#last = target.writer?.lastHop ?? Number.POSITIVE_INFINITY;
			this.#peers = this.#own.size;
		}
		const writer = target.writer ?? this.#open(target);
		inTransaction(writer.slice.db, () => {
			this.#piece(writer, target.isStale);
			writer.finish();
		});
		return true;
	}

	/** The slice is another file now: how it was counted is read anew. */
	forget(no: number): void {
		this.#counted.delete(no);
	}

	/** Lets go of the slice that is worked on. */
	stop(): void {
		// what was counted took rows for a while (`fold-counted.ts`)
		if (this.#opened?.slice.packed)
			this.#opened.slice.db.exec("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);");
		this.#opened?.slice.close();
		this.#opened = undefined;
		this.#no = -1;
	}

	#piece(writer: SliceWriter, isStale: RecountTarget["isStale"]): void {
		const { slice } = writer;
		const rows = slice.hops.after(this.#row, PIECE);
		for (const row of rows) {
			this.#row = row.place;
			if (row.place > this.#last) break;
			// a list of names is of a slice that has lost its lines before peers were kept by host: it stays as it is
			if (isStale(row.key) || row.own?.startsWith("[")) continue;
			const hop = readHop(row);
			const own = this.#own.among(hop);
			if (ownText(own) !== (row.own ?? null)) writer.countAgain(row, hop, own);
		}
		if (rows.length === PIECE && this.#row <= this.#last) return;
		writer.finish();
		foldCounted(slice);
		slice.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('own-peers', ?)", this.#peers);
		this.#counted.delete(this.#no);
		this.#no = -1;
	}

	#open({ no, path }: RecountTarget): SliceWriter {
		this.#opened ??= new SliceWriter(new Slice(no, path, false), this.#own);
		return this.#opened;
	}

	#peersCounted({ no, path, writer }: RecountTarget): number {
		if (writer) return peersOf(writer.slice);
		let peers = this.#counted.get(no);
		if (peers === undefined) {
			const slice = new Slice(no, path, true);
			peers = peersOf(slice);
			slice.close();
			this.#counted.set(no, peers);
		}
		return peers;
	}
}

function peersOf(slice: Slice): number {
	const value = slice.one("SELECT value FROM meta WHERE name = 'own-peers'")?.value;
	return typeof value === "number" ? value : 0;
}
