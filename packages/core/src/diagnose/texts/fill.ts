/** A cause's text with the facts of the case filled in. What a log said stays text: nothing here is markup. */
import type { CauseId, Reason } from "../cause.ts";
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
	link?: string;
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
	const silent = cause === "unknown" && facts.said === undefined;
	const variant = silent ? "unknown/silent" : `${cause}/${reason}`;
	const text = isVariant(texts, variant) ? texts.causes[variant] : texts.causes[cause];
	const explanation = facts.refusedHere ? `${text.explanation} ${refusedHere.explanation}` : text.explanation;
	return {
		title: fill(text.title, texts, facts),
		explanation: fill(explanation, texts, facts),
		steps: (facts.refusedHere ? refusedHere.steps : text.steps)
			.filter((step) => facts.link !== undefined || !step.includes("{link}"))
			.map((step) => fill(step, texts, facts)),
	};
}

function isVariant(texts: Texts, key: string): key is TextVariant {
	return Object.hasOwn(texts.causes, key);
}

/** One pass, so that a brace in somebody's address is not filled in turn. */
export function fill(text: string, texts: Texts, facts: CaseFacts): string {
	const filled = text.replace(/\{(\w+)\}/g, (_, name: string) => {
		switch (name) {
			case "ip":
				return facts.ip === undefined ? "" : texts.ip.replace("{ip}", () => facts.ip ?? "");
			case "destination":
			case "host":
			case "recipient":
			case "sender":
				return facts[name] ?? texts.missing[name];
			case "our":
			case "Our":
				return facts.refusedHere ? texts.theirs[name] : texts.ours[name];
			case "link":
				return facts.link ?? "";
			case "said":
				return facts.said ?? "";
			case "other":
				return facts.other ?? "";
			default:
				return "";
		}
	});
	return capitalised(tidySpaces(filled));
}

/** Spaces set off Latin words in Japanese; where a Japanese word stands in for a missing fact there is none. */
function tidySpaces(text: string): string {
	return text
		.replace(/ {2,}/g, " ")
		.replace(/(?<=[\u3041-\u9fff]) (?=[\u3041-\u9fff])/g, "")
		.trim();
}

function capitalised(text: string): string {
	return text.startsWith("the ") ? `T${text.slice(1)}` : text;
}
