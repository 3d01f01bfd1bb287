/** What every header reader gives: the header and where the message begins in the same string. */
import type { LineHeader } from "../event/index.ts";

export interface ReadLine {
	header: LineHeader;
	message: string;
}

const TAG_MAX = 128;
const SPACE = /\s/;
const PID = /\[(\d{1,10})\](?=:| |$)/y;

/**
 * `tag[pid]: message` from `from` on. A line without a tag (`last message repeated 3 times`) is all message.
 * Tags hold no spaces; a pid that is no number is dropped.
 */
export function readTag(raw: string, from: number, header: LineHeader): string {
	const stop = tagEnd(raw, from);
	if (stop <= from) return raw.slice(from);
	let end = stop;
	if (raw.charCodeAt(stop) === 91) {
		PID.lastIndex = stop;
		const pid = PID.exec(raw);
		const close = pid ? stop + pid[0].length : raw.indexOf("]", stop) + 1;
		if (close <= 0 || close > stop + 64) return raw.slice(from);
		if (pid) header.pid = Number(pid[1]);
		end = close;
	}
	if (raw.charCodeAt(end) !== 58) return raw.slice(from);
	header.program = raw.slice(from, stop);
	return raw.slice(raw.charCodeAt(end + 1) === 32 ? end + 2 : end + 1);
}

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
