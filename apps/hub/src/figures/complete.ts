/** The last word of the search box, continued: names of fields, then values that are stored, then causes with their titles. */
import { CAUSES, causeTitle, type Language } from "@mailtrail/core/diagnose";
import { type QueryKey, TERM_FIELDS, type TermField } from "@mailtrail/core/query";
import { OUTCOMES } from "@mailtrail/core/trace";
import type { CompleteAnswer, CompleteQuery } from "@mailtrail/core/wire";
import type { LineReads } from "../store/store.ts";

type Suggestion = CompleteAnswer["suggestions"][number];

const LIMIT_DEFAULT = 10;

/** which stored terms a field's values are among */
const STORED: Partial<Record<TermField, QueryKey["field"][]>> = {
	from: ["sender"],
	to: ["recipient"],
	address: ["sender", "recipient"],
	domain: ["domain"],
	name: ["domain", "relay"],
	host: ["host"],
	id: ["messageId", "queueId"],
	queue: ["queueId"],
};

export async function complete(
	store: LineReads,
	{ prefix, limit = LIMIT_DEFAULT, lang = "en" }: CompleteQuery,
	{ masked }: { masked: boolean },
): Promise<CompleteAnswer> {
	const started = performance.now();
	const sign = prefix.startsWith("-") ? "-" : "";
	const word = prefix.slice(sign.length);
	const colon = word.indexOf(":");
	const field = TERM_FIELDS.find((name) => name === word.slice(0, colon).toLowerCase());
	const suggestions: Suggestion[] = [];
	if (field === undefined) {
		suggestions.push(...fieldNames(word));
		if (word.length >= 2) suggestions.push(...(await anything(store, word, limit, masked)));
	} else {
		const value = word.slice(colon + 1).replace(/^"/, "");
		if (field === "cause") suggestions.push(...causes(value, lang));
		else if (field === "status") suggestions.push(...statuses(value));
		else suggestions.push(...(await stored(store, field, value, limit, masked)));
	}
	const seen = new Set<string>();
	const distinct = suggestions.filter(({ word: each }) => !seen.has(each) && seen.add(each));
	return {
		suggestions: distinct.slice(0, limit).map((each) => ({ ...each, word: sign + each.word })),
		took: Math.round(performance.now() - started),
	};
}

/** what a word without a field may be the beginning of */
const ANYTHING = ["host", "address", "domain", "queue"] as const satisfies TermField[];

/** One of each in turn: a thousand domains that begin so must not hide the one person whose name does. */
async function anything(
	store: LineReads,
	word: string,
	limit: number,
	masked: boolean,
): Promise<Suggestion[]> {
	const lists = await Promise.all(ANYTHING.map((field) => stored(store, field, word, limit, masked)));
	return Array.from({ length: limit }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
}

function fieldNames(word: string): Suggestion[] {
	const lower = word.toLowerCase();
	return TERM_FIELDS.filter((name) => name.startsWith(lower) && lower !== "").map((name) => ({
		word: `${name}:`,
		field: "field",
		value: name,
	}));
}

/** `masked`: whoever may not see whole addresses is not told which there are. */
async function stored(
	store: LineReads,
	field: TermField,
	value: string,
	limit: number,
	masked: boolean,
): Promise<Suggestion[]> {
	const keys = STORED[field] ?? [];
	const found: Suggestion[] = [];
	for (const key of keys) {
		// nor which domains there are beside the own ones
		if (masked && key !== "host") continue;
		const isId = key === "queueId" || key === "messageId";
		const prefix = isId ? value.replace(/^</, "") : value.toLowerCase().replace(/^@/, "");
		if (isId && prefix.length < 3) continue;
		for (const each of await store.complete(key, prefix, limit)) {
			found.push({ word: `${field}:${quoted(each)}`, field, value: each });
		}
	}
	return found;
}

function quoted(value: string): string {
	return /[\s"\\]/.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : value;
}

function causes(value: string, lang: Language): Suggestion[] {
	const wanted = value.toLowerCase();
	return Object.keys(CAUSES)
		.map((name) => ({ name, title: causeTitle(name, lang) }))
		.filter(({ name, title }) => name.includes(wanted) || title.toLowerCase().includes(wanted))
		.sort((a, b) => Number(b.name.startsWith(wanted)) - Number(a.name.startsWith(wanted)))
		.map(({ name, title }) => ({ word: `cause:${name}`, field: "cause", value: name, text: title }));
}

function statuses(value: string): Suggestion[] {
	const words = [...OUTCOMES, "refused", "deferred", "bounced", "sent"];
	return words
		.filter((name) => name.startsWith(value.toLowerCase()))
		.map((name) => ({ word: `status:${name}`, field: "status", value: name }));
}
