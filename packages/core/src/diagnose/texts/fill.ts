/** A cause's text with the facts of the case filled in. What a log said stays text: nothing here is markup. */
import { CAUSES, type CauseId, type Reason } from "../cause.ts";
import type { Language } from "../diagnosis.ts";
import type { CauseText, Texts, TextVariant } from "./cause-text.ts";
import { EN } from "./en.ts";
import { JA } from "./ja.ts";

export interface CaseFacts {
	destination?: string;
	host?: string;
	ip?: string;
	recipient?: string;
	sender?: string;
	/** the first of `links` */
	link?: string;
	/** links out of the words, and the page to look an address up */
	links?: readonly string[];
	/** whose block list it is */
	list?: string;
	/** the destination is one that keeps a page for senders */
	provider?: { name: string; page: string };
	/** the words, as they were said */
	said?: string;
	other?: string;
	/** our own host said no to a client */
	refusedHere?: boolean;
}

export function textsOf(lang: Language): Texts {
	return lang === "ja" ? JA : EN;
}

export function causeText(lang: Language, cause: CauseId, reason: Reason, facts: CaseFacts): CauseText {
	const texts = textsOf(lang);
	const { refusedHere } = texts;
	const text = texts.causes[variantOf(cause, reason, facts) ?? cause];
	const explanation = facts.refusedHere ? `${text.explanation} ${refusedHere.explanation}` : text.explanation;
	return {
		title: fill(text.title, texts, facts),
		explanation: fill(explanation, texts, facts),
		steps: (facts.refusedHere ? refusedHere.steps : text.steps)
			.filter((step) => facts.link !== undefined || !step.includes("{link}"))
			.map((step) => fill(step, texts, facts)),
	};
}

/** Finer texts stand for a cause with another reason than its own. */
function variantOf(cause: CauseId, reason: Reason, facts: CaseFacts): TextVariant | undefined {
	if (cause === "unknown") return facts.said === undefined ? "unknown/silent" : undefined;
	return reason === CAUSES[cause].reason ? undefined : VARIANTS.get(cause)?.get(reason);
}

const VARIANTS = new Map<string, Map<string, TextVariant>>();
for (const key of Object.keys(EN.causes)) {
	const [cause, reason] = key.split("/");
	if (cause === undefined || reason === undefined) continue;
	VARIANTS.set(
		cause,
		(VARIANTS.get(cause) ?? new Map<string, TextVariant>()).set(reason, key as TextVariant),
	);
}

/** A text cut at its braces: every second piece is the name of a fact. */
interface Template {
	pieces: readonly string[];
	/** spaces set off Latin words in Japanese */
	japanese: boolean;
}

const TEMPLATES_MAX = 10_000;
const templates = new Map<string, Template>();

function templateOf(text: string): Template {
	const known = templates.get(text);
	if (known) return known;
	const template = { pieces: text.split(/\{(\w+)\}/), japanese: /[\u3041-\u9fff]/.test(text) };
	// the texts are a table of ours; should somebody fill others, they are not kept
	if (templates.size < TEMPLATES_MAX) templates.set(text, template);
	return template;
}

/** Facts are put in once, so that a brace in somebody's address is not filled in turn. */
export function fill(text: string, texts: Texts, facts: CaseFacts): string {
	const { pieces, japanese } = templateOf(text);
	if (pieces.length === 1) return text;
	let filled = pieces[0] as string;
	for (let at = 1; at < pieces.length; at += 2) {
		filled += factOf(pieces[at] as string, texts, facts) + (pieces[at + 1] as string);
	}
	return capitalised(tidySpaces(filled, japanese));
}

function factOf(name: string, texts: Texts, facts: CaseFacts): string {
	switch (name) {
		case "ip":
			return facts.ip === undefined ? "" : texts.ip.replace("{ip}", () => facts.ip ?? "");
		case "list":
			return facts.list === undefined
				? texts.missing.list
				: texts.list.replace("{name}", () => facts.list ?? "");
		case "destination":
		case "host":
		case "recipient":
		case "sender":
			return facts[name] ?? texts.missing[name];
		case "our":
		case "Our":
			return facts.refusedHere ? texts.theirs[name] : texts.ours[name];
		case "link":
		case "said":
		case "other":
			return facts[name] ?? "";
		default:
			return "";
	}
}

/** Where a Japanese word stands in for a missing fact there are no spaces around it. */
function tidySpaces(text: string, japanese: boolean): string {
	const single = text.includes("  ") ? text.replace(/ {2,}/g, " ") : text;
	return (japanese ? single.replace(/(?<=[\u3041-\u9fff]) (?=[\u3041-\u9fff])/g, "") : single).trim();
}

function capitalised(text: string): string {
	return text.startsWith("the ") ? `T${text.slice(1)}` : text;
}
