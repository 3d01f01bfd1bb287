/**
 * What to say where nothing was found: what was looked through, from when until when, and what to ask next. Looks at the
 * first and the last block of each log alone; the whole of it has just been read.
 */
import { createLineParser, type ParseOptions } from "@mailtrail/core/parse";
import type { Query } from "@mailtrail/core/query";
import { localTime } from "../print/time.ts";
import type { HostFile } from "./host-file.ts";

/** So many lines tell whether a log is one of mail. */
const LOOKED_AT = 500;

const OUTCOMES = "delivered relayed delayed failed discarded quarantined expanded unknown".split(" ");

/** One line of words for each log, and then what may help. */
export function nothingFound(
	files: readonly HostFile[],
	{ terms }: Pick<Query, "terms">,
	zone: string,
): string[] {
	const read = files.map((file) => ({ file, ...extentOf(file) }));
	const searched = read.map(({ file, first, last }) => {
		const { lines, file: path } = file.blocks;
		const span = first && last ? ` from ${localTime(first, zone)} to ${localTime(last, zone)}` : "";
		return `  looked through ${lines.toLocaleString("en")} ${lines === 1 ? "line" : "lines"} of ${file.host} in ${path}${span}`;
	});
	if (!read.some(({ hasMail }) => hasMail))
		return [
			...searched,
			"  no mail program wrote them: is it the mail log? (often /var/log/mail.log or /var/log/maillog)",
		];
	const whole = files.find((file) => mayHaveOlder(file, files));
	const address = terms.find(({ value, negated }) => !negated && /^[^@\s]+@[^@\s]+$/.test(value))?.value;
	const status = terms.find(({ field, negated }) => field === "status" && !negated)?.value;
	return [
		...searched,
		...(status !== undefined && !OUTCOMES.includes(status.toLowerCase())
			? [`  of status:${status}: what became of mail is ${OUTCOMES.join(", ")}, or the log's own word`]
			: []),
		...(whole
			? [`  of an older message: the older pieces too, --log ${whole.host}='${whole.blocks.file}*'`]
			: []),
		...(address
			? [`  of an address that may be written otherwise: ${address.slice(address.indexOf("@"))}`]
			: []),
	];
}

/** The one piece of a log that was named, and not a rotated one. */
function mayHaveOlder({ host, once, blocks }: HostFile, files: readonly HostFile[]): boolean {
	const isOnly = files.filter((file) => file.host === host).length === 1;
	return isOnly && !once && !/\.(?:\d{1,5}|gz|xz|zst|bz2)$/.test(blocks.file);
}

interface Extent {
	first: string | undefined;
	last: string | undefined;
	hasMail: boolean;
}

function extentOf({ blocks: { store, options } }: HostFile): Extent {
	if (store.count === 0) return { first: undefined, last: undefined, hasMail: false };
	const beginning = linesOf(store.block(0), store.lengthOf(0)).slice(0, LOOKED_AT);
	const last = store.count - 1;
	const end = linesOf(store.block(last), store.lengthOf(last)).slice(-LOOKED_AT);
	return {
		first: firstTime(beginning, options),
		last: firstTime(end.reverse(), options),
		hasMail: beginning.some((line) => isOfMail(line, options)) || end.some((line) => isOfMail(line, options)),
	};
}

function linesOf(block: Buffer, length: number): string[] {
	return block
		.toString("utf8", 0, length)
		.split("\n")
		.filter((line) => line !== "");
}

function firstTime(lines: readonly string[], options: ParseOptions): string | undefined {
	const parser = createLineParser(options);
	for (const line of lines) {
		const { at } = parser.parse(line);
		if (at !== undefined) return at;
	}
	return undefined;
}

function isOfMail(line: string, options: ParseOptions): boolean {
	const { kind } = createLineParser(options).parse(line);
	return kind !== "foreign" && kind !== "unparsed";
}
