/**
 * A question as a caller says it (`mail to anna@example.com yesterday 18:00–20:00`) → what it may mean in fields. The words stay
 * words until the reader takes this: a subject may hold `today` as well. Read are days, clock times and spans of them, parts of a
 * day, and `to` or `from` before a person; of the words around these only such as name nothing are left out.
 */
import { formatQuery } from "./language.ts";
import type { QueryContext, Term } from "./query.ts";
import { readTimeSpan } from "./time-span.ts";

/** words between what was meant */
const FILLING = new Set(
	"a the my our his her their mail mails email emails e-mail message messages sent received was were is at on in by about around between and of last since until till went never arrived not did".split(
		" ",
	),
);
const SIDES: Readonly<Record<string, "from" | "to">> = {
	from: "from",
	to: "to",
	for: "to",
	差出人: "from",
	宛先: "to",
};
const PERSON: readonly Term["field"][] = ["address", "name", "domain", "text"];
/** hours, as most people mean them */
const PARTS: Readonly<Record<string, readonly [string, string]>> = {
	morning: ["05:00", "11:59"],
	noon: ["11:30", "13:30"],
	afternoon: ["12:00", "17:59"],
	evening: ["17:00", "23:59"],
	朝: ["05:00", "10:59"],
	午前: ["00:00", "11:59"],
	昼: ["11:30", "13:30"],
	午後: ["12:00", "23:59"],
	夕方: ["16:00", "19:59"],
	夜: ["18:00", "23:59"],
};

interface Said {
	day?: string;
	from?: string;
	until?: string;
}

/** The question in fields; undefined where nothing of this is said in it. */
export function readSaidQuestion(terms: readonly Term[], context: QueryContext): string | undefined {
	if (!terms.some(isWord) || terms.some(({ field }) => field === "since" || field === "until"))
		return undefined;
	const time: Said = {};
	const kept: Term[] = [];
	let sided = false;
	for (let i = 0; i < terms.length; i++) {
		const term = terms[i];
		const next = terms[i + 1];
		if (term === undefined) break;
		const side = isWord(term) ? SIDES[term.value.toLowerCase()] : undefined;
		if (side !== undefined && next !== undefined && isPerson(next, time, context)) {
			kept.push({ ...next, field: side });
			sided = true;
			i++;
		} else if (!isWord(term) || !readTime(wordsAt(terms, i), time, context)) kept.push(term);
		else if (isWord(next) && isMonthDay(term.value, next.value, context)) i++;
	}
	const times = timeTerms(time, context);
	if (times.length === 0 && !sided) return undefined;
	const meant = kept.filter((term) => !isWord(term) || !isFilling(term.value));
	return formatQuery({ terms: [...meant, ...times] });
}

function isFilling(word: string): boolean {
	return FILLING.has(word.toLowerCase()) || /^[^\p{L}\p{N}]+$/u.test(word);
}

function isWord(term: Term | undefined): term is Term {
	return term !== undefined && term.field === "text" && !term.negated && !/\s/.test(term.value);
}

function isPerson(term: Term, time: Said, context: QueryContext): boolean {
	if (term.negated || !PERSON.includes(term.field) || isFilling(term.value)) return false;
	return term.field !== "text" || !readTime([term.value], { ...time }, context);
}

function wordsAt(terms: readonly Term[], i: number): string[] {
	return terms.slice(i, i + 2).flatMap((term, n) => (isWord(term) || n === 0 ? [term.value] : []));
}

/** `nov 22` or `22 nov`, as `since:` reads it */
function monthDay(word: string, next: string | undefined, context: QueryContext): string | undefined {
	if (next === undefined) return undefined;
	const day = /^[a-z]{3,9}$/i.test(word) && /^\d{1,2}$/.test(next) ? `${word} ${next}` : undefined;
	const turned = /^\d{1,2}$/.test(word) && /^[a-z]{3,9}$/i.test(next) ? `${next} ${word}` : day;
	return turned !== undefined && readTimeSpan(turned, context) ? turned : undefined;
}

function isMonthDay(word: string, next: string, context: QueryContext): boolean {
	return monthDay(word, next, context) !== undefined;
}

/** Whether the first word, with the second where it needs it, is a time; then `time` has it. */
function readTime([word = "", next]: readonly string[], time: Said, context: QueryContext): boolean {
	const joined = monthDay(word, next, context);
	if (joined !== undefined) return setDay(time, joined);
	// `昨日の18時〜20時`, `yesterday's`
	const glued = /^(今日|昨日|一昨日|おととい)の?(.*)$/.exec(word);
	if (glued?.[1] !== undefined) {
		const rest = glued[2] ?? "";
		return (rest === "" || readClocks(rest, time)) && setDay(time, glued[1]);
	}
	if (readClocks(word, time)) return true;
	const plain = word.toLowerCase();
	const isDay =
		/^(?:today|yesterday|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{4}-\d\d-\d\d|\d{1,2}\/\d{1,2})$/.test(
			plain,
		);
	return isDay && readTimeSpan(plain, context) !== undefined && setDay(time, plain);
}

function setDay(time: Said, day: string): true {
	time.day ??= day;
	return true;
}

const CLOCK = /^(\d{1,2})(?:(?::|時)(\d{2})?分?)?(am|pm)?(?:頃|ごろ|から|まで)?$/i;

function readClocks(word: string, time: Said): boolean {
	const part = PARTS[word.toLowerCase()];
	if (part !== undefined) {
		[time.from, time.until] = part;
		return true;
	}
	const [first = "", second, ...more] = word.split(/[-–—〜～~]|から(?=\d)/);
	if (more.length > 0) return false;
	const from = clockOf(first, second);
	const until = second === undefined ? undefined : clockOf(second);
	if (from === undefined || (second !== undefined && until === undefined)) return false;
	if (time.from === undefined) time.from = from;
	else time.until = from;
	if (until !== undefined) time.until = until;
	return true;
}

/** `18:00`, `6pm`, `18時`; `6` alone only before `8pm`. */
function clockOf(text: string, end?: string): string | undefined {
	const match = CLOCK.exec(text);
	if (match === null) return undefined;
	const half = (match[3] ?? CLOCK.exec(end ?? "")?.[3])?.toLowerCase();
	if (half === undefined && !/[:時]/.test(text)) return undefined;
	const written = Number(match[1]);
	const hour = half === undefined ? written : (written % 12) + (half === "pm" ? 12 : 0);
	if (hour > 24 || Number(match[2] ?? 0) > 59) return undefined;
	return `${String(hour).padStart(2, "0")}:${match[2] ?? "00"}`;
}

function timeTerms({ day, from, until }: Said, context: QueryContext): Term[] {
	if (day === undefined && from === undefined) return [];
	const on = day ?? dayOf(from ?? "", context);
	const term = (field: "since" | "until", clock?: string): Term => ({
		field,
		value: clock === undefined ? on : `${on} ${clock}`,
		negated: false,
	});
	// past midnight is another day's, which was not said
	const ended = until !== undefined && (from === undefined || from < until) ? until : undefined;
	if (from === undefined)
		return /^(?:today|今日)$/.test(on) ? [term("since")] : [term("since"), term("until")];
	return ended === undefined ? [term("since", from)] : [term("since", from), term("until", ended)];
}

/** A clock time of no day is of the latest day on which it has been: both ends of a span are of one. */
function dayOf(clock: string, context: QueryContext): string {
	const { now } = context;
	const today = readTimeSpan(`today ${clock}`, context);
	return today !== undefined && today.start > now ? "yesterday" : "today";
}
