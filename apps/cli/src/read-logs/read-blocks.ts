/**
 * A log in blocks of whole lines, for readers that look at bytes and may come back: the same file gives the same blocks again.
 * Memory is one block. A line longer than a block is a block of its own, cut at `LINE_MAX`; a log that was cut or replaced
 * between two readings is an error, one that grew is read as far as the first time.
 */
import { BadUse } from "../failure.ts";
import { openLog } from "./open-log.ts";
import { showProgress } from "./progress.ts";
import { LINE_MAX } from "./split-lines.ts";

const NEWLINE = 10;

/** `bytes` holds whole lines up to `length`, at a multiple of four, and is valid until the function returns; false ends the reading. */
export type OnBlock = (bytes: Buffer, length: number) => boolean;

/** Reads at most `limit` bytes of content, and gives back how many there were. */
export async function readBlocks(file: string, limit: number, onBlock: OnBlock): Promise<number> {
	const log = await openLog(file);
	const progress = showProgress(file, log.size, log.read);
	const memory = Buffer.allocUnsafeSlow(LINE_MAX + 4);
	let held = 0;
	let total = 0;
	let skipping = false;
	try {
		for await (const chunk of log.chunks) {
			progress.moved();
			let from = 0;
			const until = Math.min(chunk.length, limit - total);
			total += until;
			while (from < until) {
				if (skipping) {
					const end = chunk.indexOf(NEWLINE, from);
					if (end < 0 || end >= until) break;
					skipping = false;
					from = end + 1;
					continue;
				}
				const copied = chunk.copy(memory, held, from, Math.min(until, from + LINE_MAX - held));
				from += copied;
				held += copied;
				if (held < LINE_MAX) continue;
				const end = memory.lastIndexOf(NEWLINE, held - 1) + 1;
				skipping = end === 0;
				if (!onBlock(memory, end === 0 ? held : end)) return total;
				if (!skipping) memory.copy(memory, 0, end, held);
				held = skipping ? 0 : held - end;
			}
			if (total === limit) break;
		}
		if (limit !== Number.POSITIVE_INFINITY && total < limit) {
			throw new BadUse(`${file}: was cut or replaced while it was read; run the command again`);
		}
		if (held > 0) onBlock(memory, held);
		return total;
	} finally {
		progress.end();
	}
}
