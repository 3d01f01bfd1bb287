/**
 * What the hub keeps, in our words. Lines are the truth; hops are a view that a commit refreshes together with them.
 * Every implementation passes `contract-tests.ts`. Nothing outside `store/` knows which one runs.
 * Promises: a commit is all or nothing; a line is stored once for its place (host, source, generation, offset);
 * the position never runs ahead of the lines.
 */
import type { MailEvent } from "@mailtrail/core/event";
import type { QueryKey } from "@mailtrail/core/query";
import type { Hop } from "@mailtrail/core/trace";
import type { Batch, Position } from "@mailtrail/core/wire";
import type { AccountStore } from "./account-store.ts";
import type {
	SumRequest,
	SumRow,
	TimeSpan,
	TryGroup,
	WayDetailRow,
	WayHourRow,
	WayRequest,
	WayRow,
} from "./kept-figures.ts";

export interface NewLine {
	/** bytes from the start of the generation */
	offset: number;
	event: MailEvent;
	/** a line of no queue yet: found by this key until `assign` gives it to one */
	waitsFor?: string;
}

/** Lines of one source and generation in order. */
export interface LineBatch {
	host: string;
	/** where the first line must start */
	from: number;
	/** reached when all lines are committed */
	position: Position;
	lines: NewLine[];
	gap?: NonNullable<Batch["gap"]>;
	/** epoch milliseconds by the hub's clock */
	receivedAt: number;
}

export type CommitResult =
	| {
			outcome: "committed";
			added: number;
			duplicates: number;
			/** hops as they are now, those that this commit changed only */
			changed: Hop[];
			/** ids that hops of the same queues had before and that nothing has now */
			gone: string[];
	  }
	/** the batch starts behind what is committed and declares no gap; nothing was stored */
	| { outcome: "position-jumped"; committed: number };

/** A hop's place in the list newest first: by its first line, equal times by what the store says. */
export interface HopCursor {
	at: number;
	tie: number;
}

export interface FoundHop {
	hop: Hop;
	/** hand it back as `before` and the list goes on after this hop */
	cursor: HopCursor;
}

export interface HopRequest {
	/** a hop that has one of these; without it, every hop */
	anyOf?: QueryKey[];
	/** one that has all of these in one of its texts (`core/query` `saysAll`); at least one is of three letters or more */
	says?: readonly string[];
	before?: HopCursor;
	/** hops whose last line is older are left out */
	endsAfter?: number;
	limit: number;
	/** by `performance.now()`, of a request with `says`: when it has passed, `OutOfTime` is thrown */
	deadline?: number;
}

/** Texts may be looked for among millions of hops. What was found until then, and how far: the search can go on there. */
export class OutOfTime extends Error {
	readonly found: readonly FoundHop[];
	readonly reached: HopCursor;

	constructor(found: readonly FoundHop[], reached: HopCursor) {
		super("looking for a text took too long");
		this.found = found;
		this.reached = reached;
	}
}

export interface StoredLine {
	ref: string;
	host: string;
	source: string;
	offset: number;
	at?: string;
	raw: string;
}

export interface LineCount {
	lines: number;
	unparsed: number;
}

/** How far a host's logs are stored. */
export interface HostState {
	host: string;
	positions: Position[];
	count: LineCount;
}

export interface GapRecord {
	/** epoch milliseconds by the hub's clock */
	at: number;
	source: string;
	bytes: number;
	reason: string;
	/** epoch milliseconds by the agent's clock between which the missing lines were written, as far as known */
	from?: number;
	until?: number;
}

export interface HostLinesRequest {
	host: string;
	source?: string;
	contains?: string;
	kind?: string;
	/** from an earlier answer */
	before?: string;
	limit: number;
	/** by `performance.now()`: what is not found then is left for the next page */
	deadline: number;
}
export interface HostLinesPage {
	lines: (StoredLine & { kind: string })[];
	before?: string;
}

/** Times are epoch milliseconds. */
export interface StoreInfo {
	/** oldest first; `from` and `to` by the hops' first lines */
	slices: {
		name: string;
		bytes: number;
		lines: number;
		from?: number;
		to?: number;
		/** `hops-only`: its lines went earlier */
		state: "open" | "closed" | "hops-only";
	}[];
	damaged: { name: string; at: number; reason: string }[];
	/** bytes left on the disk, as far as anybody asked */
	free: number;
	/** nothing can be written now */
	full?: { since: number; text: string };
	retention: { days?: number; lineDays?: number; maxBytes?: number };
	/** closed slices whose hops an earlier version has made: they serve, and are made anew one by one */
	earlierView: number;
}

