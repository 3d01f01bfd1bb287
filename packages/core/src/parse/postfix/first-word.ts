/** The first word of a message, by which its reader is found: up to a space, `=` or `:`, at most 40 characters. */
export function firstWord(text: string): string {
	let end = 0;
	for (; end < text.length && end < 40; end++) {
		const code = text.charCodeAt(end);
		if (code === 32 || code === 58 || code === 61) break;
	}
	return text.slice(0, end);
}
