/**
 * nullmailer: one process sends one message after the other, and its lines have no id (the name of a file stands in two of them): what the
 * next host said can be read, but not whose message it was.
 */
import { bareAddress, type ParsedMessage, parseReply } from "../../event/index.ts";
import { splitAddresses } from "../outside-quotes.ts";
import { event, type ProgramTag, unparsed } from "../parsed.ts";

const mta = "nullmailer";
const MESSAGE_ID = /^Message-ID: (<.{0,996}>)$/i;
// protocols/protocol.cc: `smtp: Succeeded: 250 …`, `smtp: Failed: Connect failed`
const RESULT = /^(?:smtp|qmqp): (?:Succeeded|Failed): /;
const TALK =
	/^(?:Rescanning queue|Trigger pulled|Starting delivery|Sent file|Delivery complete|Moving message |Sending failed: |Not generating double bounce|No remote hosts|Warning: |Can't unlink file)/;
const TROUBLE =
	/^(?:Error|Could not|Cannot|Can't|Fatal|Sending (?:timed|process)|Installation error|Internal error|Too (?:few|many))/;

/** What a line of nullmailer says. */
export function parseNullmailer(_program: ProgramTag, text: string): ParsedMessage {
	const result = RESULT.exec(text);
	if (result) {
		const words = text.slice(result[0].length);
		const reply = parseReply(words);
		return event({ kind: "attempt", mta, ...(reply.code === undefined ? { reason: words } : { reply }) });
	}
	// From: <alice@corp.example> to: <u1@st.example>, <u2@st.example>
	if (text.startsWith("From: <")) return readEnvelope(text);
	const messageId = MESSAGE_ID.exec(text);
	if (messageId)
		return event({ kind: "message-id", mta, messageId: bareAddress(messageId[1] as string) || undefined });
	// Generating bounce for 1795389415.96
	if (text.startsWith("Generating bounce for "))
		return event({ kind: "bounce-created", mta, notification: "non-delivery", notified: "sender" });
	if (TALK.test(text)) return event({ kind: "other", mta });
	if (TROUBLE.test(text)) return event({ kind: "problem", mta, severity: "error", text });
	return unparsed(mta);
}

/** Addresses that imitate the words between them leave only the line's kind. */
function readEnvelope(text: string): ParsedMessage {
	const between = text.indexOf("> to: <");
	if (between < 0 || text.lastIndexOf("> to: <") !== between) return event({ kind: "queued", mta });
	return event({
		kind: "queued",
		mta,
		sender: text.slice("From: <".length, between),
		recipientCount: splitAddresses(text.slice(between + "> to: ".length)).length,
	});
}
