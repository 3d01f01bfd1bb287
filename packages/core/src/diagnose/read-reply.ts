/**
 * One reply, however it came (an event's reply and reason, a bounce's `Diagnostic-Code`, sendmail's `stat=`, a line
 * copied from a terminal) → code, enhanced status, command, host, and the bare words.
 */
import type { SmtpReply, SmtpStage } from "../event/index.ts";
import type { BlockList } from "./block-lists.ts";
import { decidedIn, LENGTH_MAX, readWrapped } from "./unwrap.ts";

export interface ReplyInput {
	/** what the remote said, parsed or as text */
	reply?: SmtpReply | string;
	/** what the MTA itself said: `connect to X: Connection timed out` */
	reason?: string;
	/** the log's `dsn=`, a bounce's `Status:` */
	dsn?: string;
	/** the log's `status=` or `stat=`: sent, deferred, bounced */
	status?: string;
	stage?: SmtpStage;
	relay?: { name?: string; ip?: string; port?: number };
	recipient?: string;
}

export interface ReadReply {
	code?: number;
	status?: string;
	stage?: SmtpStage;
	hostName?: string;
	hostIp?: string;
	/** as it was said, for people and for links */
	text: string;
	/** the block list that the words name; known once the rules have looked at them */
	list?: BlockList;
	/** `x-unix`, `x-postfix` … of a Diagnostic-Code */
	type?: string;
}

/** Not a program's version: `Exim 4.96.2`, `Dovecot/2.3.19`, `version 5.1.1`. */
const STATUS =
	/(?<![\d.]|\b(?:v(?:er(?:sion|\.)?)?|release|build|exim|dovecot|postfix|sendmail|courier|mailscanner|zimbra|cyrus|mdaemon|imail|openssl|php)[ /-]?)([245]\.\d{1,3}\.\d{1,3})(?![\d]|\.\d)/i;

export function readReply(input: ReplyInput): ReadReply {
	const said = typeof input.reply === "string" ? readWrapped(input.reply) : (input.reply ?? { text: "" });
	const parsed = decidedIn(said);
	const reason = input.reason === undefined ? undefined : readWrapped(input.reason);
	const words =
		reason === undefined || reason.text === "" ? parsed.text : `${parsed.text} ${reason.text}`.trimStart();
	const text = words.length > LENGTH_MAX ? words.slice(0, LENGTH_MAX) : words;
	const read: ReadReply = { text };
	const code = parsed.code ?? reason?.code;
	if (code !== undefined) read.code = code;
	const status = pickStatus(parsed.enhanced ?? reason?.enhanced ?? STATUS.exec(text)?.[1], input.dsn);
	if (status !== undefined) read.status = status;
	const refusedToTalk = refuses(input.reply) || refuses(input.reason);
	// Postfix names the command in every answer but the greeting's
	const greeting = refusedToTalk || (parsed.host !== undefined && parsed.command === undefined);
	const stage = input.stage ?? parsed.command ?? reason?.command ?? (greeting ? "CONNECT" : undefined);
	if (stage !== undefined) read.stage = stage;
	const told = input.relay?.name ?? parsed.host?.name ?? reason?.host?.name;
	const peer = told === undefined ? peerOf(text) : undefined;
	const host = told ?? peer?.name;
	if (host !== undefined) read.hostName = host.endsWith(".") ? host.slice(0, -1) : host;
	const ip = input.relay?.ip ?? parsed.host?.ip ?? reason?.host?.ip ?? peer?.ip;
	if (ip !== undefined) read.hostIp = ip;
	return read;
}

function refuses(said: SmtpReply | string | undefined): boolean {
	return typeof said === "string" && said.includes("refused to talk to me");
}

const POSTFIX_PEER =
	/^(?:connect to|lost connection with|conversation with) ([^\s[\]]{1,255})\[([0-9a-fA-F.:]{3,45})\]/;
const HOST_NAME = /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}$/i;

/** Whom the MTA's own words are about: Postfix `connect to X[ip]:25: …`, sendmail `Connection refused by X.` */
function peerOf(text: string): { name: string; ip?: string } | undefined {
	const start = text.charCodeAt(0);
	if (start === 0x63 || start === 0x6c) {
		const postfix = POSTFIX_PEER.exec(text);
		if (postfix?.[1] && postfix[2]) return { name: postfix[1], ip: postfix[2] };
	}
	const space = text.lastIndexOf(" ");
	if (!text.endsWith(" by", space) && !text.endsWith(" with", space)) return undefined;
	const name = text.slice(space + 1, text.endsWith(".") ? -1 : undefined);
	return name.length <= 255 && HOST_NAME.test(name) ? { name } : undefined;
}

/** The remote's own status, unless it says nothing and the log's says more. */
function pickStatus(own: string | undefined, logged: string | undefined): string | undefined {
	const fromLog = logged === undefined ? undefined : STATUS.exec(logged)?.[1];
	if (own === undefined) return fromLog;
	return fromLog !== undefined && own.endsWith(".0.0") ? fromLog : own;
}
