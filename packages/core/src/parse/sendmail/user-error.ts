/**
 * What sendmail said to a client and logged (err.c, usrerr), without the code. It logs so while it reads RCPT, and a few texts about the
 * message itself; words that begin with an address are about that recipient.
 */
import { bareAddress, parseReply, type ParsedMessage, type SmtpStage } from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event } from "../parsed.ts";

// <ghost@x.example>... User unknown ; from the command line: ghost@x.example... User unknown
export function parseUserError(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const reject = { kind: "reject", mta: "sendmail", queueId, verb: "reject" } as const;
	const dots = text.includes("... ") ? indexOutside(text, "... ") : -1;
	const address = dots > 0 ? text.slice(0, dots) : "";
	if (address.startsWith("<") || (queueId !== undefined && /^[^\s<>:=,]{1,320}$/.test(address))) {
		return event({
			...reject,
			stage: "RCPT",
			recipient: bareAddress(address),
			reply: parseReply(text.slice(dots + 4)),
		});
	}
	const known = USER_ERRORS.find(({ start }) => text.startsWith(start));
	return known && event({ ...reject, stage: known.stage, reply: parseReply(text) });
}

const USER_ERRORS: readonly { start: string; stage?: SmtpStage }[] = [
	// collect.c: counted while it was read
	{ start: "message size (", stage: "EOM" },
	{ start: "Message exceeds maximum fixed size", stage: "EOM" },
	{ start: "Too many hops ", stage: "EOM" },
	{ start: "Headers too large", stage: "EOM" },
	{ start: "Eight bit data not allowed", stage: "EOM" },
	{ start: "NUL byte not allowed", stage: "EOM" },
	{ start: "Domain of sender address ", stage: "MAIL" },
	{ start: "Invalid sender address", stage: "MAIL" },
	{ start: "Syntax error in mailbox address " },
	{ start: "8-bit character in mailbox address " },
	{ start: "Address too long" },
	{ start: 'Address "' },
	{ start: "Unbalanced '" },
	{ start: "Illegal character " },
	{ start: "prescan: " },
	{ start: "Invalid numeric domain spec " },
	{ start: "Too many recipients", stage: "RCPT" },
	{ start: "Missing recipient", stage: "RCPT" },
	{ start: "Addressee unknown", stage: "RCPT" },
	{ start: "non-ASCII recipient address ", stage: "RCPT" },
	{ start: "Cannot mail directly to ", stage: "RCPT" },
	{ start: "aliasing/forwarding loop", stage: "RCPT" },
	{ start: "Too many parameters", stage: "RCPT" },
	{ start: "Insufficient disk space; try again later" },
	{ start: "Command rejected" },
	{ start: "Please try again later" },
	{ start: "Authentication required" },
];
