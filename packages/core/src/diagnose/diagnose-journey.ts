/**
 * A journey → the same journey with a diagnosis for every recipient, good ones too. Facts of the whole journey speak
 * first (where it ended, who handed it in, what else the same host reached), the remote's words after them.
 */
import type { Journey, JourneyAttempt, JourneyRecipient } from "../trace/index.ts";
import { CAUSES, type CauseId } from "./cause.ts";
import { classify, type Verdict } from "./classify.ts";
import { defaultSender } from "./default-sender.ts";
import { factsOf, writeDiagnosis } from "./diagnose-reply.ts";
import type { Diagnosis, Language } from "./diagnosis.ts";
import { describeWay, failsAlone, reachesOthers, type WayFacts } from "./fleet-facts.ts";
import { nextTryOf } from "./next-try.ts";
import type { ReadReply, ReplyInput } from "./read-reply.ts";
import { isLoopback, refusedHere } from "./refused-here.ts";
import { type CaseFacts, fill, textsOf } from "./texts/fill.ts";
import { fleetTexts } from "./texts/fleet.ts";
import { tellNotice } from "./texts/notices.ts";

/** What only somebody who sees more than this journey can know. */
export interface JourneyFacts {
	/** hosts whose log has stopped */
	silentHosts?: readonly string[];
	/** the fleet's figures for the ways on which this message failed */
	ways?: readonly WayFacts[];
}

export function diagnoseJourney(journey: Journey, lang: Language, facts: JourneyFacts = {}): Journey {
	const recipients = journey.recipients.map((recipient) => {
		const nextTry = nextTryOf(recipient);
		const diagnosis = diagnoseRecipient(journey, recipient, lang, facts);
		return { ...recipient, diagnosis, ...(nextTry && { nextTry }) };
	});
	const notices = journey.notices.map((notice) => tellNotice(notice, lang));
	return { ...journey, recipients, notices };
}

function diagnoseRecipient(
	journey: Journey,
	recipient: JourneyRecipient,
	lang: Language,
	known: JourneyFacts,
): Diagnosis {
	switch (recipient.outcome) {
		case "delivered":
			return state(
				isJunk(recipient.mailbox) ? "filed-as-junk" : "delivered-to-mailbox",
				journey,
				recipient,
				lang,
			);
		case "relayed":
			return state("accepted-by-next-host", journey, recipient, lang);
		case "expanded":
			return state("passed-on", journey, recipient, lang);
		case "discarded":
			return discarded(journey, recipient, lang);
		case "quarantined":
			return state("quarantined", journey, recipient, lang);
		case "unknown":
			return state(whyUnknown(recipient, known), journey, recipient, lang);
		case "delayed":
		case "failed":
			return diagnoseFailure(journey, recipient, lang, known);
		default:
			return recipient.outcome satisfies never;
	}
}

/** Junk folders as Dovecot, Exchange and Japanese mail programs name them (迷惑メール in modified UTF-7). */
const JUNK = /(?:^|[./\\])(?:junk|junk e-?mail|spam|bulk|bulk mail|quarantine|迷惑メール|&j,dg0TDhMPww6w-)$/i;

function isJunk(mailbox: string | undefined): boolean {
	return mailbox !== undefined && JUNK.test(mailbox);
}

function whyUnknown(recipient: JourneyRecipient, known: JourneyFacts): CauseId {
	const host = recipient.path.at(-1)?.host;
	if (host === undefined) return "host-not-watched";
	return known.silentHosts?.includes(host) ? "log-silent" : "no-outcome-logged";
}

/** A filter discards in a try or before any; who was to be tried again and is gone was deleted by a command. */
function discarded(journey: Journey, recipient: JourneyRecipient, lang: Language): Diagnosis {
	if (recipient.attempts.at(-1)?.action !== "delayed")
		return state("discarded-by-filter", journey, recipient, lang);
	const diagnosis = state("deleted-from-queue", journey, recipient, lang);
	addLine(diagnosis, recipient.path.at(-1)?.lines.at(-1));
	return diagnosis;
}

