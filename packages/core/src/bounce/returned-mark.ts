/** Where a notice ends and the message that it returns begins: a ruled line, or one that stands alone, in the words of `RETURNED`. */
import { RETURNED } from "./shapes.ts";

/** The line that begins the returned message; the number of lines where there is none. */
export function returnedAt(lines: readonly string[]): number {
	for (const [index, line] of lines.entries()) {
		if (line.length > 120) continue;
		const words = line
			.trim()
			.toLowerCase()
			.replace(/^[^\p{L}\p{N}]+/u, "");
		if (index > 0 && RETURNED.some((mark) => words.startsWith(mark)) && isMark(line, lines, index))
			return index;
	}
	return lines.length;
}

/** A sentence such as `The original message was received at …` is no mark, nor one that ends in the middle. */
function isMark(line: string, lines: readonly string[], index: number): boolean {
	if (/was received|was sent|will be|is attached|attached below/i.test(line)) return false;
	const ruled = /^\s*[-=*>]{2,}|[-=*:.]\s*$/.test(line);
	return ruled || (lines[index + 1] ?? "").trim() === "";
}

/** The returned message from its first header on. */
export function returnedText(lines: readonly string[], from: number): string | undefined {
	for (let at = from; at < Math.min(lines.length, from + 40); at++) {
		if (/^[A-Z][A-Za-z0-9-]{1,60}:\s/.test(lines[at] as string)) return lines.slice(at, at + 400).join("\n");
	}
	return undefined;
}
