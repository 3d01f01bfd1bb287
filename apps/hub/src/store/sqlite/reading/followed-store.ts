/**
 * The store as the hub's own thread has it while another thread writes the lines: accounts are its own, lines are read beside the
 * writer, and how far each host is it has been told. It holds the folder's lock.
 */
import type { HostState, HubStore, StoreFiles, StoreInfo } from "../../store.ts";
import { lockStore, openAccounts } from "../sqlite-store.ts";
import { guarded } from "./guarded-reads.ts";
import { ReadSlices } from "./read-slices.ts";
import { readsOf } from "./slice-reads.ts";

/** Who writes. */
export interface LinesWriter {
	info(): Promise<StoreInfo>;
	/** this file was found damaged */
	setAside(no: number, reason: string): void;
	/** what was handed over is stored first */
	close(): Promise<void>;
}

export interface FollowedStore extends HubStore {
	/** the files that make up the store, as far as told: the same object until something changes */
	files(): StoreFiles;
	/** with `files`: these hosts are all that are known */
	learn(news: { files?: StoreFiles; hosts: readonly HostState[] }): void;
}

/** Throws `DataInUse` where another hub has the directory. */
export function followStore(dir: string, writer: LinesWriter): FollowedStore {
	const accounts = openAccounts(dir);
	const unlock = lockStore(dir);
	const slices = new ReadSlices(dir);
	let files: StoreFiles = { slices: [], filters: [] };
	let followed = files;
	let states = new Map<string, HostState>();
	const reads = readsOf({
		get set() {
			// opened by whoever asks first, and by the next one where that fails
			if (followed !== files) slices.follow(files);
			followed = files;
			return slices.set;
		},
	});
	return {
		...accounts,
		...guarded(reads, ({ no, message }) => {
			writer.setAside(no, message);
			return slices.forget(no);
		}),
		positions: async (host) => states.get(host)?.positions ?? [],
		counts: async () => new Map(Array.from(states, ([host, { count }]) => [host, count])),
		info: () => writer.info(),
		files: () => files,
		learn: (news) => {
			if (news.files) [files, states] = [news.files, new Map()];
			slices.refresh();
			for (const state of news.hosts) states.set(state.host, state);
		},
		close: async () => {
			await writer.close();
			slices.close();
			unlock();
			await accounts.close();
		},
	};
}
