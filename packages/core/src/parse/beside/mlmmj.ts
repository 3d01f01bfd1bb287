/**
 * mlmmj, a mailing list manager: its programs log troubles alone, each with the place in its source and what errno said. It hands mail
 * to the MTA by SMTP, whose own lines tell the way of each message.
 */
import type { ParsedMessage } from "../../event/index.ts";
import { event, type ProgramTag } from "../parsed.ts";

// mlmmj-send.c:294: Error in RCPT TO. Reply = [451 4.3.0 <bob@example.com>: Temporary lookup failure#012]: Success
const TROUBLE = /^[a-z_-]{2,40}\.c:\d{1,5}: ./;

export const MLMMJ_PROGRAMS = [
	"mlmmj-bounce",
	"mlmmj-list",
	"mlmmj-maintd",
	"mlmmj-process",
	"mlmmj-receive",
	"mlmmj-recieve",
	"mlmmj-send",
	"mlmmj-sub",
	"mlmmj-unsub",
] as const;

export function parseMlmmj({ base }: ProgramTag, text: string): ParsedMessage {
	const common = { mta: "mlmmj", daemon: base } as const;
	return TROUBLE.test(text)
		? event({ kind: "problem", ...common, severity: "warning", text })
		: event({ kind: "other", ...common });
}
