import type { LiveMessage } from "@mailtrail/core/wire";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LiveFeed } from "./live.svelte.ts";
import { LiveSocket, type LiveState, type SocketLike } from "./live-socket.ts";

let frame: (() => void) | undefined;

beforeEach(() => {
	vi.stubGlobal("requestAnimationFrame", (then: () => void) => {
		frame = then;
		return 1;
	});
	vi.stubGlobal("cancelAnimationFrame", () => undefined);
});
afterEach(() => vi.unstubAllGlobals());

function setUp() {
	let say: (message: LiveMessage) => void = () => undefined;
	const socket: SocketLike = {
		onopen: null,
		onmessage: null,
		onclose: null,
		send: () => undefined,
		close: () => undefined,
	};
	const feed = new LiveFeed((onMessage: (m: LiveMessage) => void, onState: (s: LiveState) => void) => {
		say = onMessage;
		return new LiveSocket({
			open: () => socket,
			wait: () => () => undefined,
			spread: () => 0,
			onMessage,
			onState,
		});
	});
	feed.subscribe("", "en");
	return { feed, say: (message: LiveMessage) => say(message) };
}

const change = (seq: number): LiveMessage => ({
	type: "change",
	seq,
	replaces: [],
	row: {
		id: `m${seq}`,
		kind: "message",
		at: "2026-12-05T18:38:12+09:00",
		updatedAt: "2026-12-05T18:38:12+09:00",
		recipients: [],
		recipientCount: 0,
		outcomes: {},
		outcome: "failed",
		stops: [],
		attempts: 0,
	},
});

test("a burst reaches the screen once, at the next frame", () => {
	const { feed, say } = setUp();
	for (let i = 1; i <= 50; i++) say(change(i));
	expect(feed.entries).toHaveLength(0);
	frame?.();
	expect(feed.entries).toHaveLength(50);
	expect(feed.entries[0]?.key).toBe("m50");
	expect(feed.rate.at(-1)).toMatchObject({ total: 50, failed: 50 });
});

test("the list answers a filter at once and takes nothing that cannot match while the hub is asked", () => {
	const { feed, say } = setUp();
	const delivered = (seq: number): LiveMessage => {
		const message = change(seq);
		return message.type === "change"
			? { ...message, row: { ...message.row, outcome: "delivered" } }
			: message;
	};
	const named = (message: LiveMessage): LiveMessage =>
		message.type === "change"
			? { ...message, row: { ...message.row, recipientCount: 1, outcomes: { [message.row.outcome]: 1 } } }
			: message;
	const answer: LiveMessage = {
		type: "subscribed",
		epoch: "e",
		seq: 2,
		resumed: false,
		rows: [],
		problems: [],
	};
	say(answer);
	say(named(change(1)));
	say(named(delivered(2)));
	frame?.();
	expect(feed.entries.map(({ key }) => key)).toEqual(["m2", "m1"]);
	feed.subscribe("status:failed", "en");
	expect(feed.entries.map(({ key }) => key)).toEqual(["m1"]);
	say(named(delivered(3)));
	say(named(change(4)));
	frame?.();
	expect(feed.entries.map(({ key }) => key)).toEqual(["m4", "m1"]);
	feed.stop();
});

test("pause holds new rows back until the reader goes on", () => {
	const { feed, say } = setUp();
	feed.pause();
	say(change(1));
	frame?.();
	expect([feed.entries.length, feed.newer]).toEqual([0, 1]);
	feed.resume();
	expect([feed.entries.length, feed.newer]).toEqual([1, 0]);
});

test("changes are counted from the first answer on: what came before the view was opened is not known", () => {
	const { feed, say } = setUp();
	const subscribed = (seq: number): LiveMessage => ({
		type: "subscribed",
		epoch: "e",
		seq,
		resumed: false,
		problems: [],
		rows: [],
	});
	expect(feed.countedSince).toBeUndefined();
	say(subscribed(1));
	frame?.();
	const since = feed.countedSince;
	expect(since).toBeGreaterThan(0);
	say(subscribed(2));
	frame?.();
	expect(feed.countedSince).toBe(since);
});
