/**
 * Postfix, every daemon of it, 2.x to 3.10. After the queue id the first word of a message tells its shape, so the table
 * below is the whole grammar's index; a word that Postfix never logs makes the line `unparsed`.
 */
import type { ParsedMessage } from "../../event/index.ts";
import type { ProgramTag } from "../parsed.ts";
import { readConnectTo, readHostSaid, readRefusedHere, readSaslFailed, readTrouble } from "./attempt.ts";
import { readBareStatus, readDelivery } from "./delivery.ts";
import { readHeaderCheck } from "./header-check.ts";
import { readListed, readScreenConnect, readScreenDisconnect, readScreened } from "./postscreen.ts";
import { readProblem } from "./problem.ts";
import {
	isFileNote,
	readFrom,
	readMessageId,
	readNotification,
	readState,
	readTotal,
	splitQueueId,
} from "./queue.ts";
import { readOddReject, readReject } from "./reject.ts";
import { OTHER, type PostfixLine, type Reader, type Said } from "./said.ts";
import {
	readBroken,
	readClient,
	readConnectFrom,
	readDisconnectFrom,
	readPickup,
	readPipelining,
} from "./session.ts";
import { readStatus } from "./status.ts";
import { isTlsDetail, readTls, readTlsFailure } from "./tls.ts";

/** Every program of Postfix that logs. */
const DAEMONS: ReadonlySet<string> = new Set(
	(
		"anvil bounce cleanup defer discard dnsblog error flush lmtp local master nqmgr oqmgr pickup pipe postalias " +
		"postcat postconf postdrop postfix postfix-script post-install postkick postlock postlog postlogd postmap " +
		"postmulti postmulti-script postqueue postscreen postsuper posttls-finger postfix-tls-script proxymap proxywrite " +
		"qmgr qmqpd relay retry rewrite scache sendmail showq smtp smtpd spawn tlsmgr tlsproxy trace trivial-rewrite " +
		"verify virtual"
	).split(" "),
);

/** Whether a tag is one of Postfix's: `postfix/qmgr`, `postfix-out/smtp`, `relay/submission/smtpd`. */
export function isPostfix(tag: ProgramTag): boolean {
	if (tag.instance !== undefined) return DAEMONS.has(tag.base);
	return tag.base === "postfix" || tag.base === "postfix-script" || tag.base === "postlog";
}

const either =
	(...readers: Reader[]): Reader =>
	(line) => {
		for (const read of readers) {
			const found = read(line);
			if (found) return found;
		}
		return undefined;
	};
const starting =
	(prefix: string, read: Reader): Reader =>
	(line) =>
		line.text.startsWith(prefix) ? read(line) : undefined;

/** The first word of a message → who reads it. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
	["to", starting("to=", readDelivery)],
	["from", starting("from=", readFrom)],
	["client", starting("client=", readClient)],
	["message-id", starting("message-id=", readMessageId)],
	["resent-message-id", starting("resent-message-id=", readMessageId)],
	["uid", readPickup],
	["status", readBareStatus],
	["removed", either(readState, readStatusNote)],
	["expired", readState],
	["placed", readState],
	["released", readState],
	["requeued", readState],
	["connect", either(starting("connect from ", readConnectFrom), readConnectTo)],
	["disconnect", starting("disconnect from ", readDisconnectFrom)],
	["lost", either(readBroken, readTrouble)],
	["timeout", readBroken],
	["too", readBroken],
	["bare", readBroken],
	["improper", readPipelining],
	["conversation", readTrouble],
	["local", starting("local data error", readRefusedHere)],
	["host", readHostSaid],
	["SASL", starting("SASL ", readSaslFailed)],
	["TLS", either(readTls, readTlsFailure, starting("TLS is required", readRefusedHere))],
	["sender", readNotification],
	["postmaster", readNotification],
	["warning", readProblem],
	["error", readProblem],
	["fatal", readProblem],
	["panic", readProblem],
	["Anonymous", readTls],
	["Untrusted", readTls],
	["Trusted", readTls],
	["Verified", readTls],
	["reject", either(readHeaderCheck, readReject, readOddReject)],
	["CONNECT", readScreenConnect],
	["DISCONNECT", readScreenDisconnect],
	["addr", readListed],
]);

function readStatusNote(line: PostfixLine): Said | undefined {
	return isFileNote(line.text) ? OTHER : undefined;
}

/** The first word: up to a space, `=` or `:`. */
function firstWord(text: string): string {
	let end = 0;
	for (; end < text.length && end < 40; end++) {
		const code = text.charCodeAt(end);
		if (code === 32 || code === 58 || code === 61) break;
	}
	return text.slice(0, end);
}

/** Shapes that no first word tells: access actions and checks by any verb, postscreen, totals, TLS notes, statuses. */
const REST: readonly Reader[] = [
	readHeaderCheck,
	readReject,
	readScreened,
	readTotal,
	readTlsFailure,
	readStatus,
	readKnown,
];

/** Lines that are known and carry nothing to keep. */
const KNOWN: readonly string[] = [
	"skipped, still being delivered",
	"enabling PIX ",
	"disabling PIX ",
	"breaking line > ",
	"SMTPUTF8 is required",
	"discarding EHLO keywords",
	"Host offered STARTTLS",
	"open smtp",
	"tlsmgr_",
	"looking for plugins in ",
	"replacing command ",
	"replacing server reply ",
	"renamed file ",
	"mail for ",
	"passing <",
	"Decrypting session ticket",
	"Issuing session ticket",
	"looking for session ",
	"reloaded session ",
	"save session ",
	"remove session ",
	"put smtp session",
	"sender address ",
	"initializing the ",
	"connection ",
	"cannot load ",
	"unable to dlopen ",
	"milter-",
];

// host mx.example[192.0.2.1] offers SMTPUTF8 support, but not 8BITMIME
const OFFERS = /^host \S{1,300} offers /;

function readKnown(line: PostfixLine): Said | undefined {
	if (isTlsDetail(line.text) || OFFERS.test(line.text)) return OTHER;
	return KNOWN.some((start) => line.text.startsWith(start)) ? OTHER : undefined;
}

function readRest(line: PostfixLine): Said | undefined {
	for (const read of REST) {
		const found = read(line);
		if (found) return found;
	}
	return undefined;
}

/** What a line of Postfix says. */
export function parsePostfix(tag: ProgramTag, message: string): ParsedMessage {
	const { queueId, text } = splitQueueId(message);
	const line: PostfixLine = queueId === undefined ? { tag, text } : { tag, queueId, text };
	const found = READERS.get(firstWord(text))?.(line) ?? readRest(line);
	return {
		kind: "unparsed",
		...found,
		mta: "postfix",
		...nameOf(tag),
		...(queueId !== undefined && { queueId }),
	} as ParsedMessage;
}

/** Which instance and daemon. rsyslog's RFC 5424 format cuts the tag at its slash: `postfix` alone names no daemon. */
function nameOf(tag: ProgramTag): { instance?: string; daemon?: string } {
	if (tag.instance !== undefined) return { instance: tag.instance, daemon: tag.base };
	return tag.base === "postfix" ? { instance: tag.program } : { daemon: tag.base };
}
