/**
 * Postfix's lines → figures, by pflogsumm 1.1.5's definitions. A message is received with smtpd's `client=` or pickup's `uid=`
 * line, its sender and size come with qmgr's first `from=` line, a recipient is delivered, deferred or bounced with the
 * `status=` of its line. What comes back from a content filter is received and delivered again, as pflogsumm has it.
 * Where pflogsumm passes a line over, or counts one that says something else, `passedOver` names the difference.
 */
import type { DeliveryEvent, HeaderEvent, MailEvent, ReceivedEvent, RejectEvent } from "../event/index.ts";
import { clientDomain } from "./domain.ts";
import { refusalReason } from "./refusal-reason.ts";
import { LOCAL, type RefusalFigure, type Tally } from "./tally.ts";
import {
	bounceReason,
	checkWords,
	deferralReason,
	deliveryWords,
	problemText,
	refusalWords,
	relayName,
} from "./words.ts";

export function countPostfix(tally: Tally, event: MailEvent, verbose: boolean): void {
	tally.begin(event.at ?? "", event.repeated ?? 1, passedOver(event));
	switch (event.kind) {
		case "received":
			countReceived(tally, event);
			break;
		case "queued":
			countQueued(tally, event);
			break;
		case "delivery":
			countDelivery(tally, event, verbose);
			break;
		case "reject":
			countReject(tally, event, verbose);
			break;
		case "header":
			countHeader(tally, event, verbose);
			break;
		case "problem":
		case "auth-failed": {
			// a failed login is logged as a warning
			const severity = event.kind === "problem" ? event.severity : "warning";
			const text = problemText(event, severity, verbose);
			if (text !== undefined) tally.problem(severity, serviceOf(event), text);
			break;
		}
		case "expired":
			if (event.queueId !== undefined && event.daemon !== "postsuper") tally.expired();
			break;
		case "removed":
			if (event.queueId !== undefined) tally.open.close(keyOf(event, event.queueId));
			break;
		default:
			break;
	}
}

/** Several instances may share a log: an id is one instance's. */
function keyOf({ instance }: MailEvent, queueId: string): string {
	if (instance === undefined || instance === "postfix" || instance.startsWith("postfix/")) return queueId;
	const slash = instance.indexOf("/");
	return `${slash < 0 ? instance : instance.slice(0, slash)} ${queueId}`;
}

// 4jX…: client=web01.example[192.0.2.1] · 4jX…: uid=33 from=<www-data>
function countReceived(tally: Tally, event: ReceivedEvent): void {
	if (event.queueId === undefined) {
		// NOQUEUE: client=…: a session before a filter, which took in nothing yet
		if (KNOWN_INSTANCES.has(event.instance ?? "postfix")) tally.notCounted("received", "noqueue-client");
		return;
	}
	const local = event.daemon === "pickup" || event.uid !== undefined;
	tally.received(keyOf(event, event.queueId), local ? LOCAL : clientDomain(event.client));
}

// 4jX…: from=<alice@corp.example>, size=1619, nrcpt=1 (queue active): again with every try
function countQueued(tally: Tally, event: MailEvent & { kind: "queued" }): void {
	const { queueId, size, sender } = event;
	if (queueId === undefined || size === undefined || sender === undefined) return;
	const message = tally.open.queued(keyOf(event, queueId));
	if (message.size === undefined) tally.sent(message, sender, size);
}

function countDelivery(tally: Tally, event: DeliveryEvent, verbose: boolean): void {
	const recipient = event.recipients[0];
	// without its status a line was cut
	if (recipient === undefined || event.status === undefined) return;
	const message = event.queueId === undefined ? undefined : tally.open.of(keyOf(event, event.queueId));
	switch (event.status) {
		case "sent":
			// forward.c alone logs these words, and no remote said them
			if (event.reason?.startsWith("forwarded as ")) tally.forwarded();
			else tally.delivered(message, recipient, event.delay);
			break;
		case "deferred":
		case "softbounce":
			tally.deferred(message, recipient, event.delay);
			tally.deferralReason(serviceOf(event), deferralReason(deliveryWords(event), verbose));
			break;
		case "bounced":
			tally.bounced(relayName(event.relay, event.transport), bounceReason(deliveryWords(event), verbose));
			break;
		default:
			// probes: deliverable, undeliverable
			break;
	}
}

const FIGURES: Readonly<Record<string, RefusalFigure>> = {
	reject: "rejected",
	reject_warning: "rejectWarnings",
	hold: "held",
	discard: "discarded",
};

/** `milter-reject`, `proxy-reject` → `reject` */
function plainVerb(verb: string): string {
	return verb.startsWith("milter-") ? verb.slice(7) : verb === "proxy-reject" ? "reject" : verb;
}

function figureOf(verb: string): RefusalFigure | undefined {
	const plain = plainVerb(verb);
	return Object.hasOwn(FIGURES, plain) ? FIGURES[plain] : undefined;
}

