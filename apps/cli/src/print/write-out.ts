/** Standard output in large pieces: a write for each line costs more than reading it. Waits when the reader is slow. */

const PIECE = 1 << 16;

export class Output {
	#pending: string[] = [];
	#length = 0;

	line(text: string): void {
		this.piece(text);
		this.piece("\n");
	}

	/** A part of a line. */
	piece(text: string): void {
		this.#pending.push(text);
		this.#length += text.length;
	}

	/** Writes what has gathered, if it is worth a write; waits until the reader has taken it. */
	flushed(): Promise<void> | undefined {
		return this.#length >= PIECE ? this.#write() : undefined;
	}

	async end(): Promise<void> {
		if (this.#length > 0) await this.#write();
	}

	#write(): Promise<void> | undefined {
		const text = this.#pending.join("");
		this.#pending = [];
		this.#length = 0;
		if (process.stdout.write(text)) return undefined;
		return new Promise((resolve) => process.stdout.once("drain", resolve));
	}
}
