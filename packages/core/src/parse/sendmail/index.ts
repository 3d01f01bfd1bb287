/**
 * Sendmail 8.9 to 8.18, every LogLevel: `QUEUEID: words`. Queue ids of sendmail are told from words by their shape; `NOQUEUE`
 * stands where a line has none. Which file reads what: sender.ts `from=`, delivery.ts `to=`, refusal.ts rulesets and milters,
 * user-error.ts and rejected-command.ts what a client was told, session.ts connections and AUTH, tls.ts, daemon.ts everything else.
 */
import { bareAddress, type ParsedMessage } from "../../event/index.ts";
import { indexOutside, splitAddresses } from "../outside-quotes.ts";
import { event, type ProgramTag } from "../parsed.ts";
import { parseDaemon } from "./daemon.ts";
import { parseDelivery } from "./delivery.ts";
import { parseRefusal } from "./refusal.ts";
import { parseSender } from "./sender.ts";
import { parseSession } from "./session.ts";
import { parseTls } from "./tls.ts";

/** The tags that sendmail logs under. */
export const SENDMAIL_PROGRAMS = [
	"sendmail",
	"sm-mta",
	"sm-msp",
	"sm-msp-queue",
	"sm-client",
	"sm-que",
	"sm-acceptingconnections",
	"sendmail-in",
	"sendmail-out",
	"newaliases",
	"smrsh",
] as const;
/** `sendmail -L sm-mta-v6`: a tag for each of several daemons. */
export const SENDMAIL_BEGINNINGS = ["sendmail-", "sm-"] as const;

/** What a line of Sendmail says. */
export function parseSendmail(_program: ProgramTag, message: string): ParsedMessage {
	const { queueId, text, part } = readQueueId(message);
	if (part === undefined) return parseWords(queueId, text);
	// sm_syslog() in conf.c breaks what is too long for syslog: `ID[1]: the beginning ...`, `ID[2]: the rest`
	const begun =
		part === 1 ? parseWords(queueId, text.endsWith(" ...") ? text.slice(0, -4) : text) : undefined;
	return begun && begun.kind !== "unparsed" ? begun : event({ kind: "other", mta: "sendmail", queueId });
}

function parseWords(queueId: string | undefined, text: string): ParsedMessage {
	if (text.startsWith("from=")) return parseSender(queueId, text);
	if (text.startsWith("to=")) return parseDelivery(queueId, text);
	if (text.startsWith("STARTTLS")) return parseTls(queueId, text);
	return (
		(queueId === undefined ? undefined : parseEnvelope(queueId, text)) ??
		parseRefusal(queueId, text) ??
		parseSession(queueId, text) ??
		parseDaemon(queueId, text)
	);
}

interface Prefixed {
	queueId?: string;
	text: string;
	/** its number, where syslog's limit broke it */
	part?: number;
}

// `6AM2ZO9C000099`, of old versions `f2BKxgZ12345`, `XAA12345`; always with a digit, which no first word of a line has
const QUEUE_ID = /^(?=[A-Za-z]*\d)[0-9A-Za-z]{7,20}$/;
/** as articles write it: `{message-id}` */
const PLACEHOLDER = /^\{[a-z-]{1,30}\}$/;

function isQueueId(word: string): boolean {
	return QUEUE_ID.test(word) || PLACEHOLDER.test(word);
}

function readQueueId(message: string): Prefixed {
	const colon = message.indexOf(": ");
	if (colon < 0 || colon > 40) return { text: message };
	const word = message.slice(0, colon);
	const text = message.slice(colon + 2);
	if (word === "NOQUEUE") return { text };
	if (isQueueId(word)) return { queueId: word, text };
	const open = word.endsWith("]") ? word.indexOf("[") : -1;
	if (open > 0 && /^\d{1,3}$/.test(word.slice(open + 1, -1))) {
		const id = word.slice(0, open);
		const part = Number(word.slice(open + 1, -1));
		if (isQueueId(id)) return { queueId: id, text, part };
		if (id === "NOQUEUE") return { text, part };
	}
	return { text: message };
}

