/** A block of bytes that does not change while it is looked at, again and again. */
export class HeldBytes {
	readonly bytes: Uint8Array;
	readonly length: number;
	/** in words of four bytes, the last one with what lies behind the block */
	readonly words: Int32Array;

	/** The first `length` bytes, which must lie at a multiple of four and be followed by three more. */
	constructor(bytes: Uint8Array, length: number) {
		this.bytes = bytes;
		this.length = length;
		this.words = new Int32Array(bytes.buffer, bytes.byteOffset, (length + 3) >> 2);
	}
}
