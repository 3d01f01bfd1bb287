/** The words of the query language: a query is terms that must all hold, and what was not understood. */
import type { TermField } from "./fields.ts";

/** A span of numbers, both ends included: epoch milliseconds for `since:` and `until:`, bytes for `size:`, milliseconds for `delay:`. */
export interface Span {
	min?: number;
	max?: number;
}

export interface Term {
	field: TermField;
	/** as written, without quotes */
	value: string;
	negated: boolean;
	/** what `since:`, `until:`, `size:` and `delay:` allow */
	span?: Span;
}

export interface Query {
	/** all of them must hold */
	terms: Term[];
	/** what was not understood, for people */
	problems: string[];
}

/** The viewer's moment and place: relative dates and dates without a zone are theirs. */
export interface QueryContext {
	/** epoch milliseconds */
	now: number;
	/** IANA, `Asia/Tokyo` */
	zone: string;
	lang?: "en" | "ja";
}