/** A cause that the outcome alone proves. */
function state(cause: CauseId, journey: Journey, recipient: JourneyRecipient, lang: Language): Diagnosis {
	const { reason, permanent, retryHelps } = CAUSES[cause];
	const last = recipient.attempts.at(-1);
	const input = inputOf(last, recipient);
	const { reply } = classify(input);
	const facts = withSender(factsOf(input, reply), journey);
	if (facts.host === undefined) {
		const host = recipient.path.at(-1)?.host;
		if (host !== undefined) facts.host = host;
	}
	const verdict: Verdict = {
		cause,
		reason,
		permanent,
		retryHelps,
		confidence: "proven",
		rule: `outcome-${recipient.outcome}`,
	};
	return { ...writeDiagnosis(verdict, reply, facts, lang), evidence: evidenceOf(last, recipient) };
}

function diagnoseFailure(
	journey: Journey,
	recipient: JourneyRecipient,
	lang: Language,
	known: JourneyFacts,
): Diagnosis {
	const deciding = decidingAttempt(recipient);
	const input = inputOf(deciding, recipient);
	const { verdict: byWords, reply } = classify(input);
	const facts = withSender(factsOf(input, reply), journey);
	const here = refusedHere(deciding, recipient, byWords.cause);
	if (here !== undefined) {
		facts.refusedHere = here;
		const host = deciding?.host ?? recipient.path.at(-1)?.host;
		if (host !== undefined) facts.host = host;
		// nobody at the destination has seen it
		if (host !== undefined && here === "by-a-filter") facts.destination = host;
	}
	if (recipient.attempts.length === 0 && recipient.reply === undefined) {
		return state("no-outcome-logged", journey, recipient, lang);
	}
	const way = wayOf(deciding, recipient, known);
	const verdict = defaultSender(journey, byWords) ?? failingAlone(byWords, way) ?? byWords;
	const diagnosis = writeDiagnosis(verdict, reply, facts, lang);
	const figures = way ? describeWay(way, byWords.cause, lang) : [];
	if (figures.length > 0) diagnosis.facts = figures;
	diagnosis.evidence = evidenceOf(deciding, recipient);
	addLine(diagnosis, deciding?.replyLine);
	if (verdict.cause === "default-envelope-sender") addLine(diagnosis, recipient.path[0]?.lines[0]);
	addNotes(diagnosis, journey, recipient, deciding, reply, way, lang);
	return isGivenUp(recipient) ? givenUp(diagnosis, recipient, facts, lang) : diagnosis;
}

/** The last try that says why: giving up at the end of the queue's time is no reason of its own. */
function decidingAttempt(recipient: JourneyRecipient): JourneyAttempt | undefined {
	const telling = recipient.attempts.filter(
		(attempt) => attempt.reply !== undefined || attempt.reason !== undefined,
	);
	return (
		telling.findLast((attempt) => attempt.status !== "expired") ?? telling.at(-1) ?? recipient.attempts.at(-1)
	);
}

function isGivenUp(recipient: JourneyRecipient): boolean {
	return recipient.attempts.at(-1)?.status === "expired";
}

function inputOf(attempt: JourneyAttempt | undefined, recipient: JourneyRecipient): ReplyInput {
	const reply = attempt?.reply ?? (attempt?.reason === undefined ? recipient.reply : undefined);
	return {
		recipient: recipient.recipient,
		...(reply === undefined ? {} : { reply }),
		...(attempt?.reason === undefined ? {} : { reason: attempt.reason }),
		...(attempt?.dsn === undefined ? {} : { dsn: attempt.dsn }),
		...(attempt?.status === undefined ? {} : { status: attempt.status }),
		...(attempt?.relay === undefined ? {} : { relay: attempt.relay }),
	};
}

function withSender(facts: CaseFacts, journey: Journey): CaseFacts {
	return journey.sender ? { ...facts, sender: journey.sender } : facts;
}

/** The fleet's figures for the way on which this try failed. */
function wayOf(
	deciding: JourneyAttempt | undefined,
	recipient: JourneyRecipient,
	known: JourneyFacts,
): WayFacts | undefined {
	const destination = domainOf(recipient.recipient);
	return known.ways?.find((way) => way.host === deciding?.host && way.destination === destination);
}

function domainOf(address: string): string {
	return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}

/** The words say little, and the figures that it is this destination alone. */
function failingAlone(verdict: Verdict, way: WayFacts | undefined): Verdict | undefined {
	const vague = verdict.cause === "reason-hidden-in-bounce" || verdict.cause === "unknown";
	if (!vague || way === undefined || !failsAlone(way)) return undefined;
	const { reason, retryHelps } = CAUSES["only-this-destination-fails"];
	return {
		...verdict,
		cause: "only-this-destination-fails",
		reason,
		retryHelps,
		confidence: "likely",
		rule: "only-this-destination-fails",
	};
}

