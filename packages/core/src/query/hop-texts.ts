/**
 * What a search for a text may find in one hop: whatever a journey says in a hop's own words stands in one of these, so that a
 * store can look for hops before it joins any. More is here than is shown; the journey decides.
 */
import type { Hop } from "../trace/index.ts";
import { alternatives } from "./any-of.ts";
import { queryKeys } from "./keys.ts";
import type { Query, Term } from "./query.ts";

/** names of lines, and the hop's own, which is made of its host, queue id and time */
const NAMES = new Set(["id", "ref", "refs", "replyRef"]);

/** In lower case, as texts are compared. */
export function textsOfHop(hop: Hop): string[] {
	const texts: string[] = [];
	const add = (value: unknown): void => {
		if (typeof value === "string") texts.push(value.toLowerCase());
		else if (Array.isArray(value)) for (const each of value) add(each);
		else if (typeof value === "object" && value !== null) {
			const fields = value as Record<string, unknown>;
			for (const name in fields) if (!NAMES.has(name)) add(fields[name]);
			if ("text" in value) texts.push(wordsOf(value).toLowerCase());
		}
	};
	add(hop);
	return texts;
}

/** A reply as `view` words it. */
function wordsOf(reply: { text?: unknown; code?: unknown; enhanced?: unknown }): string {
	return `${reply.code ?? ""} ${reply.enhanced ?? ""} ${reply.text}`;
}

/** Whether one text of the hop has all of these, which are in lower case. */
export function saysAll(hop: Hop, pieces: readonly string[]): boolean {
	return textsOfHop(hop).some((text) => pieces.every((piece) => text.includes(piece)));
}

/** a piece that is shorter tells nothing */
const PIECE_MIN = 3;

/**
 * Of each term without a key (`keys.ts`) what one text of one hop must say, in lower case, for a message to answer it. A term that says too little, or that
 * may be met by what no hop says (`isTold`: a cause, an outcome), gives none.
 */
export function queryPieces(query: Pick<Query, "terms">, isTold: (piece: string) => boolean): string[][] {
	return query.terms.flatMap((term) => {
		// what an index of exact values answers needs no other
		if (term.negated || queryKeys({ terms: [term] }).length > 0) return [];
		const pieces = literal(term)
			.toLowerCase()
			.split("*")
			.filter((piece) => piece !== "");
		if (!pieces.some(({ length }) => length >= PIECE_MIN)) return [];
		return term.field === "text" && pieces.every(isTold) ? [] : [pieces];
	});
}

/** The part of a term's value that stands in a message as it is written; empty where none must. */
function literal({ field, value }: Term): string {
	if (alternatives(value).length > 1) return "";
	switch (field) {
		case "from":
		case "to":
		case "address":
		case "domain":
		case "name":
			return value.replace(/^<(.*)>$/, "$1").replace(/^@/, "");
		case "id":
			return value.replace(/^<(.*)>$/, "$1");
		case "queue":
		case "host":
		case "text":
			return value;
		case "ip":
			// other ways of writing an address of version 6 are known, and ranges are no text
			return /^[\d.]+$/.test(value) ? value : "";
		default:
			return "";
	}
}
