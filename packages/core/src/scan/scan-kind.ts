/**
 * The kind of a log line straight from its bytes, without a string or an object: for counting. Answers only where it is certain
 * to answer as the parser does; every other line is the parser's.
 */
import type { MailEvent } from "../event/index.ts";
import { BEGINNINGS, SYSLOG_HEADER, TAG_END } from "./beginnings.ts";
import type { Pattern } from "./pattern.ts";
import { NO_PATTERN, PrefixTable } from "./prefix-table.ts";

/** The kinds that `scanKind` may answer, by number. */
export const SCANNED_KINDS: readonly MailEvent["kind"][] = [...new Set(BEGINNINGS.map(({ kind }) => kind))];

/** What stands for "ask the parser". */
export const UNCERTAIN = NO_PATTERN;

let table: PrefixTable | undefined;

/** The line in `bytes` from `start` to `end` (its line end left out): a place in `SCANNED_KINDS`, or `UNCERTAIN`. */
export function scanKind(bytes: Uint8Array, start: number, end: number): number {
	table ??= new PrefixTable([{ begins: SYSLOG_HEADER, followedBy: byTag() }]);
	return table.answerOf(bytes, start, end);
}

function byTag(): Pattern[] {
	return [...Map.groupBy(BEGINNINGS, ({ tag }) => tag)].map(([tag, beginnings]) => ({
		begins: tag + TAG_END,
		followedBy: beginnings.map(({ kind, message }) => ({
			begins: message,
			accept: SCANNED_KINDS.indexOf(kind),
		})),
	}));
}
