/** The search box's text as terms, and edits of it as text again. Pure but for the moment and zone of the viewer. */
import { formatQuery, parseQuery, type Query, type Term } from "@mailtrail/core/query";
import { type Lang, viewerZone } from "../../lib/format.ts";

/** The viewer's zone and moment stand for relative times. */
export function readQuery(text: string, lang: Lang, now: number = Date.now()): Query {
	return parseQuery(text, { now, zone: viewerZone(), lang });
}

export function withoutTerm(query: Query, term: Term): string {
	return formatQuery({ terms: query.terms.filter((t) => t !== term) });
}

/**
 * What a paste should leave in the box: a log line, header block or bounce becomes the terms that were read from it;
 * short texts stay as they are (undefined).
 */
export function pastedQuery(pasted: string, lang: Lang): string | undefined {
	const long = pasted.includes("\n") || pasted.length > 60;
	if (!long || !/\s/.test(pasted.trim())) return undefined;
	const query = readQuery(pasted, lang);
	return query.terms.length > 0 && query.terms.length <= 8 ? formatQuery(query) : undefined;
}
