/**
 * The words of a reason as the log has them, and what pflogsumm makes of them to group by. Events hold a remote's words
 * taken apart; grouping by pflogsumm's rules needs them as they stood, so they are cut out of the raw line, from a place
 * that the event proves; where that fails they are put together again from the event.
 */
import type { DeliveryEvent, MailEvent, Relay, SmtpReply } from "../event/index.ts";

/** reasons are cut to this before they are looked at: no line makes us slow */
const LONGEST = 2_000;

/** The message of a line: journald's JSON holds it as a string. */
function textOf(raw: string): string {
	if (raw.charCodeAt(0) !== 123) return raw;
	try {
		const entry: unknown = JSON.parse(raw);
		const message = entry && typeof entry === "object" && "MESSAGE" in entry ? entry.MESSAGE : undefined;
		return typeof message === "string" ? message : raw;
	} catch {
		return raw;
	}
}

/** What stands in the parentheses behind `status=…`. The recipient may imitate that, so it is looked for behind it. */
export function deliveryWords(event: DeliveryEvent): string {
	const text = textOf(event.raw);
	const recipient = `to=<${event.recipients[0] ?? ""}>`;
	const to = text.indexOf(recipient);
	if (event.mta !== "postfix" || to < 0) return composed(event.reply, event.reason);
	const original = event.originalRecipient === undefined ? "" : `, orig_to=<${event.originalRecipient}>`;
	const from = to + recipient.length;
	const behind = original !== "" && text.startsWith(original, from) ? from + original.length : from;
	const status = text.indexOf(", status=", behind);
	const open = status < 0 ? -1 : text.indexOf("(", status);
	if (open < 0) return composed(event.reply, event.reason);
	const close = text.lastIndexOf(")");
	return text.slice(open + 1, close > open ? close : undefined).slice(0, LONGEST);
}

/** A remote's words as Postfix would write them, or words that no remote said. */
export function composed(reply: SmtpReply | undefined, reason: string | undefined): string {
	if (!reply) return (reason ?? "").slice(0, LONGEST);
	const said = [reply.code, reply.enhanced, reply.text].filter((part) => part !== undefined && part !== "");
	const host = reply.host === undefined ? "" : `host ${relayName(reply.host)} said: `;
	return (host + said.join(" ")).slice(0, LONGEST);
}

/** `mx.example[192.0.2.1]:25`, `local`, `none` */
export function relayName(relay: Relay | undefined, transport?: string): string {
	if (!relay) return transport ?? "none";
	const inner = relay.path ?? relay.ip;
	const name = relay.name ?? "";
	return (
		(inner === undefined ? name : `${name}[${inner}]`) + (relay.port === undefined ? "" : `:${relay.port}`)
	);
}

/** pflogsumm's string_trimmer. */
export function trimmed(text: string, longest: number): string {
	return text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
}

/** pflogsumm's said_string_trimmer: leaves out who said it, then one `word: ` after the other, until the rest is short enough. */
function trimSaid(text: string, longest: number): string {
	let rest = text;
	while (rest.length > longest) {
		const said = rest.lastIndexOf(" said: ");
		const colon = rest.indexOf(":");
		if (said >= 0) rest = rest.slice(said + 7);
		else if (colon >= 0) rest = rest.slice(colon + 1).replace(/^ +/, "");
		else return trimmed(rest, longest);
	}
	return rest;
}

const withoutCode = (text: string) => text.replace(/^\d{3} /, "");

/** How pflogsumm groups deferrals. It reads them up to the first closing parenthesis. */
export function deferralReason(words: string, verbose: boolean): string {
	if (verbose) return words;
	const close = words.indexOf(")");
	const reason = withoutCode(trimSaid(close < 0 ? words : words.slice(0, close), 65));
	return reason.startsWith("connect to ") ? reason.slice(11) : reason;
}

/** How pflogsumm groups bounces. */
export function bounceReason(words: string, verbose: boolean): string {
	return verbose ? words : withoutCode(trimSaid(words, 66));
}

/** What stands behind `warning: ` and its like, where that is how a line begins. */
export function problemText(event: MailEvent, severity: string, verbose: boolean): string | undefined {
	const text = textOf(event.raw);
	const at = text.indexOf(`${severity}: `);
	if (at < 0) return undefined;
	const words = text.slice(at + severity.length + 2, at + LONGEST);
	return verbose ? words : trimmed(words, 66);
}

/** Where the words of a refusal stand: `reject: RCPT from client: WORDS; from=<…> …`. */
export function refusalWords(event: MailEvent & { kind: "reject" }): string {
	const text = textOf(event.raw);
	const head = text.indexOf(`${event.verb}: `);
	const from = head < 0 ? -1 : text.indexOf(" ", head + event.verb.length + 2);
	// a before-queue filter's refusal names no client
	const isFrom = event.mta === "postfix" && from >= 0 && text.startsWith(" from ", from);
	const colon = isFrom ? text.indexOf(": ", from + 6) : -1;
	if (colon < 0) return composed(event.reply, event.reason);
	return text.slice(colon + 2, colon + LONGEST);
}

/** What a header or body check found, and a milter's refusal in cleanup: as pflogsumm shows it. */
export function checkWords(event: MailEvent, mark: string, verbose: boolean): string {
	const text = textOf(event.raw);
	const at = text.indexOf(mark);
	if (at < 0) return "";
	const words = text.slice(at + mark.length, at + LONGEST);
	const trailer = words.indexOf("; from=<");
	if (trailer < 0) return verbose ? words : trimmed(words, 64);
	const from = words.lastIndexOf(" from ", trailer);
	const cut = from >= 0 && !words.slice(from + 6, trailer).includes(" ") ? from : trailer;
	return verbose ? words.slice(0, cut) : trimmed(words.slice(0, cut), 64);
}
