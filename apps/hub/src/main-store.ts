/** The store with its threads: one writes lines, readers answer, and the hub's own has the rest. */
import type { Ingest, Publish } from "./ingest/ingest-batch.ts";
import { WriterThread } from "./ingest/writer-thread.ts";
import type { WriterOptions } from "./main-writer.ts";
import type { Ask } from "./questions/questions.ts";
import { ReaderPool } from "./questions/reader-pool.ts";
import { PackingThread } from "./store/sqlite/care/packing-thread.ts";
import { followStore } from "./store/sqlite/reading/followed-store.ts";
import type { HubStore } from "./store/store.ts";
import { startThread } from "./start-thread.ts";

export interface RunningStore {
	store: HubStore;
	ingest: (publish: Publish) => Ingest;
	ask: Ask;
	/** ends the readers; the store is closed by itself */
	endReaders(): Promise<void>;
}

export interface StoreWatch {
	/** something failed that nobody waits for */
	onTrouble: (error: unknown) => void;
	onDamaged: (no: number, reason: string) => void;
	onRebuild: (done: number, all: number) => void;
	/** nothing can be stored any more */
	onEnded: (error: Error) => void;
}

/** at the most; two answer a page's figures and its list beside each other */
const READERS = 2;

/** what packing makes is done with at once: in the engine's usual room for young objects it takes eighty megabytes more and no less time */
const PACK_LIMITS = { maxYoungGenerationSizeMb: 8 };

/** Throws `DataInUse` where another hub has the directory. */
export async function startStore(
	data: string,
	options: WriterOptions,
	watch: StoreWatch,
): Promise<RunningStore> {
	const packing = new PackingThread({
		start: () => startThread({ pack: true }, PACK_LIMITS),
		onTrouble: watch.onTrouble,
	});
	const store = followStore(data, {
		info: () => writer.info(),
		setAside: (no, reason) => writer.setAside(no, reason),
		close: async () => {
			await writer.close();
			// what it was writing is begun anew
			await packing.close();
		},
	});
	const writer = new WriterThread({
		worker: startThread({ write: { data, ...options } }),
		pack: packing.pack,
		onNews: (news) => store.learn(news),
		...watch,
	});
	try {
		await writer.opened;
	} catch (error) {
		await store.close();
		throw error;
	}
	const readers = new ReaderPool({
		start: () => startThread({ data }),
		readers: READERS,
		files: () => store.files(),
		onError: watch.onTrouble,
		onDamaged: (no, reason) => writer.setAside(no, reason),
	});
	return {
		store,
		ingest: (publish) => writer.ingestInto(publish),
		ask: readers.ask,
		endReaders: () => readers.close(),
	};
}
