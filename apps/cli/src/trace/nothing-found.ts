/**
 * What to say where nothing was found: what was looked through, from when until when, and what to ask next. Looks at the
 * first and the last block of each log alone; the whole of it has just been read.
 */
import type { Language } from "@mailtrail/core/diagnose";
import { createLineParser, type ParseOptions } from "@mailtrail/core/parse";
import type { Query } from "@mailtrail/core/query";
import { localTime } from "../print/time.ts";
import type { HostFile } from "./host-file.ts";

/** So many lines tell whether a log is one of mail. */
const LOOKED_AT = 500;

const OUTCOMES = "delivered relayed delayed failed discarded quarantined expanded unknown".split(" ");

interface Words {
	nothing: string;
	searched(lines: number, host: string, file: string, span: string): string;
	span(first: string, last: string): string;
	noMail: string;
	status(asked: string, outcomes: readonly string[]): string;
	older(option: string): string;
	otherwise(domain: string): string;
}

const WORDS: Record<Language, Words> = {
	en: {
		nothing: "nothing found",
		searched: (lines, host, file, span) =>
			`looked through ${lines.toLocaleString("en")} ${lines === 1 ? "line" : "lines"} of ${host} in ${file}${span}`,
		span: (first, last) => ` from ${first} to ${last}`,
		noMail: "no mail program wrote them: is it the mail log? (often /var/log/mail.log or /var/log/maillog)",
		status: (asked, outcomes) =>
			`of status:${asked}: what became of mail is ${outcomes.join(", ")}, or the log's own word`,
		older: (option) => `of an older message: the older pieces too, ${option}`,
		otherwise: (domain) => `of an address that may be written otherwise: ${domain}`,
	},
	ja: {
		nothing: "見つかりませんでした",
		searched: (lines, host, file, span) =>
			`${host} の ${file} を ${lines.toLocaleString("en")} 行調べました${span}`,
		span: (first, last) => `（${first} から ${last} まで）`,
		noMail:
			"メールのプログラムが書いた行がありません。メールのログですか?（多くは /var/log/mail.log か /var/log/maillog です）",
		status: (asked, outcomes) =>
			`status:${asked} について: メールの結果は ${outcomes.join("、")}、またはログに書かれた語です`,
		older: (option) => `古いメールなら、過去のログも加えてください: ${option}`,
		otherwise: (domain) => `アドレスの書き方が違うかもしれません。ドメインで探すには: ${domain}`,
	},
};

/** That there is nothing, one line of words for each log, and then what may help. */
export function nothingFound(
	files: readonly HostFile[],
	{ terms }: Pick<Query, "terms">,
	{ zone, lang }: { zone: string; lang: Language },
): string[] {
	const words = WORDS[lang];
	const read = files.map((file) => ({ file, ...extentOf(file) }));
	const searched = read.map(({ file, first, last }) => {
		const { lines, file: path } = file.blocks;
		const span = first && last ? words.span(localTime(first, zone), localTime(last, zone)) : "";
		return words.searched(lines, file.host, path, span);
	});
	const advice = read.some(({ hasMail }) => hasMail) ? adviceOn(files, terms, words) : [words.noMail];
	return [words.nothing, ...[...searched, ...advice].map((line) => `  ${line}`)];
}

/** The same of a hub, which knows all that there is. */
export function nothingInHub(lang: Language): string[] {
	return [WORDS[lang].nothing];
}

function adviceOn(files: readonly HostFile[], terms: Query["terms"], words: Words): string[] {
	const whole = files.find((file) => mayHaveOlder(file, files));
	const address = terms.find(({ value, negated }) => !negated && /^[^@\s]+@[^@\s]+$/.test(value))?.value;
	const status = terms.find(({ field, negated }) => field === "status" && !negated)?.value;
	const isMisspelt = status !== undefined && !OUTCOMES.includes(status.toLowerCase());
	return [
		...(isMisspelt ? [words.status(status, OUTCOMES)] : []),
		...(whole ? [words.older(`--log ${whole.host}='${whole.blocks.file}*'`)] : []),
		...(address ? [words.otherwise(address.slice(address.indexOf("@")))] : []),
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
