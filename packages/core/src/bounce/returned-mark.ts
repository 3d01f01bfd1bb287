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
	// T-Online: `|------------------------- Message text follows: ------------------------|`
	const ruled = /^\s*\|?[-=*>]{2,}|[-=*:.]\|?\s*$/.test(line);
	return ruled || (lines[index + 1] ?? "").trim() === "";
}

const FIELD = /^([A-Za-z][A-Za-z0-9-]{1,60}):\s/;
const OF_A_MESSAGE: ReadonlySet<string> = new Set(["from", "to", "date", "subject", "received"]);

/** Headers that follow the notice with no mark between: several lines of a message, its id among them, behind an empty line. */
export function bareHeadersAt(lines: readonly string[]): number | undefined {
	for (const [index, line] of lines.entries()) {
		if (index === 0 || (lines[index - 1] as string).trim() !== "" || !FIELD.test(line)) continue;
		const names = new Set<string>();
		for (const next of lines.slice(index, index + 60)) {
			if (next.trim() === "") break;
			const name = FIELD.exec(next)?.[1]?.toLowerCase();
			if (name !== undefined) names.add(name);
		}
		const known = [...names].filter((name) => OF_A_MESSAGE.has(name)).length;
		if (names.has("message-id") && known >= 2) return index;
	}
	return undefined;
}

/** The returned message from its first header on. */
export function returnedText(lines: readonly string[], from: number): string | undefined {
	for (let at = from; at < Math.min(lines.length, from + 40); at++) {
		if (/^[A-Z][A-Za-z0-9-]{1,60}:\s/.test(lines[at] as string)) return lines.slice(at, at + 400).join("\n");
	}
	return undefined;
}
