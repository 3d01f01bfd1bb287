/** The mask of a WebSocket's frames comes off as RFC 6455, 5.3 has it, wherever the bytes lie; and `ws` asks this way for it. */
import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, it } from "vitest";
import { mask, unmask } from "./unmask.ts";

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

it("is the mask of the standard for any length and place", () => {
	fc.assert(
		fc.property(bytes(300), fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.nat(8), (text, key, at) => {
			const masked = text.map((byte, i) => byte ^ (key[i % 4] ?? 0));
			const room = new Uint8Array(at + text.length + 5).fill(7);
			mask(text, key, room, at, text.length);
			expect(room.subarray(at, at + text.length)).toEqual(masked);
			const frame = room.subarray(at, at + text.length);
			unmask(frame, key);
			expect(frame).toEqual(text);
			// nothing beside it
			expect([...room.subarray(0, at), ...room.subarray(at + text.length)].every((byte) => byte === 7)).toBe(
				true,
			);
		}),
	);
});

it("is what ws uses", () => {
	const require = createRequire(import.meta.url);
	const { websocketMask, websocketUnmask } = require("node:http");
	expect([typeof websocketMask, typeof websocketUnmask]).toEqual(["function", "function"]);
	const key = Uint8Array.of(1, 2, 3, 4);
	const frame = Uint8Array.from({ length: 40 }, (_, i) => i);
	websocketUnmask(frame, key);
	expect(frame).toEqual(Uint8Array.from({ length: 40 }, (_, i) => i ^ ((i % 4) + 1)));
});
