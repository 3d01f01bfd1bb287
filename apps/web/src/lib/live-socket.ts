/**
 * One WebSocket to `/live` that stays: it subscribes, remembers epoch and sequence number, and after a loss comes back
 * (with growing, spread-out waits) saying the last change it has; but not after the hub has said that nobody is signed in.
 * Socket and timers are passed in, so that tests need neither network nor clock. State machine: connecting → open →
 * waiting → connecting …; `signed-out` and `stopped` stay until another question is asked.
 */
import type { LiveMessage, Subscribe } from "@mailtrail/core/wire";
import { readAnswer } from "./read-answer.ts";

export type LiveState = "connecting" | "open" | "waiting" | "signed-out" | "stopped";

/** What is needed of a browser's WebSocket; `never` because it is only ever given handlers, not called. */
export interface SocketLike {
	onopen: ((event: never) => void) | null;
	onmessage: ((event: never) => void) | null;
	onclose: ((event: never) => void) | null;
	send(text: string): void;
	close(): void;
}

export interface LiveSocketOptions {
	open: () => SocketLike;
	/** runs `then` after so many milliseconds; the answer cancels it */
	wait: (ms: number, then: () => void) => () => void;
	/** 0 … 1, spreads the browsers that come back after a restart of the hub */
	spread: () => number;
	onMessage: (message: LiveMessage) => void;
	onState: (state: LiveState) => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** the hub's own close code: the session has ended, and trying again only says so again */
const CLOSED_SIGNED_OUT = 4401;
/** a hub that accepts the connection and then says nothing for so long is not there */
const SILENCE_MS = 45_000;

export class LiveSocket {
	readonly #options: LiveSocketOptions;
	#socket: SocketLike | undefined;
	#state: LiveState = "stopped";
	#failures = 0;
	#subscription: Pick<Subscribe, "q" | "lang" | "zone"> = {};
	#epoch: string | undefined;
	#seq = 0;
	#cancelWait: (() => void) | undefined;
	#cancelSilence: (() => void) | undefined;
	#heard = false;

	constructor(options: LiveSocketOptions) {
		this.#options = options;
	}

	/** Another question: what was seen of the old one is no place to resume from. */
	subscribe(subscription: Pick<Subscribe, "q" | "lang" | "zone">): void {
		this.#subscription = subscription;
		this.#epoch = undefined;
		if (this.#state === "stopped" || this.#state === "signed-out") this.#connect();
		else if (this.#state === "open") this.#sendSubscription();
	}

	stop(): void {
		this.#end("stopped");
	}

	#end(state: "signed-out" | "stopped"): void {
		this.#cancelWait?.();
		this.#cancelSilence?.();
		this.#drop();
		this.#enter(state);
	}

	#enter(state: LiveState): void {
		this.#state = state;
		this.#options.onState(state);
	}

	#connect(): void {
		this.#enter("connecting");
		const socket = this.#options.open();
		this.#socket = socket;
		socket.onopen = () => {
			this.#enter("open");
			this.#sendSubscription();
			this.#watchSilence();
		};
		socket.onmessage = (event: { data: unknown }) => this.#receive(event.data);
		socket.onclose = ({ code }: { code: number }) => {
			if (code === CLOSED_SIGNED_OUT) this.#end("signed-out");
			else this.#lost();
		};
	}

	#sendSubscription(): void {
		const message: Subscribe = { type: "subscribe", ...this.#subscription };
		if (this.#epoch !== undefined) {
			message.epoch = this.#epoch;
			message.after = this.#seq;
		}
		this.#socket?.send(JSON.stringify(message));
	}

	#receive(data: unknown): void {
		if (typeof data !== "string") return;
		const message = readAnswer(data) as LiveMessage;
		this.#heard = true;
		switch (message.type) {
			case "subscribed":
				// a hub that refuses and closes at once must not be asked again without a pause
				this.#failures = 0;
				this.#epoch = message.epoch;
				this.#seq = message.seq;
				break;
			case "change":
				this.#seq = Math.max(this.#seq, message.seq);
				break;
			case "gap":
				this.#seq = Math.max(this.#seq, message.to);
				break;
			case "hosts":
				break;
		}
		this.#options.onMessage(message);
	}

	/** A timer for each message of thousands a second would cost more than the message. */
	#watchSilence(): void {
		this.#cancelSilence?.();
		this.#heard = false;
		this.#cancelSilence = this.#options.wait(SILENCE_MS, () => {
			if (this.#heard) this.#watchSilence();
			else this.#lost();
		});
	}

	#drop(): void {
		const socket = this.#socket;
		this.#socket = undefined;
		if (socket === undefined) return;
		socket.onopen = null;
		socket.onmessage = null;
		socket.onclose = null;
		socket.close();
	}

	#lost(): void {
		this.#cancelSilence?.();
		this.#drop();
		this.#enter("waiting");
		const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
		this.#failures++;
		this.#cancelWait = this.#options.wait(longest * (0.5 + this.#options.spread() / 2), () =>
			this.#connect(),
		);
	}
}