function addNotes(
	diagnosis: Diagnosis,
	journey: Journey,
	recipient: JourneyRecipient,
	deciding: JourneyAttempt | undefined,
	reply: ReadReply,
	way: WayFacts | undefined,
	lang: Language,
): void {
	const texts = textsOf(lang);
	if (diagnosis.cause === "connect-timeout" && deciding) {
		const other = otherReached(journey, deciding);
		addLine(diagnosis, other?.line);
		const byFigures = other || !way ? undefined : whichOfThree(way, lang);
		const note = other ? texts.notes.outboundWorks : texts.notes.outboundUnknown;
		const words = byFigures?.words ?? fill(note, texts, other ? { other: other.name } : {});
		diagnosis.explanation += `${gap(lang)}${words}`;
		if (byFigures) {
			// of the three steps (try, our way out, ask there) the figures leave one
			diagnosis.steps = diagnosis.steps.slice(byFigures.isOurs ? 1 : 2, byFigures.isOurs ? 2 : 3);
			diagnosis.actor = byFigures.isOurs ? "our-provider" : "destination";
		}
	}
	if (recipient.outcome === "delayed" && reply.code !== undefined && reply.code >= 500) {
		diagnosis.explanation += `${gap(lang)}${texts.notes.retriedInVain}`;
	}
}

/** Between two sentences; Japanese has none. */
function gap(lang: Language): string {
	return lang === "ja" ? "" : " ";
}

/** Down, closed to us, or our own way out: which of them the figures of other hosts and destinations leave. */
function whichOfThree(way: WayFacts, lang: Language): { words: string; isOurs: boolean } | undefined {
	const texts = fleetTexts(lang);
	const { host, destination } = way;
	const answered = way.toDestination.filter((count) => count.host !== host && count.result === "accepted");
	const others = [...new Set(answered.map((count) => count.host))].join(texts.comma);
	if (others !== "") return { words: texts.blocksThisHost({ host, destination, others }), isOurs: false };
	const reaches = reachesOthers(way);
	if (reaches === undefined) return undefined;
	return { words: reaches ? texts.outboundWorks(host) : texts.outboundClosed(host), isOurs: !reaches };
}

/** Another remote host that the same host of ours reached on the way of this message. */
function otherReached(journey: Journey, failed: JourneyAttempt): { name: string; line?: string } | undefined {
	for (const attempt of journey.recipients.flatMap((each) => each.attempts)) {
		const { relay, line } = attempt;
		if (
			attempt.host !== failed.host ||
			relay?.ip === undefined ||
			relay.port !== 25 ||
			attempt.reply?.code === undefined
		)
			continue;
		if (relay.ip === failed.relay?.ip || isLoopback(relay.ip)) continue;
		return { name: relay.name ?? relay.ip, ...(line === undefined ? {} : { line }) };
	}
	return undefined;
}

/** Given up: the cause is the queue's time; what stood in the way until then is told after it. */
function givenUp(under: Diagnosis, recipient: JourneyRecipient, facts: CaseFacts, lang: Language): Diagnosis {
	const texts = textsOf(lang);
	const { reason, retryHelps, actor } = CAUSES["expired-in-queue"];
	const { title } = texts.causes["expired-in-queue"];
	const last = recipient.attempts.at(-1);
	const diagnosis: Diagnosis = {
		...under,
		cause: "expired-in-queue",
		reason,
		permanent: true,
		retryHelps,
		actor,
		title: fill(title, texts, facts),
		explanation: `${texts.notes.giveUp} ${under.title}${lang === "ja" ? "。" : ". "}${under.explanation}`,
		steps: [...under.steps, ...texts.causes["expired-in-queue"].steps.slice(1)],
		rule: `expired-after-${under.rule}`,
	};
	addLine(diagnosis, last?.line);
	return diagnosis;
}

function evidenceOf(attempt: JourneyAttempt | undefined, recipient: JourneyRecipient): string[] {
	const line = attempt?.line ?? recipient.path.at(-1)?.lines.at(-1);
	return line === undefined ? [] : [line];
}

function addLine(diagnosis: Diagnosis, line: string | undefined): void {
	if (line !== undefined && !diagnosis.evidence.includes(line)) diagnosis.evidence.push(line);
}
