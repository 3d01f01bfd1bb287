/** A cause's text with the facts of the case filled in. What a log said stays text: nothing here is markup. */
import { CAUSES, type CauseId, type Reason } from "../cause.ts";
import type { Actor, Language } from "../diagnosis.ts";
import type { CauseText, RefusedHere, Texts, TextVariant } from "./cause-text.ts";
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
	/** which checks of the sender's domain the words name */
	checks?: string;
	/** the words, as they were said */
	said?: string;
	other?: string;
	/** our own host said no to a client, or our own filter to a message in our queue */
	refusedHere?: "to-a-client" | "by-a-filter";
}

/** Ready to be shown; the steps are the caller's. */
interface FilledText {
	title: string;
	explanation: string;
	steps: string[];
}

export function textsOf(lang: Language): Texts {
	return lang === "ja" ? JA : EN;
}

export function causeText(lang: Language, cause: CauseId, reason: Reason, facts: CaseFacts): FilledText {
	const texts = textsOf(lang);
	const text = texts.causes[variantOf(cause, reason, facts) ?? cause];
	const here = facts.refusedHere && texts.refusedHere[facts.refusedHere];
	const { title, explanation, steps } = here ? withHere(text, here, CAUSES[cause].actor) : templatesOf(text);
	return {
		title: fillTemplate(title, texts, facts),
		explanation: fillTemplate(explanation, texts, facts),
		steps: fillSteps(steps, texts, facts),
	};
}

/** A step about a link is for replies that have one. */
function fillSteps(steps: readonly Template[], texts: Texts, facts: CaseFacts): string[] {
	const filled: string[] = [];
	for (const step of steps)
		if (facts.link !== undefined || !step.wantsLink) filled.push(fillTemplate(step, texts, facts));
	return filled;
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
	text: string;
	pieces: readonly string[];
	/** spaces set off Latin words in Japanese */
	japanese: boolean;
	wantsLink: boolean;
}

const TEMPLATES_MAX = 10_000;
const JAPANESE = /[\u3041-\u9fff]/;
const templates = new Map<string, Template>();

function templateOf(text: string): Template {
	const known = templates.get(text);
	if (known) return known;
	const pieces = text.split(/\{(\w+)\}/);
	const template = { text, pieces, japanese: JAPANESE.test(text), wantsLink: pieces.includes("link") };
	// the texts are a table of ours; should somebody fill others, they are not kept
	if (templates.size < TEMPLATES_MAX) templates.set(text, template);
	return template;
}

interface CauseTemplates {
	title: Template;
	explanation: Template;
	steps: readonly Template[];
}

/** Our own texts are cut once, when a case first needs them. */
const causeTemplates = new Map<CauseText, CauseTemplates>();

function templatesOf(text: CauseText): CauseTemplates {
	const known = causeTemplates.get(text);
	if (known) return known;
	const { title, explanation, steps } = text;
	const cut = {
		title: templateOf(title),
		explanation: templateOf(explanation),
		steps: steps.map(templateOf),
	};
	causeTemplates.set(text, cut);
	return cut;
}

function withHere({ title, explanation }: CauseText, here: RefusedHere, actor: Actor): CauseTemplates {
	const steps = actor === "nobody" ? here.waits : actor === "recipient" ? here.toRecipient : here.steps;
	const gap = JAPANESE.test(explanation) ? "" : " ";
	return {
		title: templateOf(title),
		explanation: templateOf(`${explanation}${gap}${here.explanation}`),
		steps: steps.map(templateOf),
	};
}

export function fill(text: string, texts: Texts, facts: CaseFacts): string {
	return fillTemplate(templateOf(text), texts, facts);
}

/** Facts are put in once, so that a brace in somebody's address is not filled in turn. */
function fillTemplate({ text, pieces, japanese }: Template, texts: Texts, facts: CaseFacts): string {
	if (pieces.length === 1) return text;
	let filled = pieces[0] as string;
	let untidy = false;
	for (let at = 1; at < pieces.length; at += 2) {
		let fact = factOf(pieces[at] as string, texts, facts);
		if (filled === "" && fact.startsWith("the ")) fact = `T${fact.slice(1)}`;
		untidy ||= fact === "" || (japanese && JAPANESE.test(fact));
		filled += fact + (pieces[at + 1] as string);
	}
	return untidy ? tidySpaces(filled, japanese) : filled;
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
		case "lookup":
			return facts.link === undefined ? "" : texts.lookup.replace("{link}", () => facts.link ?? "");
		case "checks":
			return facts.checks ?? texts.checks;
		case "link":
		case "said":
		case "other":
			return facts[name] ?? "";
		default:
			return "";
	}
}

/** Where nothing stands for a missing fact there is one space, where a Japanese word does there is none. */
function tidySpaces(text: string, japanese: boolean): string {
	const single = text.includes("  ") ? text.replace(/ {2,}/g, " ") : text;
	return (japanese ? single.replace(/(?<=[\u3041-\u9fff]) (?=[\u3041-\u9fff])/g, "") : single).trim();
}
