/**
 * One browser on /live: its query is asked here, so that only rows it wants cross the wire. Work for one browser is done in
 * order; a browser that reads too slowly is passed over and told which numbers it missed.
 */
import { diagnoseJourney, type Language } from "@mailtrail/core/diagnose";
import { askedRecipients, matchesJourney, parseQuery, type Query } from "@mailtrail/core/query";
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
import { HubError } from "../http/errors.ts";
import { guessingTerm, withinScope } from "../journeys/scope.ts";
import { viewerZone } from "../journeys/viewer-zone.ts";
import type { Ask } from "../questions/questions.ts";
import type { AccountStore } from "../store/account-store.ts";
import type { StoredLines } from "../store/store.ts";
import type { LiveBus, LiveChange, LiveTick } from "./live-bus.ts";

export interface LiveSocketDeps {
	store: StoredLines & Pick<AccountStore, "audit">;
	ask: Ask;
	bus: LiveBus;
	hosts: () => Promise<Extract<LiveMessage, { type: "hosts" }>["hosts"]>;
	zone: string;
	now: () => number;
	/** bytes that may wait for one browser */
	bufferedMax?: () => number;
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
				if (error instanceof HubError && error.code === "too-busy") return socket.close(1013, "too busy");
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
		if (this.#subscription && !this.#isSlow) this.#send({ type: "hosts", hosts });
	}

	/** It has not read what it was sent. */
	get #isSlow(): boolean {
		return this.#socket.bufferedAmount > (this.#deps.bufferedMax?.() ?? BUFFERED_MAX);
	}

	/** What opened this connection does so no longer. */
	end(): void {
		this.#socket.close(CLOSED_SIGNED_OUT, "signed out");
	}

	async #subscribe(request: Subscribe): Promise<void> {
		const { ask, bus, store, zone, now } = this.#deps;
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
		const rows = resumed ? [] : (await ask("search", { query, lang, limit: ROWS_FIRST, scope })).rows;
		for (const { id } of rows) this.#subscription.shown.add(id);
		this.#send({ type: "subscribed", epoch, seq, resumed, rows, problems: query.problems });
		if (resumed) await this.#replay(seq);
		this.#send({ type: "hosts", hosts: await this.#deps.hosts() });
	}

	/** What changed while the browser was away, each journey once and as it is now. */
	async #replay(after: number): Promise<void> {
		const { bus } = this.#deps;
		const { from, changed } = bus.since(after);
		const kept = changed.slice(-REPLAY_MAX);
		const known = kept.length < changed.length ? (kept[0]?.seq ?? 1) - 1 : from;
		if (known > after) this.#send({ type: "gap", from: after + 1, to: known });
		const told = new Map<string, LiveChange>();
		const seqOf = new Map(kept.map(({ hopId, seq }) => [hopId, seq]));
		for (let rest = kept.map(({ hopId }) => hopId); rest.length > 0; ) {
			const { journeys, done } = await bus.gather(rest);
			rest = rest.slice(done);
			for (const { hopId, gathered } of journeys) {
				if (!gathered) continue;
				const { id } = gathered.journey;
				const members = gathered.hops.map((each) => each.id);
				// a journey changed when the last of its hops did
				const seq = Math.max(...[hopId, ...members].map((each) => seqOf.get(each) ?? 0));
				const replaces = [...members, ...gathered.told].filter((each) => each !== id);
				told.set(id, { seq, gathered, replaces });
			}
		}
		for (const change of [...told.values()].sort((a, b) => a.seq - b.seq)) this.#change(change);
	}

	#tell({ changes, gap }: LiveTick): void {
		const subscription = this.#subscription;
		if (!subscription) return;
		if (gap && gap.to > subscription.seq) {
			this.#miss(Math.max(gap.from, subscription.seq + 1), gap.to);
			subscription.seq = gap.to;
		}
		const news = changes.filter(({ seq }) => seq > subscription.seq);
		const last = news.at(-1);
		if (last && this.#isSlow) {
			// looked at by nobody: a thousand who do not read cost no more than a few
			this.#miss(subscription.seq + 1, last.seq);
			subscription.seq = last.seq;
		} else for (const change of news) this.#change(change);
	}

	#change(change: LiveChange): void {
		const subscription = this.#subscription;
		if (!subscription) return;
		const { seq, replaces } = change;
		const from = subscription.seq + 1;
		subscription.seq = Math.max(subscription.seq, seq);
		const told = this.viewer.domains
			? tellChange(change, subscription.lang, this.viewer.domains)
			: toldToAll(change, subscription.lang);
		if (!told) return;
		const { id } = told.journey;
		const isShown = [id, ...replaces].some((each) => subscription.shown.has(each));
		if (!isShown && !matchesJourney(subscription.query, told.journey)) return;
		if (this.#isSlow) return this.#miss(from, seq);
		this.#tellMissed();
		if (subscription.shown.size < SHOWN_MAX) subscription.shown.add(id);
		const asked = askedRecipients(subscription.query, told.journey);
		const all = asked.length === 0 || asked.length === told.journey.recipients.length;
		if (!all) this.#send({ ...told.message, row: journeyRow(told.journey, asked) });
		else if (this.#veil) this.#send(told.message);
		else if (this.#socket.readyState === this.#socket.OPEN) {
			told.frame ??= Buffer.from(JSON.stringify(told.message));
			this.#socket.send(told.frame, { binary: false });
		}
	}

	#miss(from: number, to: number): void {
		const subscription = this.#subscription;
		if (!subscription) return;
		subscription.missed = { from: subscription.missed?.from ?? from, to };
		if (!this.#isSlow) this.#tellMissed();
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

/** A change in one language. */
interface Told {
	journey: Journey;
	message: Extract<LiveMessage, { type: "change" }>;
	/** the same for everybody who sees everything: written once */
	frame?: Buffer;
}

const toldChanges = new WeakMap<LiveChange, Map<Language, Told>>();

/** Who sees everything is told the same: diagnosed and written once, however many watch. */
function toldToAll(change: LiveChange, lang: Language): Told | undefined {
	const byLanguage = toldChanges.get(change) ?? new Map<Language, Told>();
	toldChanges.set(change, byLanguage);
	const told = byLanguage.get(lang) ?? tellChange(change, lang, undefined);
	if (told) byLanguage.set(lang, told);
	return told;
}

function tellChange(
	{ seq, gathered, replaces }: LiveChange,
	lang: Language,
	scope: Viewer["domains"],
): Told | undefined {
	const seen = withinScope(gathered.journey, scope);
	if (!seen) return undefined;
	const journey = diagnoseJourney(seen, lang);
	return { journey, message: { type: "change", seq, row: journeyRow(journey), replaces } };
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
