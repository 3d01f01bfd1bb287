/**
 * One reply, however it came (an event's reply and reason, a bounce's `Diagnostic-Code`, sendmail's `stat=`, a line
 * copied from a terminal) → code, enhanced status, command, host, and its words in one normal form for the rules:
 * lower case, single spaces, plain quotes and hyphens, every mail address as `@`, so that nobody's address can look
 * like a phrase.
 */
import { parseReply, type SmtpReply, type SmtpStage } from "../event/index.ts";

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
	/** in normal form, for the rules */
	words: string;
	/** `x-unix`, `x-postfix` … of a Diagnostic-Code */
	type?: string;
}

const LENGTH_MAX = 4000;
const STATUS = /(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d]|\.\d)/;

export function readReply(input: ReplyInput): ReadReply {
	const parsed = typeof input.reply === "string" ? readText(input.reply) : (input.reply ?? { text: "" });
	const reason = input.reason === undefined ? undefined : readText(input.reason);
	const text = [parsed.text, reason?.text ?? ""]
		.filter((part) => part !== "")
		.join(" ")
		.slice(0, LENGTH_MAX);
	const read: ReadReply = { text, words: normalise(text) };
	const code = parsed.code ?? reason?.code;
	if (code !== undefined) read.code = code;
	const status = pickStatus(parsed.enhanced ?? reason?.enhanced ?? STATUS.exec(text)?.[1], input.dsn);
	if (status !== undefined) read.status = status;
	const refusedToTalk = [input.reply, input.reason].some(
		(said) => typeof said === "string" && said.includes("refused to talk to me"),
	);
	// Postfix names the command in every answer but the greeting's
	const greeting = refusedToTalk || (parsed.host !== undefined && parsed.command === undefined);
	const stage = input.stage ?? parsed.command ?? reason?.command ?? (greeting ? "CONNECT" : undefined);
	if (stage !== undefined) read.stage = stage;
	const peer = peerOf(text);
	const host = input.relay?.name ?? parsed.host?.name ?? reason?.host?.name ?? peer?.name;
	if (host !== undefined) read.hostName = host.replace(/\.$/, "");
	const ip = input.relay?.ip ?? parsed.host?.ip ?? reason?.host?.ip ?? peer?.ip;
	if (ip !== undefined) read.hostIp = ip;
	return read;
}

/** Whom the MTA's own words are about: Postfix `connect to X[ip]:25: …`, sendmail `Connection refused by X.` */
function peerOf(text: string): { name: string; ip?: string } | undefined {
	const postfix =
		/^(?:connect to|lost connection with|conversation with) ([^\s[\]]{1,255})\[([0-9a-fA-F.:]{3,45})\]/.exec(
			text,
		);
	if (postfix?.[1] && postfix[2]) return { name: postfix[1], ip: postfix[2] };
	const sendmail = / (?:by|with) ([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8})\.?$/i.exec(text.slice(0, 600));
	return sendmail?.[1] ? { name: sendmail[1] } : undefined;
}

/** The remote's own status, unless it says nothing and the log's says more. */
function pickStatus(own: string | undefined, logged: string | undefined): string | undefined {
	const fromLog = logged === undefined ? undefined : STATUS.exec(logged)?.[1];
	if (own === undefined) return fromLog;
	return fromLog !== undefined && own.endsWith(".0.0") ? fromLog : own;
}

/** Wrappings of bounces and logs around the reply, from the outside in. */
function readText(raw: string): SmtpReply {
	let text = raw.slice(0, LENGTH_MAX).replace(/\s+/g, " ").trim();
	text = text.replace(/^(?:smtp|lmtp|unknown|x-(?!unix)[a-z_-]{1,20}) ?; ?/i, "");
	text = text.replace(
		/^<[^<>\s]{1,320}>(?: \(expanded from <[^<>\s]{1,320}>\))?: (?=host |connect |lost |conversation )/,
		"",
	);
	// IronPort: `5.1.0 - Unknown address error 550-'5.7.1 …' (delivery attempts: 0)`
	text = text
		.replace(/^[45]\.\d\.\d - [a-z ]{3,40}(?=[245]\d\d[ -])/i, "")
		.replace(/^(\d\d\d)-'(.*)'(?: \(delivery.*)?$/, "$1 $2");
	text = text.replace(/^\(?reason: (.*?)\)?$/i, "$1").replace(/^<<< /, "");
	// Yahoo! Japan: `550: 5.2.2 <@>... Mailbox Full`
	text = text.replace(/^([245]\d\d): (?=\S)/, "$1 ");
	// `status=deferred (host … said: …)` and `stat=Deferred: …` as people copy them
	text = text.replace(/^(?:status|stat)=[a-z]+ \((.*)\)$/i, "$1").replace(/^stat=/i, "");
	text = text.replace(/^host (\S{1,300}): (said|refused)/, "host $1 $2");
	const reply = parseReply(text);
	if (reply.code !== undefined) return reply;
	// Exim: `SMTP error from remote mail server after RCPT TO:<…>: 550 …`; sendmail: `Deferred: 450 …`
	const inner = /(?:^|: |said: |'|"|- )([245]\d\d(?:[ -]#?[245]\.\d{1,3}\.\d{1,3})?[ -]\S.*)$/.exec(
		text.slice(0, 1000),
	)?.[1];
	if (inner === undefined) return reply;
	const found = parseReply(inner.replace(/^(\d\d\d[ -])#/, "$1"));
	return found.code === undefined ? reply : { ...found, text: `${text}`, ...exim(text) };
}

/** Exim names the command in words of its own. */
function exim(text: string): Pick<SmtpReply, "command"> {
	if (text.includes("after initial connection")) return { command: "CONNECT" };
	if (text.includes("after MAIL FROM")) return { command: "MAIL" };
	if (text.includes("after RCPT TO")) return { command: "RCPT" };
	if (text.includes("after end of data")) return { command: "EOM" };
	return {};
}

function normalise(text: string): string {
	let words = text.toLowerCase().replace(/[’‘`]/g, "'").replace(/[–—‐]/g, "-").replace(/\s+/g, " ");
	if (words.includes("@")) words = words.replace(/[^\s<>@"'(),;:]{1,128}@[^\s<>@"'(),;:]{1,255}/g, "@");
	return words;
}
