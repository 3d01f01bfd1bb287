/**
 * A journey for people: a headline, then per recipient the way as a line of stations, the outcome, why it is so, whose
 * move it is, what to do, and the lines that prove it. All text from logs is made harmless first.
 */
import type { Language } from "@mailtrail/core/diagnose";
import type { SmtpReply } from "@mailtrail/core/event";
import type { Journey, JourneyAttempt, JourneyRecipient, Outcome, Stop } from "@mailtrail/core/trace";
import { diagnosisLines as explained } from "./diagnosis.ts";
import { harmless, type Pen } from "./pen.ts";
import { duration, localTime } from "./time.ts";
import { columns } from "./wrap.ts";

export interface Style {
	pen: Pen;
	/** raw lines by reference */
	lines: ReadonlyMap<string, string>;
	zone: string;
	lang: Language;
	/** of the terminal; undefined where none looks */
	width?: number | undefined;
}

/** How far in the words about a recipient stand. */
const INDENT = 4;

/** The worst first: the headline's word is that of the recipient who needs most attention. */
const SHAPES: Record<Outcome, { shape: string; colour: "good" | "bad" | "waiting" }> = {
	failed: { shape: "✕", colour: "bad" },
	delayed: { shape: "▲", colour: "waiting" },
	unknown: { shape: "?", colour: "waiting" },
	quarantined: { shape: "▣", colour: "bad" },
	discarded: { shape: "⊘", colour: "bad" },
	relayed: { shape: "→", colour: "good" },
	expanded: { shape: "⋔", colour: "good" },
	delivered: { shape: "●", colour: "good" },
};

export function printJourney(journey: Journey, style: Style): string {
	const out = [headline(journey, style)];
	out.push(...facts(journey, style));
	let way = "";
	for (const recipient of journey.recipients) {
		const path = stations(recipient.path, style);
		out.push(outcomeLine(recipient, style));
		if (path.join() !== way) out.push(...path);
		way = path.join();
		out.push(...attemptLines(recipient, style), ...diagnosisLines(recipient, style));
	}
	// one notice may report on several recipients
	for (const [id, child] of new Map(
		journey.bounces.map((bounce) => [bounce.journeyId, bounce.childQueueId]),
	)) {
		out.push(`  bounce ${harmless(child)} ${style.pen.dim(`journey ${harmless(id)}`)}`);
	}
	if (journey.parent)
		out.push(`  reports on journey ${harmless(journey.parent.journeyId)} (${journey.parent.why})`);
	for (const notice of journey.notices) out.push(style.pen.waiting(`  note: ${harmless(notice.text)}`));
	out.push("");
	return out.join("\n");
}

function headline(journey: Journey, style: Style): string {
	const sender = journey.sender === undefined ? "unknown sender" : journey.sender || "<> (a bounce)";
	const [first, ...others] = journey.recipients;
	const to = first
		? `${first.original}${others.length > 0 ? ` and ${others.length} more` : ""}`
		: "no recipient known";
	const worst = (Object.keys(SHAPES) as Outcome[]).find((outcome) =>
		journey.recipients.some((recipient) => recipient.outcome === outcome),
	);
	const when = journey.submittedAt === undefined ? "" : `  ${localTime(journey.submittedAt, style.zone)}`;
	return `${mark(worst ?? "unknown", style)}  ${style.pen.bold(harmless(`${sender} → ${to}`))}${style.pen.dim(when)}`;
}

function mark(outcome: Outcome, style: Style): string {
	const { shape, colour } = SHAPES[outcome];
	return style.pen[colour](`${shape} ${outcome}`);
}

function facts(journey: Journey, style: Style): string[] {
	const { client, sasl, size, subject, messageIds } = journey;
	const from = client && [client.name, client.ip && `[${client.ip}]`].filter(Boolean).join(" ");
	const words = [
		subject === undefined ? "" : `“${subject}”`,
		messageIds.map((id) => `<${id.replace(/^<|>$/g, "")}>`).join(" "),
		size === undefined ? "" : `${size} bytes`,
		from ? `from ${from}` : "",
		sasl?.username ? `as ${sasl.username}` : "",
	].filter((word) => word !== "");
	return words.length > 0 ? [style.pen.dim(`  ${harmless(words.join(" · "))}`)] : [];
}

