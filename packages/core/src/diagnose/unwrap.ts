/**
 * What stands around a reply where people find it (a bounce's `Diagnostic-Code`, sendmail's `stat=`, a line copied from a
 * terminal, IronPort's and Exim's own wording) → the reply inside. Each wrapping is known by its first characters, so that
 * a bare reply costs nothing.
 */
import { parseReply, type SmtpReply } from "../event/index.ts";

export const LENGTH_MAX = 4000;
const BEYOND_PRINTABLE = /[^ -~]/;
const SPACE = 0x20;
const HOST_PREFIX =
	/^<[^<>\s]{1,320}>(?: \(expanded from <[^<>\s]{1,320}>\))?: (?=host |connect |lost |conversation )/;
const INNER =
	/(?:^|^#|[:,] |said: |'|"|- |\[|smtp; ?| (?=[245]\d\d[ -]#?[245]\.\d{1,3}\.\d{1,3} ))([245]\d\d(?:[ -]#?[245]\.\d{1,3}\.\d{1,3})?[ -]\S.*)$/;

/** amavis by LMTP (In/SMTP.pm): it took the message, refuses it for this recipient, and tells the sender itself or keeps silent. */
const RETURNED = /^Ok <[^<>\r\n]{0,320}>, DSN (?:was sent|suppressed(?:_2)?) \((5\d\d .*?)\)?$/;

/** What was decided, where an answer of acceptance only says that its sender need tell nobody; any other answer as it is. */
export function decidedIn(reply: SmtpReply): SmtpReply {
	const decided = reply.code !== undefined && reply.code < 300 ? RETURNED.exec(reply.text)?.[1] : undefined;
	return decided === undefined ? reply : { ...reply, ...parseReply(decided) };
}

export function readWrapped(raw: string): SmtpReply {
	const text = unwrap(oneSpaced(raw.length > LENGTH_MAX ? raw.slice(0, LENGTH_MAX) : raw));
	const reply = parseReply(text);
	if (reply.code !== undefined) return reply;
	// Exim: `SMTP error from remote mail server after RCPT TO:<…>: 550 …`; sendmail: `Deferred: 450 …`
	const inner = INNER.exec(text.length > 1000 ? text.slice(0, 1000) : text)?.[1];
	if (inner === undefined) return inBrackets(text, reply);
	const found = parseReply(inner.charCodeAt(4) === 35 ? inner.slice(0, 4) + inner.slice(5) : inner);
	return found.code === undefined ? reply : { ...found, text, ...exim(text) };
}

/** Notices in words for people name the answer behind them: `… 上限を超えています (552 5.3.4)`. */
function inBrackets(text: string, reply: SmtpReply): SmtpReply {
	if (!text.endsWith(")")) return reply;
	const codes = /\(([45]\d\d)[ -]([245]\.\d{1,3}\.\d{1,3})(?: [^()]{1,200})?\)$/.exec(text.slice(-220));
	return codes ? { ...reply, code: Number(codes[1]), enhanced: codes[2] as string } : reply;
}

/** Line ends and double spaces are the mail's or the terminal's. */
function oneSpaced(text: string): string {
	return mayBeSpaced(text) ? text.replace(/\s+/g, " ").trim() : text;
}

/** Most replies have nothing that stands for a space, or for none. */
function mayBeSpaced(text: string): boolean {
	const first = text.charCodeAt(0);
	const last = text.charCodeAt(text.length - 1);
	return first === SPACE || last === SPACE || text.includes("  ") || BEYOND_PRINTABLE.test(text);
}

/** From the outside in. */
function unwrap(whole: string): string {
	let text = withoutType(whole);
	switch (text.charAt(0)) {
		case "<":
			text = text.startsWith("<<< ") ? text.slice(4) : text.replace(HOST_PREFIX, "");
			break;
		case "(":
		case "r":
		case "R":
			text = text.replace(/^\(?reason: (.*?)\)?$/i, "$1");
			break;
		case "s":
		case "S":
			// `status=deferred (host … said: …)` and `stat=Deferred: …` as people copy them
			text = text.replace(/^(?:status|stat)=[a-z]+ \((.*)\)$/i, "$1").replace(/^stat=/i, "");
			break;
		default:
			break;
	}
	if (/^[245]/.test(text)) text = unwrapCode(text);
	if (text.startsWith("host ")) text = text.replace(/^host (\S{1,300}): (said|refused)/, "host $1 $2");
	return text;
}

/** RFC 3464 section 2.3.6: `smtp; 550 …`; `x-unix` stays, it tells of a program. */
function withoutType(text: string): string {
	const semicolon = text.indexOf(";");
	if (semicolon < 1 || semicolon > 24) return text;
	return text.replace(/^(?:smtp|lmtp|unknown|x-(?!unix)[a-z_-]{1,20}) ?; ?/i, "");
}

function unwrapCode(text: string): string {
	switch (text.charAt(3)) {
		case ":":
			// Yahoo! Japan: `550: 5.2.2 <@>... Mailbox Full`
			return text.replace(/^(\d\d\d): (?=\S)/, "$1 ");
		case "-":
			return unquoted(text);
		default:
			// IronPort: `5.1.0 - Unknown address error 550-'5.7.1 …' (delivery attempts: 0)`
			return text.charAt(1) === "."
				? unquoted(text.replace(/^[45]\.\d\.\d - [a-z ]{3,40}(?=[245]\d\d[ -])/i, ""))
				: text;
	}
}

function unquoted(text: string): string {
	return text.charAt(4) === "'" ? text.replace(/^(\d\d\d)-'(.*)'(?: \(delivery.*)?$/, "$1 $2") : text;
}

/** Exim names the command in words of its own. */
function exim(text: string): Pick<SmtpReply, "command"> {
	if (text.includes("after initial connection")) return { command: "CONNECT" };
	if (text.includes("after MAIL FROM")) return { command: "MAIL" };
	if (text.includes("after RCPT TO")) return { command: "RCPT" };
	if (text.includes("after end of data")) return { command: "EOM" };
	return {};
}
