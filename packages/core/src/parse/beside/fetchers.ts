/**
 * Programs that take mail out of mailboxes elsewhere and hand it to the mail system here, fetchmail and getmail: what the local server
 * refused, why a mailbox cannot be read, when they run. What they say of single messages names nothing that a journey could be told by.
 */
import { type ParsedMessage, parseReply } from "../../event/index.ts";
import { beginnings } from "../beginnings.ts";
import { event, type ProgramTag } from "../parsed.ts";

// fetchmail sink.c, driver.c, socket.c, fetchmail.c (report)
const FETCHMAIL_PROBLEMS = [
	"Authorization failure on ",
	"can't even send to ",
	"couldn't find ",
	"couldn't fetch ",
	"couldn't open ",
	"couldn't locate ",
	"couldn't time-check ",
	"client/server ",
	"connection to ",
	"connection errors ",
	"Connection errors ",
	"timeout after ",
	"Server certificate ",
	"Server CommonName ",
	"SSL connection failed",
	"SSL is not enabled",
	"Unknown login or authentication error on ",
	"Repoll immediately on ",
	"Lock-busy error on ",
	"Lead server has no name",
	"Merged UID list",
	"lookup of ",
	"nameserver failure while looking for ",
	"MDA ",
	"mail from ",
	"error ",
	"protocol error",
	"socket error ",
	"incorrect header line found",
	"invalid ",
	"Cannot ",
	"Warning: ",
	"WARNING: ",
	"fetchmail: ",
];
const FETCHMAIL = beginnings<"problem" | "status" | "answer">([
	["problem", FETCHMAIL_PROBLEMS],
	[
		"status",
		[
			"starting fetchmail ",
			"terminated with signal ",
			"normal termination, ",
			"restarting fetchmail",
			"background fetchmail",
			"sleeping at ",
			"awakened ",
		],
	],
	["answer", ["SMTP error: ", "LMTP error: "]],
]);

/** What a line of fetchmail says. */
export function parseFetchmail(_program: ProgramTag, text: string): ParsedMessage {
	const mta = "fetchmail";
	// IMAP connection to 127.0.0.1 failed: Connection refused
	const sort = /^(?:IMAP|POP3|POP2|ETRN|ODMR|SMTP|LMTP) connection to \S{1,255} failed/.test(text)
		? "problem"
		: FETCHMAIL(text);
	switch (sort) {
		case "problem":
			return event({ kind: "problem", mta, severity: /^warning: /i.test(text) ? "warning" : "error", text });
		case "status":
			// starting fetchmail 6.4.37 daemon
			return event({
				kind: "status",
				mta,
				text,
				version: /^starting fetchmail (\d\S{0,20})/.exec(text)?.[1],
			});
		case "answer":
			// SMTP error: 501 5.1.3 Bad recipient address syntax
			return event({ kind: "attempt", mta, reply: parseReply(text.slice("SMTP error: ".length)) });
		default:
			return event({ kind: "other", mta });
	}
}

/** What a line of getmail says. */
export function parseGetmail(_program: ProgramTag, text: string): ParsedMessage {
	const mta = "getmail";
	// Delivery error (command maildrop 306 wrote to stderr: …) ; getmailOperationError error (POP error (b'-ERR …'))
	if (
		/^(?:Delivery error|Retrieval error|getmail[A-Za-z]{1,40} error|[A-Za-z]{1,40}: (?:operation|configuration|socket|retrieval|delivery) error)\b/.test(
			text,
		)
	)
		return event({ kind: "problem", mta, severity: "error", text });
	if (/^(?:Delivery warning|warning)\b/i.test(text))
		return event({ kind: "problem", mta, severity: "warning", text });
	return event({ kind: "other", mta });
}