/** One of the files that make up the store, as a reader beside the writer opens it; packed, it is another file. */
export interface SliceFile {
	no: number;
	packed: boolean;
	/** of a closed one, where its key filter stands in `StoreFiles.filters` */
	filter?: number;
}

/** Oldest first, with the key filters of all in memory that threads share. */
export interface StoreFiles {
	slices: readonly SliceFile[];
	filters: readonly SharedArrayBuffer[];
}

/** A commit that was not begun, or not finished, because there is no room; nothing of it is stored. Told by its name. */
export const STORE_FULL = "StoreFull";

/** Questions that are answered by reading alone, so that they may be asked beside the writer. */
export interface LineReads {
	/** hops that have one of these keys as own or link key; of each key those nearest in time to `around` */
	hopsWithKeys(keys: string[], around: number, perKey: number): Promise<Hop[]>;
	/** all hops that have this key; undefined where more than so many may have it */
	allWithKey(key: string, atMost: number): Promise<Hop[] | undefined>;
	/** hops of one queue of a host, `HOST/QUEUEID` of a hop id without its start */
	hopsOfQueue(idStem: string): Promise<Hop[]>;
	/** newest first line first */
	findHops(request: HopRequest): Promise<FoundHop[]>;
	/** about how many hops have one of these, counted up to `cap` */
	estimate(anyOf: QueryKey[], cap: number): Promise<number>;
	/** what came of every host's tries towards one domain since a time */
	triesTo(destination: string, since: number): Promise<TryGroup[]>;
	/** what came of one host's newest tries since a time, by destination */
	triesFrom(host: string, since: number, limit: number): Promise<TryGroup[]>;
	/** over hops by their first line, each counted as it is now; hours and minutes that the span touches count whole */
	sums(request: SumRequest): Promise<SumRow[]>;
	/** senders or recipients that are rare were forgotten, so sums by their names may say too little */
	forgotNames(span: TimeSpan): Promise<boolean>;
	ways(request: WayRequest): Promise<WayRow[]>;
	/** of some domains, of one host or of all */
	wayDetails(request: Omit<WayRequest, "domain"> & { domains: readonly string[] }): Promise<WayDetailRow[]>;
	wayHours(request: Omit<WayRequest, "domain">): Promise<WayHourRow[]>;
	/** values of search terms that begin so, newest slices first */
	complete(field: QueryKey["field"], prefix: string, limit: number): Promise<string[]>;
	lines(refs: string[]): Promise<StoredLine[]>;
	/** newest first */
	hostLines(request: HostLinesRequest): Promise<HostLinesPage>;
	/** first lines of the oldest and the newest hop; undefined for an empty store */
	timeRange(): Promise<{ from: number; to: number } | undefined>;
	/** newest first, a bounded number per host */
	gaps(host: string): Promise<GapRecord[]>;
}

/** What is asked of stored lines beside whoever stores them. */
export interface StoredLines extends LineReads {
	positions(host: string): Promise<Position[]>;
	counts(): Promise<Map<string, LineCount>>;
	info(): Promise<StoreInfo>;
}

export interface LineStore extends StoredLines {
	commit(batch: LineBatch): Promise<CommitResult>;
	/**
	 * Batches without gaps, in their order, of which nobody is told: up to some hundred thousand lines of logs that are imported, at a
	 * fraction of what commits cost; their events are as core has just read them, and none is held until the end. Rejects where one begins
	 * behind what is there; those before it may be stored then. How many lines are new.
	 */
	commitMany(batches: Iterable<LineBatch> | AsyncIterable<LineBatch>): Promise<number>;
	/** stored lines that wait under a key */
	waiting(key: string): Promise<{ ref: string; event: MailEvent }[]>;
	/** the same line, now with the queue that it belongs to; a line that is not stored is left alone */
	assign(ref: string, event: MailEvent): Promise<{ changed: Hop[]; gone: string[] }>;
	/** Resolves when what is done behind the commits is done: sums are right for every host that is known by then. */
	settled(): Promise<void>;
}

/** What the hub is built on; lines are stored in another thread. */
export interface HubStore extends StoredLines, AccountStore {
	close(): Promise<void>;
}

export interface Store extends LineStore, AccountStore {
	close(): Promise<void>;
}
