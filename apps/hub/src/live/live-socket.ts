/**
 * One browser on /live: its query is asked here, so that only rows it wants cross the wire. Work for one browser is done in
 * order; a browser that reads too slowly is passed over and told which numbers it missed.
 */
import { diagnoseJourney, type Language } from "@mailtrail/core/diagnose";
import { matchesJourney, parseQuery, type Query } from "@mailtrail/core/query";
import type { Journey } from "@mailtrail/core/trace";
import {
	journeyRow,
	type LiveMessage,
	type Right,
	type Subscribe,
	SubscribeSchema,
} from "@mailtrail/core/wire";
import { Compile } from "typebox/compile";
import type { WebSocket } from "ws";
import { type Veil, veil } from "../accounts/mask.ts";
import type { Viewer } from "../accounts/viewer.ts";
import { veilFor } from "../http/access.ts";
import { findJourneys } from "../journeys/find-journeys.ts";
import { gatherTold } from "../journeys/gather-journey.ts";
import { guessingTerm, withinScope } from "../journeys/scope.ts";
import { viewerZone } from "../journeys/viewer-zone.ts";
import { idStem } from "../store/hop-terms.ts";
import type { AccountStore, LineReads, LineStore } from "../store/store.ts";
import type { LiveBus, LiveChange, LiveTick } from "./live-bus.ts";

export interface LiveSocketDeps {
	store: LineStore & Pick<AccountStore, "audit">;
	/** where a first page is looked for */
	reads: () => LineReads;
	bus: LiveBus;
	hosts: () => Promise<Extract<LiveMessage, { type: "hosts" }>["hosts"]>;
	zone: string;
	now: () => number;
}

interface Subscription {
	query: Query;
	lang: Language;
	/** everything up to here has been told */
	seq: number;
	missed?: { from: number; to: number };
	/** rows that this browser shows: it hears of them even when they stop answering its query */
	shown: Set<string>;
}

const ROWS_FIRST = 50;
/** more than this is not replayed: a gap and what is newest serve the viewer better */
const REPLAY_MAX = 500;
const BUFFERED_MAX = 1_048_576;
const SHOWN_MAX = 2_000;
const MESSAGE_MAX = 16_384;
/** what a browser needs for what it may send; a new kind of message does not compile without it */
export const RIGHT_OF: Record<Subscribe["type"], Right> = { subscribe: "messages" };
/** a close code of our own: the page asks to sign in, and does not try again */
const CLOSED_SIGNED_OUT = 4401;
const checkSubscribe = Compile(SubscribeSchema);

export class LiveSocket {
	readonly viewer: Viewer;
	readonly #veil: Veil | undefined;
	readonly #socket: WebSocket;
	readonly #deps: LiveSocketDeps;
	readonly #stop: () => void;
	#subscription: Subscription | undefined;
	#work: Promise<void> = Promise.resolve();

