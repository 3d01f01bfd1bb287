/** Whether a line can be the second half of one that a web page or a terminal broke: it is not empty and has no header of its own. */
import { createLineReader, type LineReader } from "./read-line.ts";

// which instant a header means does not matter here
let reader: LineReader | undefined;

/** True for a line without a readable header; whether it belongs to the line before is for the caller to find out. */
export function isContinuation(raw: string): boolean {
	if (raw.trim() === "") return false;
	reader ??= createLineReader({ zone: "UTC", now: 0 });
	return reader.read(raw) === undefined;
}
