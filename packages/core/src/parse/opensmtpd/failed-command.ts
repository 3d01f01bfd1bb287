/** A command that OpenSMTPD refused, and its answer: a client writes what it likes into the command. */
import {
	bareAddress,
	type ParsedMessage,
	parseReply,
	type SmtpReply,
	type SmtpStage,
} from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event } from "../parsed.ts";

const STAGES: readonly [verb: RegExp, stage: SmtpStage][] = [
	[/^RCPT TO:/i, "RCPT"],
	[/^MAIL FROM:/i, "MAIL"],
	[/^(?:EHLO|LHLO)\b/i, "EHLO"],
	[/^HELO\b/i, "HELO"],
	[/^STARTTLS\b/i, "STARTTLS"],
	[/^AUTH\b/i, "AUTH"],
	[/^DATA\b/i, "DATA"],
	[/^\.$/, "EOM"],
	// turned away before the first command
	[/^$/, "CONNECT"],
	[/^VRFY\b/i, "VRFY"],
	[/^ETRN\b/i, "ETRN"],
	[/^RSET\b/i, "RSET"],
	[/^NOOP\b/i, "NOOP"],
	[/^HELP\b/i, "HELP"],
	[/^QUIT\b/i, "QUIT"],
];

/** Only the whole message can be too big or have run in a circle; the command is still `DATA` then (smtp_session.c). */
function endOfMessage(reply: SmtpReply | undefined): SmtpStage | undefined {
	const enhanced = reply?.enhanced;
	const tooBig = enhanced === "5.3.4" && reply?.text.includes("Transaction failed");
	return tooBig || enhanced === "5.4.6" ? "EOM" : undefined;
}

/** @param text behind the command's opening quote @param mark what stands between the command and its answer @param end what stands behind the answer */
export function failedCommand(text: string, mark: string, end: string): ParsedMessage {
	const at = text.indexOf(mark);
	// strnvis(3) doubles a backslash (smtp_session.c)
	const command = text.slice(0, at < 0 ? undefined : at).replaceAll("\\\\", "\\");
	// a client that writes the mark itself makes the answer unreadable, no more
	const readable = at >= 0 && text.lastIndexOf(mark) === at && text.endsWith(end);
	const reply = readable ? parseReply(text.slice(at + mark.length, text.length - end.length)) : undefined;
	const stage = endOfMessage(reply) ?? STAGES.find(([verb]) => verb.test(command))?.[1] ?? "UNKNOWN";
	const address = /^(?:RCPT TO|MAIL FROM): ?(?=<)/i.exec(command);
	const path = address ? command.slice(address[0].length) : "";
	const ends = indexOutside(path, " ");
	const bare = path === "" || !readable ? undefined : bareAddress(ends < 0 ? path : path.slice(0, ends));
	return event({
		kind: "reject",
		mta: "opensmtpd",
		verb: "reject",
		stage,
		reply,
		sender: stage === "MAIL" ? bare : undefined,
		recipient: stage === "RCPT" ? bare : undefined,
		helo: stage === "HELO" || stage === "EHLO" ? command.slice(5).trim() || undefined : undefined,
	});
}
