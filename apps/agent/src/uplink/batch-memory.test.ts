import { expect, it } from "vitest";
import { BatchMemory, MEMORY_BYTES } from "./batch-memory.ts";

it("gives back the texts that were put in, whatever is in them", () => {
	const memory = new BatchMemory(10);
	const texts = ["", "plain", "Grüße, 世界 🌍", '"\\u0000"'];
	for (const [id, text] of texts.entries()) memory.put(id, text);
	expect(texts.map((_, id) => memory.get(id))).toEqual(texts);
	expect(memory.get(99)).toBeUndefined();
});

it("takes no more than it holds, and a batch of any length", () => {
	const memory = new BatchMemory(1);
	expect(memory.hasRoomFor(MEMORY_BYTES)).toBe(true);
	memory.put(1, "x".repeat(MEMORY_BYTES - 1));
	expect(memory.hasRoomFor(2)).toBe(false);
	const long = "y".repeat(3 * MEMORY_BYTES);
	const large = new BatchMemory(long.length);
	large.put(2, long);
	expect(large.get(2)).toBe(long);
});

it("is used again, and shows nothing of before", () => {
	const first = new BatchMemory(1);
	first.put(1, "first");
	first.release();
	const second = new BatchMemory(1);
	expect(second.get(1)).toBeUndefined();
	second.put(1, "second");
	expect(second.get(1)).toBe("second");
});
