/** The word of a question that is being typed, and the question with that word replaced. Quotes keep spaces together. */
export interface LastWord {
	word: string;
	/** where it begins */
	at: number;
}

export function lastWord(text: string): LastWord {
	let at = 0;
	let quoted = false;
	for (let i = 0; i < text.length; i++) {
		if (text[i] === '"') quoted = !quoted;
		else if (!quoted && /\s/.test(text[i] ?? "")) at = i + 1;
	}
	return { word: text.slice(at), at };
}

/** A finished word gets a space behind it; a field's name waits for its value. */
export function complete(text: string, word: string): string {
	const { at } = lastWord(text);
	return text.slice(0, at) + word + (word.endsWith(":") ? "" : " ");
}

/** Adds a term, or takes it out where it stands already. */
export function toggleWord(text: string, word: string): string {
	const words = text.trim() === "" ? [] : splitQuoted(text);
	const others = words.filter((other) => other !== word);
	return (others.length < words.length ? others : [...words, word]).join(" ");
}

export function splitQuoted(text: string): string[] {
	return text.match(/(?:"[^"]*"|[^\s"])+/g) ?? [];
}
