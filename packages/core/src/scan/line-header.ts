/**
 * Whether a line surely begins with a header that names a time, told from its bytes. Such a line stands for itself: it is never
 * the rest of the line before it. For others the reader of headers has to be asked.
 */
import { MONTH } from "./beginnings.ts";
import { NO_PATTERN, PrefixTable } from "./prefix-table.ts";

const CLOCK = "(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d";
const DATE = "\\d\\d\\d\\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])";
const WORD = "[!-;=-~][!-~]*";
const ZONED = `${DATE}T${CLOCK}(?:\\.\\d{1,6})?(?:Z|[+-]\\d\\d:\\d\\d)`;

const LOCAL_TIME = 0;
const OWN_ZONE = 1;

let table: PrefixTable | undefined;

/** `local`: its time is one of the reader's zone; undefined: ask the reader. */
export function headerOf(bytes: Uint8Array, start: number, end: number): "local" | "zoned" | undefined {
	table ??= new PrefixTable([
		{ begins: `${MONTH} (?: [1-9]|[12]\\d|3[01]) ${CLOCK} ${WORD} `, accept: LOCAL_TIME },
		// exim's mainlog; February has no 30th, and what is no date is no header
		{ begins: `\\d\\d\\d\\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8]) ${CLOCK} `, accept: LOCAL_TIME },
		{ begins: `${ZONED} ${WORD} `, accept: OWN_ZONE },
		{ begins: `<\\d{1,3}>1 ${ZONED} [!-~]+ [!-~]+ [!-~]+ [!-~]+ -`, accept: OWN_ZONE },
	]);
	const answer = table.answerOf(bytes, start, end);
	return answer === NO_PATTERN ? undefined : answer === LOCAL_TIME ? "local" : "zoned";
}
