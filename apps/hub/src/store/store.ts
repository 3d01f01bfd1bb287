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
import type { SumKind, WayDetail } from "./hop-sums.ts";
import type { AlertStore } from "./alert-store.ts";
import type { OutwardTry } from "./outward-tries.ts";
import type { PeopleStore } from "./people-store.ts";

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

/** Tries of the same kind: how many messages had them, the first and the last. */
export interface TryGroup extends Omit<OutwardTry, "at" | "queueId"> {
	host: string;
	messages: number;
	/** epoch milliseconds */
	firstAt: number;
	lastAt: number;
}

/** epoch milliseconds; `until` is not part of it */
export interface TimeSpan {
	since: number;
	until: number;
}

export type SumDimension = "name" | "bucket" | "host" | "outcome";
export interface SumRequest extends TimeSpan {
	kind: SumKind;
	/** rows that agree in these are one; `bucket` is the beginning of a step in epoch milliseconds */
	by: readonly SumDimension[];
	/** milliseconds of a step, whole minutes or hours as the kind is kept */
	step?: number;
	/** of these names alone */
	names?: readonly string[];
	/** of each slice no more than so many rows, those with the most messages */
	top?: number;
	host?: string;
	/** of the newest slices alone, as soon as so many messages are counted: they are that many at least */
	enough?: number;
}
export interface SumRow {
	name: string;
	bucket: number;
	host: string;
	outcome: string;
	recipients: number;
	messages: number;
}

export interface WayRequest extends TimeSpan {
	domain?: string;
	host?: string;
}
/** One host's tries towards a domain; those that a relay of ours took (`inner`) apart from those that left us. */
export interface WayRow {
	domain: string;
	host: string;
	inner: boolean;
	/** the host of ours that took them */
	to?: string;
	accepted: number;
	delayed: number;
	failed: number;
	recipients: number;
	/** of accepted tries, all together */
	seconds: number;
	lastAt: number;
	lastAcceptedAt: number;
}
export interface WayDetailRow extends WayHourRow {
	domain: string;
}
/** One host's tries within an hour towards all domains together: of the detail its delays, TLS and causes. */
export interface WayHourRow extends Pick<WayRow, "host" | "inner" | "to"> {
	/** epoch milliseconds of the hour's beginning */
	hour: number;
	detail: WayDetail;
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

export interface AgentRecord {
	agent: string;
	host: string;
	/** Ed25519, SPKI, base64 */
	publicKey: string;
	enrolledAt: number;
	revokedAt?: number;
	version?: string;
	lastSeenAt?: number;
}

/** Both work once. Only the hash of a secret is kept. */
export type SecretKind = "sign-in" | "enrol";
export interface SecretRecord {
	kind: SecretKind;
	hash: string;
	createdAt: number;
	expiresAt?: number;
	/** an enrolment token for this host name only */
	host?: string;
	/** whom a link signs in; absent: the owner */
	account?: string;
}

/** Something that was asked for, by whom, and how it went. Entries are added and never changed. */
export interface AuditRecord {
	/** epoch milliseconds by the hub's clock */
	at: number;
	who: string;
	action: string;
	detail: string;
	result: string;
	/** the address that it came from */
	from?: string;
}

export interface StoredAudit extends AuditRecord {
	/** grows with every entry */
	id: number;
}

export interface AuditPage {
	limit: number;
	/** entries older than this one */
	before?: number | undefined;
	who?: string | undefined;
	action?: string | undefined;
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

export interface LineStore extends LineReads {
	commit(batch: LineBatch): Promise<CommitResult>;
	/** stored lines that wait under a key */
	waiting(key: string): Promise<{ ref: string; event: MailEvent }[]>;
	/** the same line, now with the queue that it belongs to; a line that is not stored is left alone */
	assign(ref: string, event: MailEvent): Promise<{ changed: Hop[]; gone: string[] }>;
	positions(host: string): Promise<Position[]>;
	counts(): Promise<Map<string, LineCount>>;
	/** Resolves when what is done behind the commits is done: sums are right for every host that is known by then. */
	settled(): Promise<void>;
	info(): Promise<StoreInfo>;
}

export interface AccountStore {
	addSecret(secret: SecretRecord): Promise<void>;
	/** a secret that is neither used nor expired */
	findSecret(kind: SecretKind, hash: string, now: number): Promise<SecretRecord | undefined>;
	/** takes a one-time secret: the first caller gets it, everybody after gets nothing */
	takeSecret(kind: SecretKind, hash: string, now: number): Promise<SecretRecord | undefined>;
	dropSecret(kind: SecretKind, hash: string): Promise<void>;
	agents(): Promise<AgentRecord[]>;
	findAgent(agent: string): Promise<AgentRecord | undefined>;
	/** the host's agent from now on; an earlier one of the same host is revoked */
	enrolAgent(agent: AgentRecord): Promise<void>;
	seenAgent(agent: string, version: string, at: number): Promise<void>;
	/** its key opens nothing from now on; what it sent stays */
	revokeAgent(agent: string, at: number): Promise<void>;
	audit(record: AuditRecord): Promise<void>;
	/** newest first */
	audits(page: AuditPage): Promise<StoredAudit[]>;
	readonly people: PeopleStore;
	readonly alerts: AlertStore;
}

export interface Store extends LineStore, AccountStore {
	close(): Promise<void>;
}
