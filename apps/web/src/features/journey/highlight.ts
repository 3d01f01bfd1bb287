/**
 * Cuts a raw line into parts to show: ids of this journey strong, the words that prove something marked. Everything
 * stays text; a part that is not found is simply not marked.
 */
export interface LinePart {
	text: string;
	as: "plain" | "strong" | "mark";
}

export function highlight(raw: string, strong: Iterable<string>, marks: Iterable<string>): LinePart[] {
	const spans: { start: number; end: number; as: "strong" | "mark" }[] = [];
	const seek = (words: Iterable<string>, as: "strong" | "mark") => {
		for (const word of words) {
			if (word.length < 3) continue;
			for (let at = raw.indexOf(word); at >= 0; at = raw.indexOf(word, at + word.length)) {
				spans.push({ start: at, end: at + word.length, as });
			}
		}
	};
	seek(marks, "mark");
	seek(strong, "strong");
	// the earlier wins, then the longer
	spans.sort((a, b) => a.start - b.start || b.end - a.end);
	const parts: LinePart[] = [];
	let from = 0;
	for (const span of spans) {
		if (span.start < from) continue;
		if (span.start > from) parts.push({ text: raw.slice(from, span.start), as: "plain" });
		parts.push({ text: raw.slice(span.start, span.end), as: span.as });
		from = span.end;
	}
	if (from < raw.length) parts.push({ text: raw.slice(from), as: "plain" });
	return parts;
}
