import type { LiveMessage } from "@mailtrail/core/wire";
import { describe, expect, test } from "vitest";
import { LiveSocket, type LiveState, type SocketLike } from "./live-socket.ts";

class FakeSocket implements SocketLike {
	onopen: (() => void) | null = null;
	onmessage: ((event: { data: unknown }) => void) | null = null;
	onclose: ((event: { code: number }) => void) | null = null;
	sent: unknown[] = [];
	closed = false;
	send(text: string) {
		this.sent.push(JSON.parse(text));
	}
	close() {
		this.closed = true;
	}
	say(message: LiveMessage) {
		this.onmessage?.({ data: JSON.stringify(message) });
	}
}

function setUp() {
	const sockets: FakeSocket[] = [];
	const timers: { ms: number; then: () => void; cancelled: boolean }[] = [];
	const states: LiveState[] = [];
	const messages: LiveMessage[] = [];
	const live = new LiveSocket({
		open: () => {
			const socket = new FakeSocket();
			sockets.push(socket);
			return socket;
		},
		wait: (ms, then) => {
			const timer = { ms, then, cancelled: false };
			timers.push(timer);
			return () => {
				timer.cancelled = true;
			};
		},
		spread: () => 1,
		onMessage: (message) => messages.push(message),
		onState: (state) => states.push(state),
	});
	const socket = () => sockets[sockets.length - 1]!;
	const pending = () => timers.filter((t) => !t.cancelled);
	return { live, sockets, socket, pending, states, messages };
}

const subscribed: LiveMessage = {
	type: "subscribed",
	epoch: "e1",
	seq: 7,
	resumed: false,
	rows: [],
	problems: [],
};

describe("the live connection", () => {
	test("subscribes when open", () => {
		const { live, socket, states } = setUp();
		live.subscribe({ q: "@a.example", lang: "ja" });
		socket().onopen?.();
		expect(socket().sent).toEqual([{ type: "subscribe", q: "@a.example", lang: "ja" }]);
		expect(states).toEqual(["connecting", "open"]);
	});

	test("comes back after a loss with the last change that it has", () => {
		const { live, sockets, socket, pending, states } = setUp();
		live.subscribe({ q: "" });
		socket().onopen?.();
		socket().say(subscribed);
		socket().say({ type: "gap", from: 8, to: 12 });
		socket().onclose?.({ code: 1006 });
		expect(states.at(-1)).toBe("waiting");
		const retry = pending().at(-1)!;
		expect(retry.ms).toBe(500);
		retry.then();
		expect(sockets).toHaveLength(2);
		socket().onopen?.();
		expect(socket().sent).toEqual([{ type: "subscribe", q: "", epoch: "e1", after: 12 }]);
	});

	test("waits longer each time that nobody answers", () => {
		const { live, socket, pending } = setUp();
		live.subscribe({});
		const waits: number[] = [];
		for (let i = 0; i < 7; i++) {
			socket().onclose?.({ code: 1006 });
			const retry = pending().at(-1)!;
			waits.push(retry.ms);
			retry.then();
		}
		expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
	});

	test("a session that has ended is not tried again, until somebody asks anew", () => {
		const { live, sockets, socket, pending, states } = setUp();
		live.subscribe({ q: "a" });
		socket().onopen?.();
		socket().say(subscribed);
		socket().onclose?.({ code: 4401 });
		expect(states.at(-1)).toBe("signed-out");
		expect(pending()).toEqual([]);
		expect(sockets).toHaveLength(1);
		live.subscribe({ q: "a" });
		expect(sockets).toHaveLength(2);
		expect(states.at(-1)).toBe("connecting");
	});

	test("another question starts afresh, silence counts as a loss, stop is final", () => {
		const { live, sockets, socket, pending, states } = setUp();
		live.subscribe({ q: "a" });
		socket().onopen?.();
		socket().say(subscribed);
		live.subscribe({ q: "b" });
		expect(socket().sent.at(-1)).toEqual({ type: "subscribe", q: "b" });
		const silence = () =>
			pending()
				.find((t) => t.ms === 45_000)!
				.then();
		silence();
		// something was heard since the timer was set
		expect(states.at(-1)).toBe("open");
		silence();
		expect(states.at(-1)).toBe("waiting");
		expect(sockets[0]!.closed).toBe(true);
		live.stop();
		expect(states.at(-1)).toBe("stopped");
		expect(pending().filter((t) => t.ms < 45_000)).toEqual([]);
	});
});
