/** One reply, reason or `stat=` text → a diagnosis in the reader's language. Pure; a hostile text is a text. */
import { CAUSES, type CauseId } from "./cause.ts";
import { classify, type Verdict } from "./classify.ts";
import type { Diagnosis, Language } from "./diagnosis.ts";
import { addressIn, linksIn } from "./links.ts";
import type { BlockList } from "./block-lists.ts";
import { movedTo, providerOf } from "./provider-pages.ts";
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
	const { list } = reply;
	if (list) {
		facts.list = list.name;
		// they may have named a page themselves
		if (links.length === 0) links.push(list.page(ip));
	}
	if (links.length > 0) {
		facts.links = links;
		facts.link = links[0] as string;
	}
	const moved = facts.link === undefined ? undefined : movedTo(facts.link);
	if (moved) facts.link = moved.page;
	const provider = moved ?? providerOf(hostName) ?? providerOf(domain);
	if (provider) facts.provider = provider;
	if (reply.text !== "") facts.said = reply.text.slice(0, 300);
	return facts;
}

/** Who is listed needs the list's page, whatever page of their own they name. */
function withListPage(facts: CaseFacts, list: BlockList | undefined): CaseFacts {
	const named = facts.links ?? [];
	if (!list || named.some((href) => isOfList(href, list))) return facts;
	const link = list.page(facts.ip);
	return { ...facts, link, links: [link, ...named] };
}

function isOfList(href: string, { words, page }: BlockList): boolean {
	const low = href.toLowerCase();
	return low === page(undefined) || words.some((word) => low.includes(word));
}

/** Puts a verdict and the facts of its case into words. */
export function writeDiagnosis(
	verdict: Verdict,
	reply: ReadReply,
	given: CaseFacts,
	lang: Language,
): Diagnosis {
	const { cause, reason, permanent, retryHelps, confidence, rule } = verdict;
	const facts = cause === "dnsbl-listed" ? withListPage(given, reply.list) : given;
	const checks = cause === "sender-policy" ? checksIn(reply.text) : undefined;
	const text = causeText(lang, cause, reason, checks === undefined ? facts : { ...facts, checks });
	const diagnosis: Diagnosis = {
		cause,
		reason,
		permanent,
		retryHelps,
		actor: facts.refusedHere && CAUSES[cause].actor.startsWith("our-") ? "sender" : CAUSES[cause].actor,
		title: text.title,
		explanation: text.explanation,
		steps: text.steps,
		links: linksOf(cause, facts, reply.list, lang),
		evidence: [],
		confidence,
		rule,
	};
	if (reply.code !== undefined) diagnosis.replyCode = reply.code;
	if (reply.status !== undefined) diagnosis.status = reply.status;
	return diagnosis;
}

/** `SPF, DMARC`: the checks of the sender's domain that the words name; undefined for words that name none. */
function checksIn(text: string): string | undefined {
	const words = text.toUpperCase();
	const named = ["SPF", "DKIM", "DMARC"].filter((check) => words.includes(check));
	if (!named.includes("SPF") && words.includes("SENDER POLICY FRAMEWORK")) named.unshift("SPF");
	return named.length === 0 ? undefined : named.join(", ");
}

/** Pages that the answer names, then the destination's own page for senders where it refused. */
function linksOf(
	cause: CauseId,
	facts: CaseFacts,
	list: BlockList | undefined,
	lang: Language,
): Diagnosis["links"] {
	const { links } = textsOf(lang);
	const isLookup = (href: string): boolean =>
		href.includes("dnsbl") || (cause === "dnsbl-listed" && (!list || isOfList(href, list)));
	const named = (facts.links ?? []).map((href) => ({
		href,
		text: isLookup(href) ? links.dnsbl : links.other,
	}));
	const { provider } = facts;
	if (!provider || CAUSES[cause].reason === "delivered" || facts.links?.includes(provider.page)) return named;
	const page = { href: provider.page, text: links.provider.replace("{name}", provider.name) };
	return facts.link === provider.page ? [page, ...named] : [...named, page];
}
