/**
 * msmtp: sendmail(1) without a queue, one line for each message. What it could not hand over it has not kept: whoever called it got the
 * exit code. Addresses are its caller's, the words in quotes the server's.
 */
import {
	bareAddress,
	canonicalIp,
	type DeliveryEvent,
	type ParsedMessage,
	parseReply,
} from "../../event/index.ts";
import { indexOutside, splitAddresses } from "../outside-quotes.ts";
import { event, type ProgramTag, unparsed } from "../parsed.ts";
import { readRemoteId } from "../remote-id.ts";

const mta = "msmtp";
const HEAD = /^(?:host|socket)=(\S{1,255}) tls=(?:on|off) auth=(?:on|off) (?:user=\S{1,320} )?from=/;
const SIZE = /^ mailsize=\d{1,15}/;
const END = /(?:^| )exitcode=(EX_[A-Z]{1,20})$/;

/** What a line of msmtp says. */
export function parseMsmtp(_program: ProgramTag, text: string): ParsedMessage {
	const head = HEAD.exec(text);
	const end = END.exec(text);
	if (!head || !end) return unparsed(mta);
	// host=192.0.2.2 tls=off auth=off from=a@x recipients=u1@y,u2@y mailsize=230 smtpstatus=250 smtpmsg='250 2.0.0 Ok: queued as 43' exitcode=EX_OK
	const marks = indexOutside(text, " recipients=", head[0].length);
	if (marks < 0) return unparsed(mta);
	const from = marks + " recipients=".length;
	const blank = indexOutside(text, " ", from);
	const recipients = splitAddresses(text.slice(from, blank));
	const status = end[1] as string;
	if (recipients.length === 0) return event({ kind: "problem", mta, severity: "error", text });
	return event({
		kind: "delivery",
		mta,
		recipients: recipients.map(bareAddress),
		relay: relayOf(head[1] as string),
		status: status.toLowerCase(),
		action: status === "EX_OK" ? "relayed" : "failed",
		...wordsOf(text.slice(blank, end.index).replace(SIZE, ""), status === "EX_OK"),
	});
}

function relayOf(host: string): DeliveryEvent["relay"] {
	const ip = canonicalIp(host);
	return ip === undefined ? { name: host } : { ip };
}

const STATUS = /^ smtpstatus=\d{3} smtpmsg='/;
const ERROR = " errormsg='";

/** The server's words and msmtp's own: the former may hold quotes, so what comes last is looked for from the end. */
function wordsOf(
	words: string,
	accepted: boolean,
): Partial<Pick<DeliveryEvent, "reply" | "reason" | "nextQueueId" | "remoteId">> {
	const status = STATUS.exec(words);
	if (!status) return words.startsWith(ERROR) ? { reason: words.slice(ERROR.length, -1) } : {};
	const error = words.lastIndexOf(`'${ERROR}`);
	const reply = parseReply(words.slice(status[0].length, error < 0 ? -1 : error));
	if (!accepted) return { reply };
	const { nextQueueId, remoteId } = readRemoteId(reply.text);
	return { reply, ...(nextQueueId && { nextQueueId }), ...(remoteId && { remoteId }) };
}