// NOQUEUE: reject: RCPT from edge.example[192.0.2.3]: 550 5.1.1 <x@a.example>: …; from=<…> to=<…> proto=ESMTP helo=<…>
function countReject(tally: Tally, event: RejectEvent, verbose: boolean): void {
	const figure = figureOf(event.verb);
	if (!figure) return;
	// warning: reject: ETRN example.com... from mx.example[192.0.2.1]
	const warned = event.stage === "ETRN" ? problemText(event, "warning", verbose) : undefined;
	if (warned !== undefined) {
		tally.problem("warning", serviceOf(event), warned);
		return;
	}
	if (event.daemon === "cleanup") {
		const part = event.stage === "EOM" ? "END-OF-MESSAGE" : (event.stage ?? "");
		tally.refused(figure, "cleanup", part, checkWords(event, `${event.verb}: ${part} `, verbose));
		return;
	}
	const reason = refusalReason(refusalWords(event), verbose);
	const stage = event.stage === "EOM" ? "END-OF-MESSAGE" : (event.stage ?? "");
	tally.refused(figure, stage, reason, refusedOne(event, reason));
}

/** Who a refusal is counted under: the sender or recipient where one of them was refused, else the client. */
function refusedOne(event: RejectEvent, reason: string): string {
	if (reason.startsWith("Sender address rejected:")) return event.sender || "<>";
	if (reason.startsWith("Recipient address rejected:") || /^User unknown(?: |$)/.test(reason)) {
		return event.recipient || "<>";
	}
	return clientDomain(event.client);
}

const HEADER_FIGURES: Readonly<Record<string, RefusalFigure>> = { ...FIGURES, warning: "rejectWarnings" };

// 4jX…: warning: header Subject: Buy now from mx.example[192.0.2.1]; from=<…> to=<…> proto=ESMTP helo=<mx>: policy
function countHeader(tally: Tally, event: HeaderEvent, verbose: boolean): void {
	// smtp(8) checks what it sends and names no sender; only cleanup(8) decides about a message. A cut tag names no daemon
	if (event.daemon !== "cleanup" && (event.daemon !== undefined || event.sender === undefined)) return;
	const verb = event.verb.slice(event.verb.lastIndexOf("-") + 1);
	const figure = Object.hasOwn(HEADER_FIGURES, verb) ? HEADER_FIGURES[verb] : undefined;
	if (!figure) return;
	const part = partOf(event);
	tally.refused(figure, "cleanup", part, checkWords(event, `${event.verb}: ${part} `, verbose));
}

function partOf(event: HeaderEvent): string {
	const at = event.raw.indexOf(`${event.verb}: `) + event.verb.length + 2;
	const part = /^ *(header|body|content|mime-error) /.exec(event.raw.slice(at, at + 20))?.[1];
	return part ?? "header";
}

/** What pflogsumm calls the daemon: master.cf's `syslog_name=postfix/relay` stays before it. */
function serviceOf(event: MailEvent): string {
	const { instance, daemon = "postfix" } = event;
	if (instance === undefined || KNOWN_INSTANCES.has(instance)) return daemon;
	return instance.startsWith("postfix/") ? `${instance.slice(8)}/${daemon}` : `${instance}/${daemon}`;
}

/** The tags that pflogsumm reads as smtpd's own. */
const KNOWN_INSTANCES: ReadonlySet<string> = new Set(["postfix", "postfix/submission", "postfix/smtps"]);

/** Why pflogsumm counts nothing for a line of ours; each code is explained in `difference-texts.ts`. */
function passedOver(event: MailEvent): string | undefined {
	const first = event.raw.charCodeAt(0);
	// journald's JSON, a priority, TAI64N; RFC 5424 without its priority
	if (first === 123 || first === 60 || first === 64) return "header-format";
	if (first === 49 && event.raw.charCodeAt(1) === 32) return "header-format";
	const { instance = "postfix" } = event;
	if (event.repeated !== undefined) return "repeated";
	if (instance !== "postfix" && !instance.startsWith("postfix/")) return "syslog-name";
	switch (event.kind) {
		case "received":
			if (!KNOWN_INSTANCES.has(instance)) return "service-name";
			return event.daemon === "qmqpd" ? "qmqpd" : undefined;
		case "reject":
			return passedOverRefusal(event, instance);
		case "header":
			return partOf(event) === "mime-error" || partOf(event) === "content" ? "mime-error" : undefined;
		case "delivery":
			if (event.status === "softbounce") return "soft-bounce";
			return event.tls === undefined ? undefined : "tls-field";
		default:
			return undefined;
	}
}

function passedOverRefusal({ verb, daemon, stage }: RejectEvent, instance: string): string | undefined {
	if (daemon === "cleanup") return verb.startsWith("milter-") && stage !== "EOM" ? "milter" : undefined;
	if (!KNOWN_INSTANCES.has(instance)) return "service-name";
	if (verb.startsWith("milter-")) return "milter";
	return verb === "proxy-reject" ? "proxy-reject" : undefined;
}
