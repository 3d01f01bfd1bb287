/** One reply, reason or `stat=` text → a diagnosis in the reader's language. Pure; a hostile text is a text. */
import { CAUSES, type CauseId } from "./cause.ts";
import { classify, type Verdict } from "./classify.ts";
import type { Diagnosis, Language } from "./diagnosis.ts";
import { addressIn, linksIn, lookupPage } from "./links.ts";
import type { ReadReply, ReplyInput } from "./read-reply.ts";
import { type CaseFacts, causeText, textsOf } from "./texts/fill.ts";

export type { ReplyInput } from "./read-reply.ts";

export function diagnoseReply(input: ReplyInput, lang: Language): Diagnosis {
	const { verdict, reply } = classify(input);
	return writeDiagnosis(verdict, reply, factsOf(input, reply), lang);
}

/** The cause alone, for counting: no texts are written. */
export function causeOf(input: ReplyInput): CauseId {
	return classify(input).verdict.cause;
}

/** The facts of a case that its reply and its delivery name. */
export function factsOf(input: ReplyInput, reply: ReadReply): CaseFacts {
	const facts: CaseFacts = {};
	const { hostName, hostIp } = reply;
	if (hostName !== undefined) facts.host = hostIp === undefined ? hostName : `${hostName} [${hostIp}]`;
	else if (hostIp !== undefined) facts.host = hostIp;
	const domain = input.recipient?.slice(input.recipient.lastIndexOf("@") + 1);
	const destination = input.recipient?.includes("@") ? domain : hostName;
	if (destination) facts.destination = destination;
	if (input.recipient !== undefined) facts.recipient = input.recipient;
	const ip = addressIn(reply.text, hostIp);
	if (ip !== undefined) facts.ip = ip;
	const links = linksIn(reply.text);
	const page = links.length === 0 ? lookupPage(reply.words, ip) : undefined;
	if (page !== undefined) links.push(page);
	if (links.length > 0) {
		facts.links = links;
		facts.link = links[0] as string;
	}
	if (reply.text !== "") facts.said = reply.text.slice(0, 300);
	return facts;
}

/** Puts a verdict and the facts of its case into words. */
export function writeDiagnosis(
	verdict: Verdict,
	reply: ReadReply,
	facts: CaseFacts,
	lang: Language,
): Diagnosis {
	const { cause, reason, permanent, retryHelps, confidence, rule } = verdict;
	const text = causeText(lang, cause, reason, facts);
	return {
		cause,
		reason,
		permanent,
		retryHelps,
		actor: facts.refusedHere && CAUSES[cause].actor.startsWith("our-") ? "sender" : CAUSES[cause].actor,
		title: text.title,
		explanation: text.explanation,
		steps: [...text.steps],
		links: (facts.links ?? []).map((href) => ({ href, text: nameOf(href, cause, lang) })),
		evidence: [],
		confidence,
		rule,
		...(reply.code === undefined ? {} : { replyCode: reply.code }),
		...(reply.status === undefined ? {} : { status: reply.status }),
	};
}

function nameOf(href: string, cause: CauseId, lang: Language): string {
	const { links } = textsOf(lang);
	return cause === "dnsbl-listed" || href.includes("dnsbl") ? links.dnsbl : links.other;
}
