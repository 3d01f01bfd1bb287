/**
 * What a client sends over a WebSocket is masked (RFC 6455, 5.3), and `ws` takes the mask off a byte at a time, which is a tenth
 * of what the hub's main thread does with many agents. It asks Node's `http` for a quicker way, which Node 26 has not yet:
 * here is one, four bytes at a time. Imported before anything that loads `ws`; where Node has its own, that stays.
 */
import http from "node:http";

const WORD = Uint32Array.BYTES_PER_ELEMENT;

/** `source` with the mask to `output` from `offset` on; `length`: bytes. The other way round is the same. */
export function mask(
	source: Uint8Array,
	key: Uint8Array,
	output: Uint8Array,
	offset: number,
	length: number,
): void {
	const target = output.subarray(offset, offset + length);
	target.set(source.subarray(0, length));
	unmask(target, key);
}

/** In place. */
export function unmask(bytes: Uint8Array, key: Uint8Array): void {
	const { buffer, byteOffset, length } = bytes;
	if (length < 2 * WORD) return xor(bytes, key, 0, length);
	const begin = (WORD - (byteOffset % WORD)) % WORD;
	const words = new Uint32Array(buffer, byteOffset + begin, Math.floor((length - begin) / WORD));
	const end = begin + words.byteLength;
	xor(bytes, key, 0, begin);
	// where the words begin another byte of the key is first; in the order of this machine's bytes, as the words are
	const turned = Uint8Array.from({ length: WORD }, (_, i) => key[(begin + i) % WORD] ?? 0);
	const word = new Uint32Array(turned.buffer)[0] ?? 0;
	const count = words.length;
	for (let i = 0; i < count; i++) words[i] = (words[i] ?? 0) ^ word;
	xor(bytes, key, end, length);
}

function xor(bytes: Uint8Array, key: Uint8Array, from: number, below: number): void {
	for (let i = from; i < below; i++) bytes[i] = (bytes[i] ?? 0) ^ (key[i % WORD] ?? 0);
}

if (!("websocketUnmask" in http)) Object.assign(http, { websocketMask: mask, websocketUnmask: unmask });
