/**
 * Numbers in few bytes, as packed slices keep them: seven bits a byte, the lowest first, the eighth bit says that more follow
 * (the varints of protocol buffers). Signed ones take turns: 0, -1, 1, -2 … Exact up to 2^53.
 */

const GROUP_BITS = 7;
const GROUP = 2 ** GROUP_BITS;
const BITS_END = 2 ** 31;
const TEXT = new TextEncoder();

export class ByteWriter {
	#bytes = new Uint8Array(1024);
	length = 0;

	number(value: number): void {
		this.#room(8);
		let rest = value;
		// bits work below 2^31 only
		for (; rest >= BITS_END; rest = Math.floor(rest / GROUP))
			this.#bytes[this.length++] = (rest % GROUP) | GROUP;
		for (; rest >= GROUP; rest >>>= GROUP_BITS) this.#bytes[this.length++] = (rest & (GROUP - 1)) | GROUP;
		this.#bytes[this.length++] = rest;
	}

	signed(value: number): void {
		this.number(value < 0 ? -2 * value - 1 : 2 * value);
	}

	bytes(part: Uint8Array): void {
		this.#room(part.length);
		this.#bytes.set(part, this.length);
		this.length += part.length;
	}

	/** Its length in bytes, then the text. */
	text(value: string): void {
		const bytes = TEXT.encode(value);
		this.number(bytes.length);
		this.bytes(bytes);
	}

	/** What another one has. */
	append(other: ByteWriter): void {
		this.bytes(other.#bytes.subarray(0, other.length));
	}

	/** A copy of what was written. */
	done(): Uint8Array {
		return this.#bytes.slice(0, this.length);
	}

	#room(more: number): void {
		if (this.length + more <= this.#bytes.length) return;
		const wider = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + more));
		wider.set(this.#bytes.subarray(0, this.length));
		this.#bytes = wider;
	}
}

export class ByteReader {
	readonly bytes: Uint8Array;
	at: number;

	constructor(bytes: Uint8Array, at = 0) {
		this.bytes = bytes;
		this.at = at;
	}

	number(): number {
		let value = 0;
		let scale = 1;
		for (;;) {
			const byte = this.bytes[this.at++];
			if (byte === undefined) throw new Error("packed bytes end within a number");
			value += (byte & (GROUP - 1)) * scale;
			if (byte < GROUP) return value;
			scale *= GROUP;
		}
	}

	signed(): number {
		const value = this.number();
		return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
	}

	text(): string {
		const length = this.number();
		const start = this.at;
		this.at += length;
		return utf8(this.bytes, start, this.at);
	}
}

export function utf8(bytes: Uint8Array, from: number, to: number): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("utf8");
}
