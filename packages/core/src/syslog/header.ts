/** What every header reader gives: the header and where the message begins in the same string. */
import { knownWord, type LineHeader } from "../event/index.ts";

export interface ReadLine {
	header: LineHeader;
	message: string;
}

const TAG_MAX = 128;
const SPACE = /\s/;
const PID_DIGITS_MAX = 10;

/**
 * `tag[pid]: message` from `from` on. A line without a tag (`last message repeated 3 times`) is all message.
 * Tags hold no spaces; a pid that is no number is dropped.
 */
export function readTag(raw: string, from: number, header: LineHeader): string {
	const stop = tagEnd(raw, from);
	if (stop <= from) return raw.slice(from);
	let end = stop;
	let ownId: string | undefined;
	if (raw.charCodeAt(stop) === 91) {
		const close = raw.indexOf("]", stop) + 1;
		if (close <= 0 || close > stop + 64) return raw.slice(from);
		const pid = isDma(raw, from, stop) ? -1 : numberIn(raw, stop + 1, close - 1);
		if (pid >= 0 && endsTag(raw.charCodeAt(close))) header.pid = pid;
		else if (pid < 0) ownId = raw.slice(stop + 1, close - 1);
		end = close;
	}
	if (raw.charCodeAt(end) !== 58) return raw.slice(from);
	header.program = knownWord(raw, from, stop);
	const message = raw.slice(raw.charCodeAt(end + 1) === 32 ? end + 2 : end + 1);
	return ownId === undefined ? message : ledByOwnId(header.program, ownId, message);
}

const DMA_ID = /^[0-9a-f]{1,16}(?:\.[0-9a-f]{1,16})?$/;

const isDma = (raw: string, from: number, stop: number) => stop - from === 3 && raw.startsWith("dma", from);

/**
 * dma's id stands where others put their pid, `dma[2ca75b.557a00623f60]: ` (util.c, setlogident), and may have no letter among its digits:
 * its message begins with it, like everybody else's.
 */
export function ledByOwnId(program: string, id: string, message: string): string {
	return program === "dma" && DMA_ID.test(id) ? `${id}: ${message}` : message;
}

/** The number that the digits between two places make, or -1: every line has one, so without a pattern's array. */
function numberIn(raw: string, from: number, to: number): number {
	if (to <= from || to > from + PID_DIGITS_MAX) return -1;
	let number = 0;
	for (let at = from; at < to; at++) {
		const digit = raw.charCodeAt(at) - 48;
		if (digit < 0 || digit > 9) return -1;
		number = number * 10 + digit;
	}
	return number;
}

/** `:`, a space or the line's end */
const endsTag = (code: number) => code === 58 || code === 32 || Number.isNaN(code);

/** Where the first `[`, `:` or space stands, or -1: looked for on every line, so without a pattern where it can be. */
function tagEnd(raw: string, from: number): number {
	const limit = Math.min(raw.length, from + TAG_MAX);
	for (let at = from; at < limit; at++) {
		const code = raw.charCodeAt(at);
		if (code === 91 || code === 58 || code === 32 || (code >= 9 && code <= 13)) return at;
		if (code > 127 && SPACE.test(raw.charAt(at))) return at;
	}
	return -1;
}