// savemail.c: `6AM2ZP87000108: 6AM2ZP87000110: DSN: User unknown`, deliver.c: `h5QG2YLj023291: h5QG2cLj023292: clone: owner=x`
function parseEnvelope(queueId: string, text: string): ParsedMessage | undefined {
	// conf.c at LogLevel > 10: `6AM2rObh000697: done; delay=00:00:00, ntries=1`
	if (text.startsWith("done; delay=")) return event({ kind: "removed", mta: "sendmail", queueId });
	// envelope.c, after a ruleset or milter said so
	if (text === "discarded") return event({ kind: "removed", mta: "sendmail", queueId, reason: text });
	// headers.c: kept in the queue for the postmaster
	if (text.startsWith("quarantine=")) {
		return event({ kind: "held", mta: "sendmail", queueId, reason: text.slice(11) || undefined });
	}
	// queue.c, `sendmail -qQ -Q`
	if (text === "unquarantine") return event({ kind: "released", mta: "sendmail", queueId, reason: text });
	const apart = parseExpansion(queueId, text) ?? parseSplit(queueId, text);
	if (apart) return apart;
	const colon = text.indexOf(": ");
	const child = colon < 0 ? "" : text.slice(0, colon);
	if (!isQueueId(child)) return undefined;
	const words = text.slice(colon + 2);
	if (words.startsWith("clone: owner=")) {
		return event({
			kind: "received",
			mta: "sendmail",
			queueId: child,
			origin: { queueId },
			sender: words.slice("clone: owner=".length),
		});
	}
	for (const { word, notified } of NOTICES) {
		if (!words.startsWith(word)) continue;
		const said = words.slice(word.length);
		// `sender notify` stands for every notice after the first warning, the final one too
		const isDelay = said.startsWith("Warning: could not send message for past ");
		return event({
			kind: "bounce-created",
			mta: "sendmail",
			queueId,
			// an article's placeholder stands for both ids
			childQueueId: child === queueId ? undefined : child,
			notification: isDelay ? "delay" : said === "Return receipt" ? "success" : "non-delivery",
			notified,
			text: said === "" ? undefined : said,
		});
	}
	return undefined;
}

const EXPANSIONS = ["alias ", "forward ", "expand ", "hesiod "];

// alias.c and recipient.c at LogLevel > 13: alias fan => ok1@e.example, grey1@e.example, u1 ; forward /home/u2/.forward => x@e.example
function parseExpansion(queueId: string, text: string): ParsedMessage | undefined {
	const start = EXPANSIONS.find((word) => text.startsWith(word));
	const arrow = start === undefined ? -1 : indexOutside(text, " => ", start.length);
	if (start === undefined || arrow < 0) return undefined;
	return event({
		kind: "delivery",
		mta: "sendmail",
		queueId,
		recipients: splitAddresses(text.slice(arrow + 4)),
		originalRecipient: bareAddress(text.slice(start.length, arrow)),
		action: "expanded",
	});
}

// queue.c, a queue group with `r=2`: split: maxrcpts=2, rcpts=5, count=2, ids=6AMAxID7000114; 6AMAxID8000114 ; with one: id=6AMAxID7000114
function parseSplit(queueId: string, text: string): ParsedMessage | undefined {
	const match = /^split: (?:[a-z]{1,20}=\d{1,10}, ){1,4}ids?=(.{1,20000})$/.exec(text);
	const nextQueueIds = match?.[1]?.split("; ").filter(isQueueId) ?? [];
	if (nextQueueIds.length === 0) return undefined;
	return event({ kind: "queued", mta: "sendmail", queueId, nextQueueIds });
}

interface Notice {
	word: string;
	notified: "sender" | "postmaster";
}

const NOTICES: readonly Notice[] = [
	{ word: "DSN: ", notified: "sender" },
	{ word: "return to sender: ", notified: "sender" },
	{ word: "sender notify: ", notified: "sender" },
	{ word: "postmaster notify: ", notified: "postmaster" },
];
