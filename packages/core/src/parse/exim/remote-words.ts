/**
 * What a remote server said, inside exim's words (transports/smtp.c, check_response):
 * `SMTP error from remote mail server after RCPT TO:<u@x>: host mx.x [192.0.2.1]: 550 5.1.1 text`.
 */
import { commandStage, parseReply, type SmtpReply, type SmtpStage } from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { readHost } from "./fields.ts";

const AFTER = /^(?:SMTP|LMTP) error (?:from remote mail server )?after (?:pipelined )?/;

const PHASES: Readonly<Record<string, SmtpStage>> = {
	"initial connection": "CONNECT",
	"end of data": "EOM",
	"sending data block": "DATA",
};

/** The reply in such words; undefined where no remote is quoted. */
export function readRemoteWords(words: string): { reply: SmtpReply } | undefined {
	const after = AFTER.exec(words);
	if (!after) return undefined;
	const colon = indexOutside(words, ": ", after[0].length);
	if (colon < 0) return undefined;
	const phase = words.slice(after[0].length, colon);
	let said = words.slice(colon + 2);
	const host = said.startsWith("host ") ? readHost(said, 5) : undefined;
	if (host && said.startsWith(": ", host.end)) said = said.slice(host.end + 2);
	// several lines of a reply are logged with a literal \n between them
	const reply = parseReply(said.replaceAll("\\n", " "));
	const command = PHASES[phase] ?? commandStage(/^(?:MAIL FROM|RCPT TO|[A-Z]{4,8})/.exec(phase)?.[0] ?? "");
	if (command) reply.command = command;
	if (host) reply.host = host.endpoint;
	return { reply };
}