/** `○ sub postfix 4jXHYY (0.4 s) ── ○ relay1 postfix …`; where the terminal ends, it goes on below with the next stop. */
function stations(path: Stop[], style: Style): string[] {
	const width = style.width === undefined ? Number.POSITIVE_INFINITY : style.width - INDENT;
	const lines: string[] = [];
	let room = 0;
	for (const stop of path) {
		const name = harmless([stop.host, stop.mta, stop.queueId ?? "(refused before a queue)"].join(" "));
		const stood = stoodAt(stop);
		const stay = stood === undefined ? "" : ` (${duration(stood)})`;
		const link = stop.link?.confidence === "likely" ? " ┄┄ " : " ── ";
		const isFirst = lines.length === 0;
		const before = isFirst ? "" : link;
		const taken = columns(`${before}○ ${name}${stay}`);
		if (taken > room) {
			lines.push(isFirst ? "" : " ");
			room = width;
		}
		lines[lines.length - 1] += `${before}○ ${name}${style.pen.dim(stay)}`;
		room -= taken;
	}
	return lines.map((line) => " ".repeat(INDENT) + line);
}

function stoodAt(stop: Stop): number | undefined {
	if (stop.receivedAt === undefined || stop.leftAt === undefined) return undefined;
	const seconds = (Date.parse(stop.leftAt) - Date.parse(stop.receivedAt)) / 1000;
	return seconds >= 0 ? seconds : undefined;
}

function outcomeLine(recipient: JourneyRecipient, style: Style): string {
	const { original, recipient: end, mailbox, at } = recipient;
	const names = original === end ? end : `${original} → ${end}`;
	const where = mailbox === undefined ? "" : ` in ${mailbox}`;
	const when = at === undefined ? "" : style.pen.dim(` at ${localTime(at, style.zone)}`);
	return `  ${mark(recipient.outcome, style)}${harmless(where)}  ${harmless(names)}${when}`;
}

function nextTryLines({ nextTry }: JourneyRecipient, { zone }: Style): string[] {
	if (!nextTry) return [];
	const next = nextTry.at === undefined ? "" : `next try about ${localTime(nextTry.at, zone)}, `;
	return [
		`    ${next}given up and returned after ${localTime(nextTry.givenUpAt, zone)} (by the MTA's defaults)`,
	];
}

/** What was said last; a single try that succeeded needs no words. */
function attemptLines(recipient: JourneyRecipient, style: Style): string[] {
	if (recipient.outcome === "delivered") return [];
	const last = recipient.attempts.at(-1);
	if (!last) return recipient.reply ? [`    ${harmless(replyText(recipient.reply))}`] : [];
	const tries = recipient.attempts.filter(
		(attempt) => attempt.queueId === last.queueId && attempt.host === last.host,
	);
	const count =
		tries.length > 1 ? `${tries.length} tries, the last at ${localTime(last.at, style.zone)}: ` : "";
	return [`    ${harmless(count + said(last))}`, ...nextTryLines(recipient, style)];
}

function said({ relay, reply, reason, status }: JourneyAttempt): string {
	const who = relay?.name ?? relay?.ip ?? relay?.path;
	const words = (reply && replyText(reply)) || reason || status;
	return [who, words].filter(Boolean).join(": ");
}

function replyText({ code, enhanced, text }: SmtpReply): string {
	return [code, enhanced, text].filter((part) => part !== undefined).join(" ");
}

function diagnosisLines(recipient: JourneyRecipient, style: Style): string[] {
	const { diagnosis } = recipient;
	// in the inbox there is nothing to explain; in Junk there is
	if (!diagnosis || diagnosis.cause === "delivered-to-mailbox") return [];
	const width = style.width === undefined ? undefined : style.width - INDENT;
	const out = explained(diagnosis, style.pen, style.lang, width).map((line) => " ".repeat(INDENT) + line);
	for (const ref of diagnosis.evidence) {
		out.push(style.pen.dim(`    ${harmless(ref)}  ${harmless(style.lines.get(ref) ?? "")}`.trimEnd()));
	}
	return out;
}
