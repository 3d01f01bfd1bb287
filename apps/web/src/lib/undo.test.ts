import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "./api.ts";
import { GRACE_MS, Undo } from "./undo.svelte.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("what waits is done when the seconds are over, once, and not at all when it is taken back", async () => {
	const undo = new Undo();
	const done: string[] = [];
	const go = (name: string) => async () => done.push(name);
	undo.later("a", "row a", go("a"));
	await vi.advanceTimersByTimeAsync(GRACE_MS - 1);
	expect(done).toEqual([]);
	await vi.advanceTimersByTimeAsync(1);
	expect(done).toEqual(["a"]);
	undo.later("b", "row b", go("b"));
	expect(undo.hides("row b")).toBe(true);
	await undo.take();
	expect(undo.hides("row b")).toBe(false);
	await vi.advanceTimersByTimeAsync(2 * GRACE_MS);
	expect(done).toEqual(["a"]);
});

test("another change does not wait for the one before, which is sent", () => {
	const undo = new Undo();
	const done: string[] = [];
	undo.later("a", "row a", async () => done.push("a"));
	undo.done("b", () => undefined);
	expect(done).toEqual(["a"]);
	expect(undo.words).toBe("b");
});

test("nobody is hurried while the button is under the hand", async () => {
	const undo = new Undo();
	undo.done("a", () => undefined);
	undo.hold(true);
	await vi.advanceTimersByTimeAsync(5 * GRACE_MS);
	expect(undo.words).toBe("a");
	undo.hold(false);
	await vi.advanceTimersByTimeAsync(GRACE_MS);
	expect(undo.words).toBeUndefined();
});

test("what the hub refuses comes back, with its words", async () => {
	const undo = new Undo();
	const refused = async () => Promise.reject(new ApiError("refused", "x", "No right to do that."));
	undo.later("a", "row a", refused);
	await vi.advanceTimersByTimeAsync(GRACE_MS);
	expect([undo.hides("row a"), undo.problem]).toEqual([false, "No right to do that."]);
});
