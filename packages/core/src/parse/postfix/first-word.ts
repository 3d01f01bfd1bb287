/** By which word a message of Postfix is told: most shapes begin with one of their own. */
import { knownWord } from "../../event/index.ts";

/** The first word of a message, by which its reader is found: up to a space, `=` or `:`, at most 40 characters. */
export function firstWord(text: string): string {
	let end = 0;
	for (; end < text.length && end < 40; end++) {
		const code = text.charCodeAt(end);
		if (code === 32 || code === 58 || code === 61) break;
	}
	return knownWord(text, 0, end);
}
