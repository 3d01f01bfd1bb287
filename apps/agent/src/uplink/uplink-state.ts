/**
 * The uplink's states and what leads from one to the next, in one place. Pure: an event goes in, the new state and what
 * is to be done come out. Waiting grows from a quarter of a second to half a minute and starts again at a quarter once a
 * connection has proved good (something was acknowledged, or it held for some seconds).
 */
import {
	type Command,
	type HubMessage,
	type Position,
	PROTOCOL_VERSION,
	type RefusalReason,
} from "@mailtrail/core/wire";

export interface Refusal {
	reason: RefusalReason;
	text: string;
}

export type UplinkState =
	| { at: "waiting"; attempt: number }
	| { at: "connecting"; attempt: number }
	| { at: "greeting"; attempt: number }
	| { at: "streaming"; attempt: number }
	/** for good: a person has to do something */
	| { at: "refused"; refusal: Refusal }
	| { at: "stopped" };

export type UplinkEvent =
	| { type: "start" | "retry" | "settled" | "stop" }
	| { type: "message"; message: HubMessage }
	| { type: "lost"; why: string };

export type UplinkEffect =
	| { do: "connect" | "rewind" | "hang-up" }
	| { do: "hello"; nonce: string }
	| { do: "resume"; positions: Position[] }
	| { do: "acknowledge"; id: number }
	| { do: "command"; id: number; command: Command }
	| { do: "wait"; milliseconds: number; why: string }
	| { do: "give-up"; refusal: Refusal };

export type Transition = [UplinkState, UplinkEffect[]];

const WAIT_MIN_MS = 250;
const WAIT_MAX_MS = 30_000;

/** Half to all of the doubled time, so that many agents do not come back at once. `random` is in [0, 1). */
export function waitingTime(attempt: number, random: number): number {
	const full = Math.min(WAIT_MAX_MS, WAIT_MIN_MS * 2 ** Math.min(attempt, 20));
	return Math.round(full * (0.5 + random / 2));
}

/** What `event` makes of `state`. */
export function transition(state: UplinkState, event: UplinkEvent, random: number): Transition {
	if (state.at === "stopped" || state.at === "refused") return [state, []];
	switch (event.type) {
		case "stop":
			return [{ at: "stopped" }, [{ do: "hang-up" }]];
		case "start":
		case "retry":
			return state.at === "waiting" ? [{ ...state, at: "connecting" }, [{ do: "connect" }]] : [state, []];
		case "settled":
			return state.at === "streaming" ? [{ ...state, attempt: 0 }, []] : [state, []];
		case "lost":
			return state.at === "waiting" ? [state, []] : wait(state, event.why, random);
		case "message":
			return receive(state, event.message, random);
	}
}

type Open = Extract<UplinkState, { attempt: number }>;

function receive(state: Open, message: HubMessage, random: number): Transition {
	switch (message.type) {
		case "challenge":
			if (state.at !== "connecting") break;
			if (!message.protocol.includes(PROTOCOL_VERSION)) return giveUp(unknownProtocol(message.protocol));
			return [{ ...state, at: "greeting" }, [{ do: "hello", nonce: message.nonce }]];
		case "welcome":
			if (state.at !== "greeting") break;
			return [{ ...state, at: "streaming" }, [{ do: "resume", positions: message.positions }]];
		case "ack":
			if (state.at !== "streaming") break;
			return [{ at: "streaming", attempt: 0 }, [{ do: "acknowledge", id: message.id }]];
		case "command":
			if (state.at !== "streaming") break;
			return [state, [{ do: "command", id: message.id, command: message.command }]];
		case "refuse":
			return refused(state, message, random);
	}
	return wait(state, `the hub sent ${message.type} while ${state.at}`, random);
}

function refused(state: Open, message: Refusal & { retry: boolean }, random: number): Transition {
	const { reason, text, retry } = message;
	if (!retry) return giveUp({ reason, text });
	const [next, effects] = wait(state, `${reason}: ${text}`, random);
	return [next, reason === "position-jumped" ? [{ do: "rewind" }, ...effects] : effects];
}

function wait(state: Open, why: string, random: number): Transition {
	const milliseconds = waitingTime(state.attempt, random);
	return [
		{ at: "waiting", attempt: state.attempt + 1 },
		[{ do: "hang-up" }, { do: "wait", milliseconds, why }],
	];
}

function giveUp(refusal: Refusal): Transition {
	return [{ at: "refused", refusal }, [{ do: "hang-up" }, { do: "give-up", refusal }]];
}

function unknownProtocol(offered: readonly number[]): Refusal {
	const text = `The hub speaks protocol ${offered.join(", ")}, this agent ${PROTOCOL_VERSION}: install an agent of the hub's version.`;
	return { reason: "protocol-unsupported", text };
}
