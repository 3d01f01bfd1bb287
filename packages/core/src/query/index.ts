export { alternatives } from "./any-of.ts";
export type { Query, QueryContext, Span, Term, TermField } from "./language.ts";
export { formatQuery, parseQuery } from "./language.ts";
export type { QueryKey } from "./keys.ts";
export { queryPieces, saysAll, textsOfHop } from "./hop-texts.ts";
export { isIndexed, queryKeys, queryTimeRange } from "./keys.ts";
export { askedRecipients, matchesJourney, matchesRow, rowDecides } from "./match.ts";
export { TERM_FIELDS } from "./fields.ts";
export { readTimeSpan } from "./time-span.ts";
