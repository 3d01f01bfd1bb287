/**
 * A log in blocks of whole lines, for readers that look at bytes and may come back: the same file gives the same blocks again.
 * Memory is one line of `LINE_MAX`, where longer ones are cut; a log that was cut or replaced between two readings is an error, one
 * that grew is read as far as the first time.
 */
import { BadUse } from "../failure.ts";
import { openLog } from "./open-log.ts";
import { showProgress } from "./progress.ts";
import { LINE_MAX } from "./split-lines.ts";

const NEWLINE = 10;
/** as much as the processor's own memory holds: a block is looked at again for what was learned from it */
const BLOCK = 1 << 18;

/**
 * `bytes` holds whole lines up to `length`, at a multiple of four, and is valid until the function returns; false ends the reading. They
 * stand at `position` of the file; NaN for what was decompressed, or comes once.
 */
export type OnBlock = (bytes: Buffer, length: number, position: number) => boolean;

/** Reads at most `limit` bytes of content, and gives back how many there were. */
export async function readBlocks(file: string, limit: number, onBlock: OnBlock): Promise<number> {
	const log = await openLog(file);
	const progress = showProgress(file, log.size, log.read);
	const source = log.fill ? { fill: log.fill, close: async () => log.close?.() } : refilled(log.chunks);
	const memory = Buffer.allocUnsafeSlow(LINE_MAX + 4);
	let held = 0;
	let total = 0;
	let skipping = false;
	/** where the memory's first byte stands in the file */
	let position = log.fill ? 0 : Number.NaN;
	/** reached before anything is given, so that the same bytes make the same blocks however they come */
	let wanted = BLOCK;
	try {
		for (;;) {
			progress.moved();
			const filled = await source.fill(memory, held, Math.min(wanted - held, limit - total));
			if (filled === 0) break;
			total += filled;
			held += filled;
			if (skipping) {
				const end = memory.subarray(0, held).indexOf(NEWLINE) + 1;
				skipping = end === 0;
				position += skipping ? held : end;
				held = skipping ? 0 : memory.copy(memory, 0, end, held);
			}
			if (held < wanted) continue;
			const end = memory.lastIndexOf(NEWLINE, held - 1) + 1;
			wanted = end === 0 && held < LINE_MAX ? LINE_MAX : BLOCK;
			if (wanted > held) continue;
			skipping = end === 0;
			if (!onBlock(memory, end === 0 ? held : end, position)) return total;
			position += skipping ? held : end;
			held = skipping ? 0 : memory.copy(memory, 0, end, held);
		}
		if (limit !== Number.POSITIVE_INFINITY && total < limit) {
			throw new BadUse(`${file}: was cut or replaced while it was read; run the command again`);
		}
		if (held > 0) onBlock(memory, held, position);
		return total;
	} finally {
		progress.end();
		await source.close();
	}
}

interface Source {
	/** Puts at most `most` bytes at `from`; 0 at the end. */
	fill(memory: Buffer, from: number, most: number): number | Promise<number>;
	close(): Promise<void>;
}

function refilled(chunks: AsyncIterable<Buffer>): Source {
	const iterator = chunks[Symbol.asyncIterator]();
	let chunk: Buffer = Buffer.alloc(0);
	return {
		async fill(memory, from, most) {
			while (chunk.length === 0 && most > 0) {
				const { done, value } = await iterator.next();
				if (done) return 0;
				chunk = value;
			}
			const copied = chunk.copy(memory, from, 0, most);
			chunk = chunk.subarray(copied);
			return copied;
		},
		async close() {
			await iterator.return?.();
		},
	};
}
