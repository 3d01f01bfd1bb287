/**
 * Text in lines of a terminal's width, without words broken in two: between letters of Japanese a line may end, but none begins with what
 * closes a sentence. Of plain text: colours count as letters.
 */

/** A word with what closes it, or one wide letter with the marks behind it that may not begin a line. */
const PIECE =
	/[\u3000-\u9fff\uac00-\ud7af\uff00-\uffef][、。，．）」』】ー々っゃゅょァィゥェォッャュョ]*|[^\s\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]+|\s+/gu;
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

/** Narrower than this nothing can be read; a longer word stands out. */
const NARROWEST = 20;

/** @param width undefined where nobody looks: one line @param indent how far the lines behind the first stand in */
export function wrap(text: string, width: number | undefined, indent = 0): string[] {
	if (width === undefined || columns(text) <= width) return [text];
	const lines: string[] = [];
	let line = "";
	for (const [piece] of text.matchAll(PIECE)) {
		const room = Math.max(NARROWEST, width) - columns(line);
		if (columns(piece.trimEnd()) <= room || line.trim() === "") {
			line += piece;
			continue;
		}
		lines.push(line.trimEnd());
		line = " ".repeat(indent) + piece.trimStart();
	}
	return [...lines, line.trimEnd()];
}

/** How many columns of a terminal a text takes. */
export function columns(text: string): number {
	let sum = 0;
	for (const letter of text) sum += WIDE.test(letter) ? 2 : 1;
	return sum;
}
