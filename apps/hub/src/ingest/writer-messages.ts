/** The hub's own thread ⇄ the one that stores lines: batches with numbers, what came of them with the same, and what is news of the store. */
import type { Batch } from "@mailtrail/core/wire";
import type { HostState, StoreFiles, StoreInfo } from "../store/store.ts";
import type { Ingested } from "./ingest-batch.ts";

export interface SentBatch {
	no: number;
	host: string;
	/** read or as it came */
	batch: Batch | Uint8Array;
}

export type ToWriter =
	| { type: "batches"; batches: SentBatch[] }
	| { type: "info"; no: number }
	/** the thread that packs has ended */
	| { type: "packed"; isWhole: boolean }
	/** a reader found this file damaged */
	| { type: "set-aside"; damaged: number; reason: string }
	| { type: "close" };

/** A closed slice to be packed in a thread of its own, with `files` its view made anew before. */
export interface SliceWork {
	no: number;
	path: string;
	files?: StoreFiles;
}

export interface StoreNews {
	/** what makes up the store, where that has changed */
	files?: StoreFiles;
	/** hosts of which something was stored; with `files` all, and no others */
	hosts: HostState[];
}

export type Failure = { message: string; stack?: string };

/** Of one turn: everything that is told with a batch's end is true by then. */
export interface TurnEnd {
	news: StoreNews;
	changed: string[];
	gone: string[];
	ended: ({ no: number; result: Ingested } | { no: number; failure: Failure })[];
}

export type FromWriter =
	/** the first one: the store is open */
	| { type: "turn"; turn: TurnEnd }
	| { type: "info"; no: number; info: StoreInfo }
	| { type: "info"; no: number; failure: Failure }
	| { type: "damaged"; no: number; reason: string }
	| { type: "rebuild"; done: number; all: number }
	/** one at a time */
	| { type: "pack"; slice: SliceWork }
	| { type: "closed" };
