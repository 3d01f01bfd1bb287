/**
 * One journey as its page shows it: fetched, kept current while the live connection says that it changed (by a link without an
 * account, which has none: asked again and again while the message is under way), and the numbers of its evidence. When it turns out to be part of another journey, the address follows.
 */
import type { JourneyAnswer, LiveMessage } from "@mailtrail/core/wire";
import type { Journey } from "@mailtrail/core/trace";
import { type ApiError, api, asApiError } from "../../lib/api.ts";
import type { Lang } from "../../lib/format.ts";
import { openLiveSocket } from "../../lib/live.svelte.ts";
import type { LiveSocket } from "../../lib/live-socket.ts";
import { isUnderWay } from "./diagnosis-groups.ts";

/** many changes in a moment are one fetch */
const REFETCH_AFTER_MS = 250;
/** How often a link without an account asks: closely while somebody waits for it, then now and then. */
const FOLLOW_MS = 15_000;
const FOLLOW_LATER_MS = 60_000;
const FOLLOWED_CLOSELY = 40;

/** `mx1/4A059EAA/tox6s0` is of queue 4A059EAA */
const queueOf = (id: string): string | undefined => id.split("/").at(-2);

export class JourneyView {
	answer = $state.raw<JourneyAnswer | undefined>();
	error = $state.raw<ApiError | undefined>();
	#id = "";
	#lang: Lang = "en";
	#masked = false;
	#share: string | undefined;
	/** epoch milliseconds of the last answer */
	answeredAt = $state<number | undefined>();
	#asked = 0;
	#following: ReturnType<typeof setTimeout> | undefined;
	#running: AbortController | undefined;
	#refetch: ReturnType<typeof setTimeout> | undefined;
	#socket: LiveSocket | undefined;
	#watched = "";
	readonly #moved: (id: string) => void;

	/** `moved`: the journey goes on under another id */
	constructor(moved: (id: string) => void) {
		this.#moved = moved;
	}

	readonly lines = $derived(this.answer?.lines ?? []);
	/** reference → position in the lines */
	readonly lineNumbers = $derived(new Map(this.lines.map((line, i) => [line.ref, i])));

	/** `share`: by a link that needs no account, which knows its journey itself */
	show(id: string, lang: Lang, masked: boolean, share?: string): void {
		// what was seen unmasked must not stand a moment longer
		if (id !== this.#id || masked !== this.#masked) {
			this.answer = undefined;
			this.error = undefined;
		}
		this.#id = id;
		this.#lang = lang;
		this.#masked = masked;
		this.#share = share;
		void this.load();
	}

	async load(): Promise<void> {
		this.#running?.abort();
		const running = new AbortController();
		this.#running = running;
		try {
			const answer = await this.#ask(running.signal);
			if (running.signal.aborted) return;
			this.answer = answer;
			this.answeredAt = Date.now();
			this.error = undefined;
			this.#watch();
			if (this.#share === undefined && answer.journey.id !== this.#id) {
				this.#id = answer.journey.id;
				this.#moved(answer.journey.id);
			}
		} catch (cause) {
			if (running.signal.aborted) return;
			this.error = asApiError(cause);
			// what was taken back must not stand a moment longer
			if (this.error.code === "share-ended") this.answer = undefined;
		}
		this.#follow();
	}

	/** Asks again by itself, while there is anything to come. */
	#follow(): void {
		clearTimeout(this.#following);
		const journey = this.answer?.journey as Journey | undefined;
		if (this.#share === undefined || journey === undefined || !isUnderWay(journey, Date.now())) return;
		const wait = this.#asked < FOLLOWED_CLOSELY ? FOLLOW_MS : FOLLOW_LATER_MS;
		this.#following = setTimeout(() => {
			// nobody looks: it is asked when somebody does
			if (document.hidden) document.addEventListener("visibilitychange", this.#seen, { once: true });
			else void this.load();
		}, wait);
	}

	readonly #seen = (): void => {
		void this.load();
	};

	#ask(signal: AbortSignal): Promise<JourneyAnswer> {
		if (this.#share !== undefined) return api.shared(this.#share, this.#lang, this.#asked++ > 0, signal);
		return api.journey(this.#id, this.#lang, this.#masked, signal);
	}

	stop(): void {
		this.#running?.abort();
		clearTimeout(this.#refetch);
		clearTimeout(this.#following);
		document.removeEventListener("visibilitychange", this.#seen);
		this.#socket?.stop();
	}

	/** Asks the live connection for this message alone, by its first queue id. What is masked is handed on as it is: live rows name people. */
	#watch(): void {
		if (this.#masked) {
			this.#socket?.stop();
			this.#watched = "";
			return;
		}
		const stops = this.answer?.journey.recipients.flatMap((r) => r.path) ?? [];
		// no line names a recipient yet: the queue is the one of the journey's own id
		const queueId =
			stops.find((stop) => stop.queueId !== undefined)?.queueId ??
			(stops.length === 0 ? queueOf(this.#id) : undefined);
		if (queueId === undefined || queueId === this.#watched) return;
		this.#watched = queueId;
		this.#socket ??= openLiveSocket(
			(message) => this.#hear(message),
			() => undefined,
		);
		this.#socket.subscribe({ q: `queue:${queueId}`, lang: this.#lang });
	}

	#hear(message: LiveMessage): void {
		// what came between the answer and the subscription is told by nobody; so is what came while the connection was lost
		if (message.type === "gap" || (message.type === "subscribed" && !message.resumed))
			this.#changed(this.#id);
		if (message.type !== "change") return;
		if (message.row.id === this.#id) this.#changed(this.#id);
		else if (message.replaces.includes(this.#id)) this.#changed(message.row.id);
	}

	#changed(id: string): void {
		clearTimeout(this.#refetch);
		this.#refetch = setTimeout(() => {
			if (id === this.#id) void this.load();
			else this.#moved(id);
		}, REFETCH_AFTER_MS);
	}
}
