export type { Query, Term, TermField } from "./language.ts";
export { parseQuery, formatQuery } from "./language.ts";
export { matchesRow, matchesJourney } from "./match.ts";
