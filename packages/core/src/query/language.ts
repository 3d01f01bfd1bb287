/**
 * The one query language: of the search box, the live view, `trace` and the API. Bare words are recognised by their
 * shape, named terms are `field:value`, `-` excludes, `*` stands for any characters, quotes keep spaces; a pasted log
 * line, header block or bounce is read for its ids. Parsing never throws: what is not understood is a problem in
 * words, with what to write instead. `formatQuery` gives text that parses to the same terms.
 */
import { alternatives, ANY_MAX } from "./any-of.ts";
import { nearestField, TERM_FIELDS } from "./fields.ts";
import { readDelay, readSize } from "./number-range.ts";
import { readMailbox, readMailboxes } from "./mailbox.ts";
import { looksPasted, readPasted } from "./pasted.ts";
import type { Query, QueryContext, Term } from "./query.ts";
import { recogniseWord } from "./recognise.ts";
import { splitWords, type Word } from "./split-words.ts";
import { readTimeSpan } from "./time-span.ts";

export type { TermField } from "./fields.ts";
export type { Query, QueryContext, Span, Term } from "./query.ts";

/** the API's own limit; a longer paste is read up to here */
const TEXT_MAX = 65_536;

/** Text of the search box → terms. */
export function parseQuery(text: string, context: QueryContext): Query {
	const bounded = text.slice(0, TEXT_MAX);
	const query: Query = { terms: [], problems: [] };
	const mailbox = readMailbox(bounded);
	if (mailbox) return { terms: [mailbox], problems: [] };
	const many = readMailboxes(bounded);
	if (many) return { terms: [many.term], problems: many.count > ANY_MAX ? [say(context, "many", "")] : [] };
	if (!startsNamed(bounded) && looksPasted(bounded)) {
		const pasted = readPasted(bounded, context.lang);
		if (pasted.terms.length > 0) return pasted;
	}
	const { words, unclosed } = splitWords(bounded);
	if (unclosed) query.problems.push(say(context, "unclosed", ""));
	for (const word of inLists(words)) {
		const term = readWord(word, context, query.problems);
		if (!term) continue;
		query.terms.push(term);
		if (alternatives(term.value).length === ANY_MAX && term.value.split(",").length > ANY_MAX)
			query.problems.push(say(context, "many", ""));
	}
	return query;
}

/** `from:tu@example.com …` is a query, whatever its quoted values look like; a header has a space after its colon. */
function startsNamed(text: string): boolean {
	const name = /^\s*-?([a-z]{2,8})[:：]\S/i.exec(text.slice(0, 64))?.[1];
	return name !== undefined && TERM_FIELDS.some((known) => known === name.toLowerCase());
}

/** `to:anna@example.com, bo@example.com` with a space after the comma is the same list. */
function inLists(words: readonly Word[]): Word[] {
	const joined: Word[] = [];
	for (const word of words) {
		const last = joined.at(-1);
		const goesOn = word.name === undefined && !word.negated && !word.quoted && /[^@]@[^@]/.test(word.value);
		if (last !== undefined && goesOn && /[^@]@[^@]+,$/.test(last.value) && !last.quoted)
			joined[joined.length - 1] = { ...last, value: last.value + word.value };
		else joined.push(word);
	}
	return joined;
}

function readWord(word: Word, context: QueryContext, problems: string[]): Term | undefined {
	const { negated } = word;
	if (word.name === undefined) {
		if (word.quoted) return word.value === "" ? undefined : { field: "text", value: word.value, negated };
		const { field, value } = recogniseWord(word.value);
		return { field, value, negated };
	}
	const field = TERM_FIELDS.find((known) => known === word.name?.toLowerCase());
	if (field === undefined) {
		problems.push(say(context, "field", word.name, nearestField(word.name)));
		return undefined;
	}
	const { value } = word;
	// `from:""` is the null sender; `from:` alone is not finished
	if (value === "" && !(field === "from" && word.quoted)) {
		problems.push(say(context, "empty", field));
		return undefined;
	}
	switch (field) {
		case "since":
		case "until": {
			const time = readTimeSpan(value, context);
			if (time === undefined) {
				problems.push(say(context, "time", `${field}:${value}`));
				return undefined;
			}
			const span = field === "since" ? { min: time.start } : { max: time.end - 1 };
			return { field, value, negated, span };
		}
		case "size":
		case "delay": {
			const span = field === "size" ? readSize(value) : readDelay(value);
			if (span) return { field, value, negated, span };
			problems.push(say(context, field, value));
			return undefined;
		}
		default:
			return { field, value, negated };
	}
}

/** Terms → text that parses to the same terms at the same moment. */
export function formatQuery(query: Pick<Query, "terms">): string {
	const text = query.terms.map((term) => formatTerm(term, true)).join(" ");
	// words that would read as a pasted log line together say their fields
	return looksPasted(text) ? query.terms.map((term) => formatTerm(term, false)).join(" ") : text;
}

function formatTerm(term: Term, mayBeBare: boolean): string {
	const sign = term.negated ? "-" : "";
	const { field, value } = term;
	if (!isPlain(value)) return `${sign}${field}:"${value.replace(/["\\]/g, "\\$&")}"`;
	const recognised = recogniseWord(value);
	const same = recognised.field === field && recognised.value === value;
	return mayBeBare && same && !/^-|[:：]/.test(value) ? sign + value : `${sign}${field}:${value}`;
}

/** Needs no quotes: one word without quotes, backslashes or what a pasted text would have; `from://` would be a web address. */
function isPlain(value: string): boolean {
	return value !== "" && !/^\/\/|[\s"“”\\<>=]/.test(value);
}

type Complaint = "field" | "empty" | "time" | "size" | "delay" | "unclosed" | "many";

/** One sentence: what was not understood and what to write instead. */
function say(context: QueryContext, complaint: Complaint, what: string, hint = ""): string {
	const japanese = context.lang === "ja";
	switch (complaint) {
		case "field":
			return japanese
				? `「${what}:」という項目はありません。「${hint}:」のことでしょうか。`
				: `There is no field “${what}:”. Did you mean “${hint}:”?`;
		case "empty":
			return japanese ? `「${what}:」の後に値を書いてください。` : `Write a value after “${what}:”.`;
		case "time":
			return japanese
				? `「${what}」の日時が読めません。例: 2h、yesterday、"yesterday 18:00"、2022-12-05、2022-12-05T18:38`
				: `Cannot read the time in “${what}”. Write 2h, yesterday, "yesterday 18:00", 2022-12-05 or 2022-12-05T18:38.`;
		case "size":
			return japanese
				? `「size:${what}」が読めません。例: size:>1M、size:10k..2M`
				: `Cannot read “size:${what}”. Write size:>1M or size:10k..2M.`;
		case "delay":
			return japanese
				? `「delay:${what}」が読めません。例: delay:>5m、delay:30s..2h`
				: `Cannot read “delay:${what}”. Write delay:>5m or delay:30s..2h.`;
		case "many":
			return japanese
				? `一度に検索できるアドレスは ${ANY_MAX} 件までです。最初の ${ANY_MAX} 件を検索しています。`
				: `At most ${ANY_MAX} addresses are looked for at once: these are the first ${ANY_MAX}.`;
		case "unclosed":
			return japanese ? "引用符が閉じていません。" : "A quote is not closed.";
	}
}
