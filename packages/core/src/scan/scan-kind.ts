/**
 * The kind of a log line straight from its bytes, without a string or an object: for counting. Answers only where it is certain
 * to answer as the parser does; every other line is the parser's.
 */
import type { MailEvent } from "../event/index.ts";
import { type Beginning, BEGINNINGS } from "./beginnings.ts";
import { MORE_BEGINNINGS } from "./more-beginnings.ts";
import { NO_PATTERN, PrefixTable } from "./prefix-table.ts";

/** The kinds that are told by bytes, by number. */
export const SCANNED_KINDS: readonly MailEvent["kind"][] = [
	...new Set([...BEGINNINGS, ...MORE_BEGINNINGS].map(({ kind }) => kind)),
];

/** What stands for "ask the parser". */
export const UNCERTAIN = NO_PATTERN;

/** So many lines are parsed in the time that the second table takes. */
const LINES_FOR_A_TABLE = 500;

let table: PrefixTable | undefined;
let moreTable: PrefixTable | undefined;
let uncertain = 0;

/**
 * The line in `bytes` from `start` to `end` (its line end left out): a place in `SCANNED_KINDS`, or `UNCERTAIN`. Of Postfix and sendmail
 * alone, in syslog: readers take more out of such a line by its places.
 */
export function scanKind(bytes: Uint8Array, start: number, end: number): number {
	table ??= new PrefixTable(patternsOf(BEGINNINGS));
	return table.answerOf(bytes, start, end);
}

/** The same of every program, for counting. */
export function scanAnyKind(bytes: Uint8Array, start: number, end: number): number {
	const kind = scanKind(bytes, start, end);
	if (kind !== UNCERTAIN || uncertain++ < LINES_FOR_A_TABLE) return kind;
	moreTable ??= new PrefixTable(patternsOf(MORE_BEGINNINGS));
	return moreTable.answerOf(bytes, start, end);
}

function patternsOf(beginnings: readonly Beginning[]) {
	return [...Map.groupBy(beginnings, ({ before }) => before)].map(([before, same]) => ({
		begins: before,
		followedBy: same.map(({ kind, message }) => ({
			begins: message,
			accept: SCANNED_KINDS.indexOf(kind),
		})),
	}));
}
