/**
 * Sendmail, Exim and OpenSMTPD → figures, in the same words: received is a message taken in (sendmail and exim say so in one
 * line with its sender and size, OpenSMTPD in `smtp message` and `smtp envelope`), delivered, deferred and bounced are
 * recipients. Bounces that a server makes itself are not received, as with Postfix. None of the three logs a forward as
 * an event of its own: who it was sent on to is delivered.
 */
import type { DeliveryEvent, MailEvent, ReceivedEvent, RejectEvent } from "../event/index.ts";
import { clientDomain } from "./domain.ts";
import { LOCAL, type RefusalFigure, type Tally } from "./tally.ts";
import { bounceReason, composed, deferralReason, problemText, relayName, trimmed } from "./words.ts";

export function countMta(tally: Tally, event: MailEvent, verbose: boolean): void {
	tally.begin(event.at ?? "", event.repeated ?? 1, undefined);
	switch (event.kind) {
		case "received":
			countReceived(tally, event);
			break;
		case "queued":
			countEnvelope(tally, event);
			break;
		case "delivery":
			for (const recipient of event.recipients) countRecipient(tally, event, recipient, verbose);
			break;
		case "reject":
			countReject(tally, event, verbose);
			break;
		case "held":
			// exim: *** Frozen
			if (event.mta === "exim") tally.refused("held", "queue", event.reason ?? "frozen", "");
			break;
		case "expired":
			tally.expired();
			break;
		case "removed":
			if (event.queueId !== undefined) tally.open.close(event.queueId);
			break;
		case "problem":
			tally.problem(
				event.severity,
				event.daemon ?? event.mta ?? "",
				problemText(event, event.severity, verbose) ?? (verbose ? event.text : trimmed(event.text, 66)),
			);
			break;
		default:
			break;
	}
}

// sendmail: from=<alice@corp.example>, size=1136, …, relay=web01.corp.example [192.0.2.1]
// exim: <= alice@corp.example H=… S=1695 ; OpenSMTPD: smtp message msgid=b90125ce size=1873 nrcpt=1 proto=ESMTP
function countReceived(tally: Tally, event: ReceivedEvent): void {
	const { queueId, mta } = event;
	// exim's own bounces (R=), and what sendmail splits off a message for a list's owner
	if (event.parentQueueId !== undefined || (mta === "sendmail" && event.origin?.queueId !== undefined)) {
		if (queueId !== undefined) tally.open.of(queueId).size = event.size ?? 0;
		return;
	}
	const message = tally.received(queueId, event.client ? clientDomain(event.client) : LOCAL);
	if (!message) return;
	if (mta === "opensmtpd" && event.sender === undefined) message.size = event.size ?? 0;
	else tally.sent(message, event.sender ?? "", event.size ?? 0);
}

// OpenSMTPD: smtp envelope evpid=b90125cedcf4a4f9 from=<carol@corp.example> to=<u5@c.example>, one for each recipient
function countEnvelope(tally: Tally, event: MailEvent & { kind: "queued" }): void {
	if (event.queueId === undefined || event.sender === undefined) return;
	const message = tally.open.of(event.queueId);
	tally.sent(message, event.sender, message.size ?? 0);
}

function countRecipient(tally: Tally, event: DeliveryEvent, recipient: string, verbose: boolean): void {
	const message = event.queueId === undefined ? undefined : tally.open.of(event.queueId);
	// exim names a local user, and the address he was reached by behind it
	const address = recipient.includes("@") ? recipient : (event.originalRecipient ?? recipient);
	const words = () => composed(event.reply, event.reason);
	switch (event.action) {
		case "delivered":
		case "relayed":
			tally.delivered(message, address, event.delay);
			break;
		case "discarded":
			// a discarding mailer or `:blackhole:`
			tally.refused("discarded", "delivery", event.transport ?? ":blackhole:", address);
			break;
		case "delayed":
			// sendmail's stat=queued: not tried yet
			if (event.status === "queued") break;
			tally.deferred(message, address, event.delay);
			tally.deferralReason(event.transport ?? event.daemon ?? "smtp", deferralReason(words(), verbose));
			break;
		case "expanded":
			// sendmail's `alias fan => a@x`: its members are delivered to in lines of their own
			break;
		case "failed":
			if (event.status === "expired") tally.expired();
			tally.bounced(relayName(event.relay, event.transport), bounceReason(words(), verbose));
			break;
		default:
			break;
	}
}

const FIGURES: Readonly<Record<string, RefusalFigure>> = {
	reject: "rejected",
	tempfail: "rejected",
	discard: "discarded",
	quarantine: "held",
};

function countReject(tally: Tally, event: RejectEvent, verbose: boolean): void {
	const figure = Object.hasOwn(FIGURES, event.verb) ? FIGURES[event.verb] : undefined;
	if (!figure || isRejectlogCopy(tally, event)) return;
	const reason = verbose
		? composed(event.reply, event.reason)
		: kindOf(event.reply?.text ?? event.reason ?? "");
	const who = event.recipient ?? event.sender ?? clientDomain(event.client);
	tally.refused(figure, event.stage ?? "", reason, who);
}

/** `<u@x.example>... Relaying denied`, `Mailing list expansion problem: <u@x.example>` without the address. */
function kindOf(text: string): string {
	const words = text.startsWith("<") ? text.replace(/^<[^>]{0,320}>(?:\.\.\.|:)? ?/, "") : text;
	const address = words.indexOf(": <");
	return trimmed(address > 0 ? words.slice(0, address) : words, 66);
}

const MOST_PROCESSES = 500;

/**
 * Exim writes a refusal to its main log and to its reject log. Where both are syslog (syslog_duplication, which is on by default)
 * it is there twice, from one process, with nothing of that process between.
 */
function isRejectlogCopy({ lastRefusals }: Tally, { mta, host, pid, program, raw }: RejectEvent): boolean {
	if (mta !== "exim" || host === undefined || pid === undefined) return false;
	const text = raw.slice(raw.indexOf(`${program}[`));
	if (lastRefusals.get(pid) === text) return lastRefusals.delete(pid);
	if (lastRefusals.size >= MOST_PROCESSES) lastRefusals.clear();
	lastRefusals.set(pid, text);
	return false;
}