	constructor(socket: WebSocket, viewer: Viewer, deps: LiveSocketDeps, onError: (error: unknown) => void) {
		this.viewer = viewer;
		this.#veil = veilFor(viewer);
		this.#socket = socket;
		this.#deps = deps;
		const inOrder = (job: () => Promise<void> | void) => {
			this.#work = this.#work.then(job).catch((error: unknown) => {
				onError(error);
				socket.close(1011, "internal error");
			});
		};
		this.#stop = deps.bus.listen((tick) => inOrder(() => this.#tell(tick)));
		socket.on("message", (data) => {
			const request = readSubscribe(String(data));
			if (request) inOrder(() => this.#subscribe(request));
			else socket.close(1008, "malformed message");
		});
		socket.on("close", () => this.#stop());
		socket.on("error", () => this.#stop());
	}

	/** The hosts' state, to a browser that has subscribed. */
	sendHosts(hosts: Extract<LiveMessage, { type: "hosts" }>["hosts"]): void {
		if (this.#subscription && this.#socket.bufferedAmount < BUFFERED_MAX)
			this.#send({ type: "hosts", hosts });
	}

	/** What opened this connection does so no longer. */
	end(): void {
		this.#socket.close(CLOSED_SIGNED_OUT, "signed out");
	}

	async #subscribe(request: Subscribe): Promise<void> {
		const { bus, store, reads, zone, now } = this.#deps;
		const lang = request.lang ?? "en";
		const context = { now: now(), zone: viewerZone(request.zone, zone), lang };
		const query = parseQuery(request.q ?? "", context);
		const { domains: scope, rights, who } = this.viewer;
		const refused = !rights.has(RIGHT_OF[request.type]) || guessingTerm(query, scope) !== undefined;
		const result = refused ? "refused" : "done";
		await store.audit({ at: now(), who, action: "live", detail: request.q ?? "", result });
		if (refused) return this.#socket.close(1008, "not allowed");
		const { epoch } = bus;
		const resumed = request.epoch === epoch && request.after !== undefined && request.after <= bus.seq;
		const seq = resumed ? (request.after ?? 0) : bus.seq;
		this.#subscription = { query, lang, seq, shown: new Set() };
		const page = resumed ? undefined : await findJourneys(reads(), { query, lang, limit: ROWS_FIRST, scope });
		const rows = page?.journeys.map(journeyRow) ?? [];
		for (const { id } of rows) this.#subscription.shown.add(id);
		this.#send({ type: "subscribed", epoch, seq, resumed, rows, problems: query.problems });
		if (resumed) await this.#replay(seq);
		this.#send({ type: "hosts", hosts: await this.#deps.hosts() });
	}

	/** What changed while the browser was away, each journey once and as it is now. */
	async #replay(after: number): Promise<void> {
		const { bus, store } = this.#deps;
		const { from, changed } = bus.since(after);
		const kept = changed.slice(-REPLAY_MAX);
		const known = kept.length < changed.length ? (kept[0]?.seq ?? 1) - 1 : from;
		if (known > after) this.#send({ type: "gap", from: after + 1, to: known });
		const told = new Map<string, LiveChange>();
		for (const { seq, hopId } of kept) {
			const hop = (await store.hopsOfQueue(idStem(hopId))).find((each) => each.id === hopId);
			const gathered = hop && (await gatherTold(store, hop));
			if (!gathered) continue;
			const { id } = gathered.journey;
			const others = [...gathered.hops.map((each) => each.id), ...gathered.told];
			const replaces = others.filter((each) => each !== id);
			told.delete(id);
			told.set(id, { seq, gathered, replaces });
		}
		for (const change of told.values()) this.#change(change);
	}

	#tell({ changes, gap }: LiveTick): void {
		const subscription = this.#subscription;
		if (!subscription) return;
		if (gap && gap.to > subscription.seq) {
			this.#miss(Math.max(gap.from, subscription.seq + 1), gap.to);
			subscription.seq = gap.to;
		}
		for (const change of changes) if (change.seq > subscription.seq) this.#change(change);
	}

	#change({ seq, gathered, replaces }: LiveChange): void {
		const subscription = this.#subscription;
		if (!subscription) return;
		const from = subscription.seq + 1;
		subscription.seq = Math.max(subscription.seq, seq);
		const seen = withinScope(gathered.journey, this.viewer.domains);
		if (!seen) return;
		const journey: Journey = diagnoseJourney(seen, subscription.lang);
		const isShown = [journey.id, ...replaces].some((id) => subscription.shown.has(id));
		if (!isShown && !matchesJourney(subscription.query, journey)) return;
		if (this.#socket.bufferedAmount > BUFFERED_MAX) return this.#miss(from, seq);
		this.#tellMissed();
		if (subscription.shown.size < SHOWN_MAX) subscription.shown.add(journey.id);
		this.#send({ type: "change", seq, row: journeyRow(journey), replaces });
	}

	#miss(from: number, to: number): void {
		const subscription = this.#subscription;
		if (!subscription) return;
		subscription.missed = { from: subscription.missed?.from ?? from, to };
		if (this.#socket.bufferedAmount <= BUFFERED_MAX) this.#tellMissed();
	}

	#tellMissed(): void {
		const missed = this.#subscription?.missed;
		if (!this.#subscription || !missed) return;
		delete this.#subscription.missed;
		this.#send({ type: "gap", ...missed });
	}

	#send(message: LiveMessage): void {
		if (this.#socket.readyState !== this.#socket.OPEN) return;
		if (message.type === "hosts" && !this.viewer.rights.has("hosts")) return;
		this.#socket.send(JSON.stringify(this.#veil ? veil(message, this.#veil) : message));
	}
}

function readSubscribe(text: string): Subscribe | undefined {
	if (text.length > MESSAGE_MAX) return undefined;
	try {
		const value: unknown = JSON.parse(text);
		return checkSubscribe.Check(value) ? value : undefined;
	} catch {
		return undefined;
	}
}
