/**
 * The live connection as the page sees it: state, list, rate. Messages gather and reach the screen once a frame, so that
 * a burst of a thousand changes costs one redraw. One feed serves one view, for as long as the view is open.
 */
import { untrack } from "svelte";
import { matchesRow, parseQuery, rowDecides } from "@mailtrail/core/query";
import type { JourneyRow, LiveMessage } from "@mailtrail/core/wire";
import { toAddress } from "./base.ts";
import { type Lang, viewerZone } from "./format.ts";
import { fleet } from "./fleet.svelte.ts";
import { applyMessages, EMPTY_LIST, keepRows, type LiveListState, takeNewer } from "./live-list.ts";
import { LiveSocket, type LiveState } from "./live-socket.ts";
import { countChange, type RateSecond } from "./rate.ts";

export const LIVE_CAP = 300;
/** under a flood the list is drawn so often a second: faster than anybody reads, slow enough for every frame */
const FLOOD_FLUSH_MS = 250;
/** more than this in one flush is a flood */
const FLOOD = 12;
/** letters of one word that follow each other this fast are one question to the hub; the list answers each of them at once */
const TYPING_MS = 60;

/** The browser's own socket and timers; the whole page hears of a session that has ended. */
export function openLiveSocket(
	onMessage: (message: LiveMessage) => void,
	onState: (state: LiveState) => void,
) {
	return new LiveSocket({
		open: () => new WebSocket(location.origin.replace(/^http/, "ws") + toAddress("/live")),
		wait: (ms, then) => {
			const timer = setTimeout(then, ms);
			return () => clearTimeout(timer);
		},
		spread: Math.random,
		onMessage,
		onState: (state) => {
			if (state === "signed-out") fleet.signedOut();
			onState(state);
		},
	});
}

export class LiveFeed {
	#list = $state.raw<LiveListState>(EMPTY_LIST);
	#paused = $state(false);
	state = $state<LiveState>("connecting");
	/** false until the hub has answered the question that stands */
	ready = $state(false);
	problems = $state.raw<string[]>([]);
	rate = $state.raw<RateSecond[]>([]);
	/** epoch milliseconds since which changes are counted: what came before the view was opened is not known */
	countedSince = $state<number | undefined>();
	/** what the list began with; only what came after it is news */
	since = 0;
	/** how many changes came since the view was opened */
	changes = 0;

	readonly #socket: LiveSocket;
	#pending: LiveMessage[] = [];
	#frame: number | undefined;
	#calm: ReturnType<typeof setTimeout> | undefined;
	#flushedAt = 0;
	/** what of the old question's news can stand below the new one, until the hub has answered it */
	#keep: ((row: JourneyRow) => boolean) | undefined;
	#asked = false;
	#asking: ReturnType<typeof setTimeout> | undefined;
	/** questions that the hub has and has not answered */
	#unanswered = 0;
	/** more comes than anybody can read row by row */
	flood = $state(false);

	constructor(open: typeof openLiveSocket = openLiveSocket) {
		this.#socket = open(
			(message) => this.#gather(message),
			(state) => {
				this.state = state;
				// with every connection the question is asked once more
				if (state === "open") this.#unanswered = 1;
			},
		);
	}

	get entries() {
		return this.#list.entries;
	}
	get newer() {
		return this.#list.newer.length;
	}
	get capped() {
		return this.#list.capped;
	}
	get paused() {
		return this.#paused;
	}

	subscribe(q: string, lang: Lang): void {
		this.ready = false;
		// the list answers the keystroke; the hub's own answer follows
		const query = parseQuery(q, { now: Date.now(), zone: viewerZone(), lang });
		const keep = (row: JourneyRow) => !rowDecides(query, row) || matchesRow(query, row);
		this.#keep = keep;
		this.#list = keepRows(
			// whoever subscribes in an effect does not depend on the list
			untrack(() => this.#list),
			keep,
		);
		clearTimeout(this.#asking);
		const ask = () => {
			this.#asking = undefined;
			if (this.state === "open") this.#unanswered++;
			this.#socket.subscribe({ q, lang, zone: viewerZone() });
		};
		if (this.#asked) this.#asking = setTimeout(ask, TYPING_MS);
		else ask();
		this.#asked = true;
	}

	pause(): void {
		this.#paused = true;
	}

	resume(): void {
		this.#paused = false;
		this.#list = takeNewer(this.#list, LIVE_CAP);
	}

	stop(): void {
		this.#socket.stop();
		if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
		clearTimeout(this.#calm);
		clearTimeout(this.#asking);
	}

	#gather(message: LiveMessage): void {
		this.#pending.push(message);
		// a page in the background gets no frames: what is old news by then need not pile up
		if (this.#pending.length > 10 * LIVE_CAP) this.#flush();
		if (this.#frame !== undefined || this.#calm !== undefined) return;
		const wait = this.flood ? this.#flushedAt + FLOOD_FLUSH_MS - performance.now() : 0;
		const draw = () => {
			this.#calm = undefined;
			this.#frame = requestAnimationFrame(() => this.#flush());
		};
		if (wait > 0) this.#calm = setTimeout(draw, wait);
		else draw();
	}

	/** Until the hub has answered the question that stands, answers to earlier ones and rows that cannot match are no news. */
	#fitting(messages: LiveMessage[]): LiveMessage[] {
		return messages.filter((message) => {
			if (message.type === "change") return this.#keep === undefined || this.#keep(message.row);
			if (message.type !== "subscribed") return true;
			this.#unanswered--;
			if (this.#unanswered > 0 || this.#asking !== undefined) return false;
			this.#keep = undefined;
			return true;
		});
	}

	#flush(): void {
		this.#frame = undefined;
		const messages = this.#fitting(this.#pending);
		this.#pending = [];
		this.flood = messages.length > (this.flood ? FLOOD / 2 : FLOOD);
		this.#flushedAt = performance.now();
		this.#list = applyMessages(this.#list, messages, { paused: this.#paused, cap: LIVE_CAP });
		const now = Date.now();
		let rate = this.rate;
		for (const message of messages) {
			if (message.type === "hosts") fleet.take(message.hosts);
			else if (message.type === "change") {
				rate = countChange(rate, now, message.row.outcome);
				this.changes++;
			} else if (message.type === "subscribed") {
				this.ready = true;
				this.countedSince ??= now;
				this.problems = message.problems;
				if (!message.resumed) this.since = message.seq;
			}
		}
		this.rate = rate;
	}
}
