/**
 * Postfix, every daemon of it, 2.x to 3.11. After the queue id the first word of a message tells its shape, so the table
 * below is the whole grammar's index; a word that Postfix never logs makes the line `unparsed`.
 */
import type { ParsedMessage } from "../../event/index.ts";
import type { ProgramTag } from "../parsed.ts";
import {
	readConnectTo,
	readHostSaid,
	readRefusedHere,
	readSaslFailed,
	readTrouble,
	readUnnamedTrouble,
} from "./attempt.ts";
import { readBareStatus, readDelivery } from "./delivery.ts";
import { isDetail } from "./detail.ts";
import { firstWord } from "./first-word.ts";
import { readHeaderCheck } from "./header-check.ts";
import { readListed, readScreenConnect, readScreenDisconnect, readScreened } from "./postscreen.ts";
import { readLookupProblem, readProblem } from "./problem.ts";
import {
	readFrom,
	readGivenUp,
	readMessageId,
	readNotification,
	readState,
	readTotal,
	splitQueueId,
} from "./queue.ts";
import { readEtrnReject, readReject } from "./reject.ts";
import { other, type PostfixLine, type Reader, type Said } from "./said.ts";
import {
	readBroken,
	readClient,
	readConnectFrom,
	readDisconnectFrom,
	readPickup,
	readPipelining,
	readQmqpBroken,
} from "./session.ts";
import { readStatus } from "./status.ts";
import { readTls, readTlsFailure, readTlsReport } from "./tls.ts";

/** Every program of Postfix that logs. */
const DAEMONS: ReadonlySet<string> = new Set(
	(
		"anvil bounce cleanup defer discard dnsblog error flush lmtp local master nqmgr oqmgr pickup pipe postalias " +
		"postcat postconf postdrop postfix postfix-script postfix-wrapper post-install postkick postlock postlog postlogd postmap " +
		"postmulti postmulti-script postqueue postscreen postsuper posttls-finger postfix-tls-script proxymap proxywrite " +
		"nbdb_reindexd qmgr qmqpd relay retry rewrite scache sendmail showq smtp smtpd spawn tlsmgr tlsproxy trace trivial-rewrite " +
		"verify virtual"
	).split(" "),
);

/**
 * Whether a tag is one of Postfix's: `postfix/qmgr`, `postfix-out/smtp`, `relay/submission/smtpd`; and the bare names of
 * its own tools (`postmulti`, before it has read any configuration), since others have an `smtpd` or an `anvil` too.
 */
export function isPostfix(tag: ProgramTag): boolean {
	return DAEMONS.has(tag.base) && (tag.instance !== undefined || tag.base.startsWith("post"));
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
	["removed", either(readState, readGivenUp)],
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
	["SASL", readSaslFailed],
	["TLS", either(readTls, readTlsFailure, starting("TLS is required", readRefusedHere))],
	["TLSRPT", readTlsReport],
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
	["reject", either(readHeaderCheck, readEtrnReject, readReject)],
	["CONNECT", readScreenConnect],
	["DISCONNECT", readScreenDisconnect],
	["addr", readListed],
]);

/** Shapes that no first word tells: access actions and checks by any verb, postscreen, totals, TLS notes, statuses. */
const REST: readonly Reader[] = [
	readHeaderCheck,
	readReject,
	readScreened,
	readTotal,
	readTlsFailure,
	readStatus,
	readUnnamedTrouble,
	readQmqpBroken,
	readLookupProblem,
	readKnown,
];

function readKnown(line: PostfixLine): Said | undefined {
	return isDetail(line.text) ? other() : undefined;
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
	// into the reader's own object: a copy for each line would be a tenth of what parsing costs
	const event = (found ?? { kind: "unparsed" }) as ParsedMessage;
	event.mta = "postfix";
	writeName(event, tag);
	if (queueId !== undefined) event.queueId = queueId;
	return event;
}

/**
 * What a line under a name that is nobody's says, if Postfix alone writes it so: `syslog_name = mx/in`, whose `mx/in/smtpd` rsyslog's RFC 5424
 * format cuts to `mx`. Only lines that a message's way is made of, and refusals; undefined for all others.
 */
export function parseCutInstance(tag: ProgramTag, message: string): ParsedMessage | undefined {
	const { queueId, text } = splitQueueId(message);
	if (queueId === undefined && !message.startsWith("NOQUEUE: reject: ")) return undefined;
	if (queueId !== undefined && !isOwnShape(text)) return undefined;
	const event = parsePostfix({ ...tag, instance: tag.program, base: "" }, message);
	if (event.kind === "unparsed" || event.kind === "other") return undefined;
	return event;
}

function isOwnShape(text: string): boolean {
	if (text === "removed" || text.startsWith("message-id=")) return true;
	// proxsmtpd: 100000: client=127.0.0.1, from=a@x, … is another program's: Postfix has a name before the address
	if (text.startsWith("client=")) return /^client=[^\s,[\]]{1,255}\[[^\s[\]]{2,60}\]/.test(text);
	if (text.startsWith("from=<")) return text.endsWith(" (queue active)");
	if (text.startsWith("to=<")) return text.includes(", status=");
	return /^(?:uid=\d+ from=<|(?:sender|postmaster) [a-z -]+ notification: |(?:milter-)?reject: )/.test(text);
}

/** Which instance and daemon. rsyslog's RFC 5424 format cuts the tag at its slash: `postfix` alone names no daemon. */
function writeName(event: ParsedMessage, { program, base, instance }: ProgramTag): void {
	if (instance !== undefined) {
		event.instance = instance;
		if (base !== "") event.daemon = base;
	} else if (base === "postfix" || (base.startsWith("postfix-") && !DAEMONS.has(base)))
		event.instance = program;
	else event.daemon = base;
}
