/**
 * The texts of some batches in one piece of memory that is used again. As strings they would wait for the collector: each
 * is a quarter of a megabyte, and lives just long enough to be taken for one that stays.
 */

/** The bytes that one piece holds; a batch that is longer has a piece of its own. */
export const MEMORY_BYTES = 1024 * 1024;

const spare: Buffer[] = [];
/** As many pieces as are in use while the hub keeps up. */
const SPARE_MAX = 2;

export class BatchMemory {
	readonly #bytes: Buffer;
	readonly #places = new Map<number, { start: number; end: number }>();
	/** bytes that were put in */
	used = 0;

	/** For a batch of so many bytes, and what comes after it. */
	constructor(bytes: number) {
		this.#bytes = (bytes <= MEMORY_BYTES ? spare.pop() : undefined) ?? newPiece(bytes);
	}

	hasRoomFor(bytes: number): boolean {
		return this.used + bytes <= this.#bytes.length;
	}

	/** Bytes that it takes, whatever is in it. */
	get size(): number {
		return this.#bytes.length;
	}

	put(id: number, text: string): void {
		const end = this.used + this.#bytes.write(text, this.used);
		this.#places.set(id, { start: this.used, end });
		this.used = end;
	}

	get(id: number): string | undefined {
		const place = this.#places.get(id);
		return place && this.#bytes.toString("utf8", place.start, place.end);
	}

	/** Nothing of it is wanted any more, and nobody asks for it again. */
	release(): void {
		this.#places.clear();
		if (this.#bytes.length === MEMORY_BYTES && spare.length < SPARE_MAX) spare.push(this.#bytes);
	}
}

function newPiece(bytes: number): Buffer {
	return Buffer.allocUnsafeSlow(Math.max(MEMORY_BYTES, bytes));
}
