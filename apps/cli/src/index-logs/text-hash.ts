/**
 * 64 bits that stand for a text, put together from pieces of texts and of bytes. Two texts that share them are taken for one, which
 * puts two messages into one group and changes no answer.
 */
export class TextHash {
	low = 0;
	high = 0;

	/** Begins anew, or where `from` stands. */
	begin(from?: TextHash): this {
		this.low = from ? from.low : 0x811c9dc5 | 0;
		this.high = from ? from.high : 0x2545f491;
		return this;
	}

	text(text: string): this {
		let { low, high } = this;
		for (let at = 0; at < text.length; at++) {
			const code = text.charCodeAt(at);
			low = Math.imul(low ^ code, 0x01000193);
			high = Math.imul((high ^ (high >>> 15)) + code, 0x5bd1e995);
		}
		this.low = low;
		this.high = high;
		return this;
	}

	/** Bytes that are ASCII. */
	bytes(bytes: Uint8Array, start: number, end: number): this {
		let { low, high } = this;
		for (let at = start; at < end; at++) {
			const code = bytes[at] as number;
			low = Math.imul(low ^ code, 0x01000193);
			high = Math.imul((high ^ (high >>> 15)) + code, 0x5bd1e995);
		}
		this.low = low;
		this.high = high;
		return this;
	}
}
