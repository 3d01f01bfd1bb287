/** Splits text at its http(s) addresses, so that they can be shown as links. The text may come from strangers. */
export interface TextPart {
	text: string;
	href?: string;
}

// the signs of RFC 3986: in Japanese a sentence goes on behind an address without a space; bounded, no nesting: linear in the
// length of the text
const ADDRESS = /https?:\/\/[\w\-.~:/?#[\]@!$&()*+,;=%]{1,2000}/g;

export function splitLinks(text: string): TextPart[] {
	const parts: TextPart[] = [];
	let from = 0;
	for (const match of text.matchAll(ADDRESS)) {
		// the full stop or bracket behind an address is the sentence's
		const href = match[0].replace(/[.,;:!?)\]]{1,4}$/, "");
		if (!URL.canParse(href)) continue;
		if (match.index > from) parts.push({ text: text.slice(from, match.index) });
		parts.push({ text: href, href });
		from = match.index + href.length;
	}
	if (from < text.length) parts.push({ text: text.slice(from) });
	return parts;
}
