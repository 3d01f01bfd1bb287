/**
 * Many pieces of bytes outside of what the garbage collector looks through: objects would be copied and looked at again and again
 * until they are written.
 */

/** the first is small, for there may be many stores with a little each; the next are larger, up to this */
const FIRST_BYTES = 2 ** 16;
const CHUNK_BYTES = 2 ** 22;
/** of a UTF-16 unit */
export const UTF8_MAX = 3;

export class ByteStore {
	readonly #chunks: Buffer[] = [];
	#free = 0;
	/** of each piece */
	readonly #chunkOf: number[] = [];
	readonly #starts: number[] = [];
	readonly #ends: number[] = [];

	/** The number of the piece. */
	addText(text: string): number {
		const chunk = this.#roomFor(UTF8_MAX * text.length);
		return this.#end(this.#free + chunk.write(text, this.#free));
	}

	/** `fill` writes up to `room` bytes from a place on, and says where they end. */
	addFilled(room: number, fill: (bytes: Buffer, at: number) => number): number {
		return this.#end(fill(this.#roomFor(room), this.#free));
	}

	#roomFor(room: number): Buffer {
		const chunk = this.#chunks.at(-1);
		if (chunk && this.#free + room <= chunk.length) return chunk;
		const next = Buffer.allocUnsafeSlow(
			Math.max(Math.min(CHUNK_BYTES, FIRST_BYTES * 2 ** this.#chunks.length), room),
		);
		this.#chunks.push(next);
		this.#free = 0;
		return next;
	}

	#end(end: number): number {
		this.#starts.push(this.#free);
		this.#free = end;
		this.#ends.push(end);
		return this.#chunkOf.push(this.#chunks.length - 1) - 1;
	}

	lengthOf(piece: number): number {
		return (this.#ends[piece] ?? 0) - (this.#starts[piece] ?? 0);
	}

	text(piece: number): string {
		return this.#chunk(piece).toString("utf8", this.#starts[piece], this.#ends[piece]);
	}

	bytes(piece: number): Buffer {
		return this.#chunk(piece).subarray(this.#starts[piece], this.#ends[piece]);
	}

	/** Pieces as they lie: those that stand behind each other are one. */
	together(pieces: readonly number[]): Uint8Array[] {
		const found: Uint8Array[] = [];
		for (let first = 0; first < pieces.length; ) {
			const piece = pieces[first] ?? 0;
			let end = this.#ends[piece] ?? 0;
			let next = first + 1;
			for (; next < pieces.length; next++) {
				const other = pieces[next] ?? 0;
				if (this.#chunkOf[other] !== this.#chunkOf[piece] || this.#starts[other] !== end) break;
				end = this.#ends[other] ?? 0;
			}
			found.push(this.#chunk(piece).subarray(this.#starts[piece], end));
			first = next;
		}
		return found;
	}

	#chunk(piece: number): Buffer {
		const chunk = this.#chunks[this.#chunkOf[piece] ?? -1];
		if (!chunk) throw new Error(`there is no piece ${piece}`);
		return chunk;
	}
}
