/**
 * Bytes to lines. Only complete lines are taken (a torn last line waits for its end), offsets stay in bytes whatever the
 * encoding, and a line beyond the wire's limit is cut, with the bytes that were left out counted.
 */
import { isAscii, isUtf8 } from "node:buffer";
import type { MailEvent } from "@mailtrail/core/event";
import { BATCH_LINES_MAX, RAW_LENGTH_MAX } from "@mailtrail/core/wire";

/** Raw bytes in one batch, at the most (one line may be longer than its share). */
export const BATCH_BYTES_MAX = 512 * 1024;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

export interface RawLine {
	/** bytes from the start of the generation */
	offset: number;
	text: string;
	/** what it says, where the source knows better than a line's parser (a bounce) */
	event?: MailEvent;
}

export interface Lines {
	lines: RawLine[];
	/** offset after the last line taken */
	next: number;
	/** bytes of the last line that were left out; a cut line ends the batch */
	cut: number;
}

/** Takes complete lines from `bytes`, which begin at `base`, as many as one batch may hold. */
export function splitLines(bytes: Buffer, base: number): Lines {
	const lines: RawLine[] = [];
	let start = 0;
	let cut = 0;
	// nearly all logs are ASCII throughout: asked once, their lines need no look and no view of their own
	const areAscii = isAscii(bytes);
	while (lines.length < BATCH_LINES_MAX && start < BATCH_BYTES_MAX && cut === 0) {
		const end = bytes.indexOf(NEWLINE, start);
		if (end < 0) break;
		const offset = base + start;
		if (areAscii && isPlain(bytes, start, end)) {
			lines.push({ offset, text: bytes.toString("latin1", start, end) });
		} else {
			const line = decodeLine(bytes.subarray(start, end));
			lines.push({ offset, text: line.text });
			cut = line.cut;
		}
		start = end + 1;
	}
	return { lines, next: base + start, cut };
}

/** No hole before it, no carriage return behind it, and not too long. */
function isPlain(bytes: Buffer, start: number, end: number): boolean {
	return bytes[start] !== 0 && bytes[end - 1] !== CARRIAGE_RETURN && end - start <= RAW_LENGTH_MAX;
}

/**
 * One line's text without its end. A writer that did not notice a truncation leaves a hole of NUL bytes before its
 * next line: they are no text.
 */
export function decodeLine(line: Buffer): { text: string; cut: number } {
	let start = 0;
	while (line[start] === 0) start++;
	let end = line.length;
	if (end > start && line[end - 1] === CARRIAGE_RETURN) end--;
	const limit = Math.min(end, start + RAW_LENGTH_MAX);
	const kept = limit < end ? characterStart(line, limit) : end;
	return { text: decode(line.subarray(start, kept)), cut: end - kept };
}

/** Steps back to where a UTF-8 character begins, so that a cut breaks none. */
function characterStart(line: Buffer, limit: number): number {
	let at = limit;
	while (at > limit - 4 && ((line[at] ?? 0) & 0xc0) === 0x80) at--;
	return at;
}

/** UTF-8 where it is valid, else every byte as the Latin-1 character: nothing throws and nothing is lost. */
function decode(bytes: Buffer): string {
	return isUtf8(bytes) ? bytes.toString("utf8") : bytes.toString("latin1");
}
