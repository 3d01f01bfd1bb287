/**
 * Connections of sendmail, in and out: srvrsmtp.c, sfgets in util.c, makeconnection in daemon.c, and what AUTH says. Host names in them
 * are a stranger's DNS. tls.ts reads STARTTLS.
 */
import { parseReply, type ParsedMessage, type SmtpStage } from "../../event/index.ts";
import { event, unparsed } from "../parsed.ts";
import { readPeer } from "../peer.ts";

const STAGE_WORDS: Readonly<Record<string, SmtpStage>> = {
	startup: "CONNECT",
	"client greeting": "CONNECT",
	"client EHLO": "EHLO",
	"client HELO": "HELO",
	"client MAIL": "MAIL",
	"client RCPT": "RCPT",
	"client DATA 354": "DATA",
	"client DATA status": "EOM",
	"client probe": "RSET",
	"client QUIT": "QUIT",
	"client STARTTLS": "STARTTLS",
	"client AUTH": "AUTH",
	mail: "MAIL",
	rcpt: "RCPT",
	data: "DATA",
	auth: "AUTH",
	helo: "HELO",
	ehlo: "EHLO",
	starttls: "STARTTLS",
	bdat: "BDAT",
	rset: "RSET",
	vrfy: "VRFY",
	expn: "VRFY",
	etrn: "ETRN",
	noop: "NOOP",
	help: "HELP",
	quit: "QUIT",
	"message collect": "DATA",
	"DATA-1": "DATA",
	"DATA-2": "EOM",
	MAIL: "MAIL",
	RCPT: "RCPT",
	HELO: "HELO",
	EHLO: "EHLO",
	QUIT: "QUIT",
	RSET: "RSET",
};

/** The event of such a line; undefined where the line is something else. */
export function parseSession(queueId: string | undefined, text: string): ParsedMessage | undefined {
	if (text.startsWith("AUTH")) return parseAuth(queueId, text);
	return parseIncoming(queueId, text) ?? parseOutgoing(queueId, text);
}

const IDLE = " did not issue MAIL/EXPN/VRFY/ETRN during connection to ";

function parseIncoming(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const common = { mta: "sendmail", queueId } as const;
	// connect from relay1.corp.example [127.0.1.2]
	if (text.startsWith("connect from "))
		return event({ kind: "connect", ...common, client: readPeer(text.slice(13)) });
	// h.example [192.0.2.1] did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA
	const idle = text.lastIndexOf(IDLE);
	if (idle > 0) {
		const reason = text.slice(idle + 1);
		return event({ kind: "disconnect", ...common, client: readPeer(text.slice(0, idle)), reason });
	}
	// lost input channel from h.example [192.0.2.1] to MTA after rcpt
	const lost = /^lost input channel from (.{1,300}) to \S{1,60} after ([a-z]{1,20})$/.exec(text);
	if (lost) {
		const stage = STAGE_WORDS[lost[2] as string];
		return event({
			kind: "connection-lost",
			...common,
			client: readPeer(lost[1] as string),
			stage,
			reason: "lost input channel",
		});
	}
	if (text.startsWith("collect: ")) return parseCollect(queueId, text.slice(9));
	return undefined;
}

const CLOSED = /^unexpected close on connection from ([^\s,]{1,255}(?: \[\S{2,50}\])?)(?:, |$)/;
const ABANDONED = /^relay=([^\s,]{1,255}(?: \[\S{2,50}\])?), from=/;

// collect: premature EOM: Connection reset by peer ; collect: unexpected close on connection from h.example, sender=<a@x>
// collect: relay=mx.b.example, from=<a@client.example>, info=unexpected close
function parseCollect(queueId: string | undefined, words: string): ParsedMessage {
	const abandoned = ABANDONED.exec(words);
	const peer = (CLOSED.exec(words) ?? abandoned)?.[1];
	const info = abandoned ? words.lastIndexOf(", info=") : -1;
	return event({
		kind: "connection-lost",
		mta: "sendmail",
		queueId,
		stage: "DATA",
		client: peer === undefined ? undefined : readPeer(peer),
		reason: info < 0 ? words : words.slice(info + 7),
	});
}

function parseOutgoing(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const common = { mta: "sendmail", queueId } as const;
	// timeout waiting for input from mx.e.example. during client greeting
	const waiting = "timeout waiting for input from ";
	if (text.startsWith(waiting)) {
		const during = text.lastIndexOf(" during ");
		const phase = during < 0 ? "" : text.slice(during + 8);
		const peer = readPeer(text.slice(waiting.length, during < 0 ? undefined : during));
		const stage = STAGE_WORDS[phase];
		if (phase.startsWith("client "))
			return event({ kind: "attempt", ...common, relay: peer, stage, reason: text });
		return event({ kind: "connection-lost", ...common, client: peer, stage, reason: text });
	}
	// makeconnection (mx.dead.example. [127.0.1.16].25 (2)) failed: Connection refused by mx.dead.example.
	const connect = /^makeconnection \((\S{0,255}) ?(\[\S{2,60}\])?\.(\d{1,5}) \(\d{1,3}\)\) failed: /.exec(
		text,
	);
	if (connect) {
		const peer = readPeer(`${connect[1]} ${connect[2] ?? ""}`.trim());
		const relay = peer && { ...peer, port: Number(connect[3]) };
		return event({
			kind: "attempt",
			...common,
			relay,
			stage: "CONNECT",
			reason: text.slice(connect[0].length),
		});
	}
	// mx.example.: SMTP DATA-2 protocol error: 571 Message Refused
	const protocol = /^([^\s:]{1,255}): SMTP (\S{1,20}) protocol error: /.exec(text);
	if (protocol) {
		const stage = STAGE_WORDS[protocol[2] as string];
		return event({
			kind: "attempt",
			...common,
			relay: readPeer(protocol[1] as string),
			stage,
			reply: parseReply(text.slice(protocol[0].length)),
		});
	}
	return undefined;
}

/** usersmtp.c and srvrsmtp.c: what keeps a side from authenticating at all */
const AUTH_TROUBLE =
	/^AUTH(?: warning| error|: sasl_\w{1,10} error|=client, (?:error: |relay=.{1,120}, (?:authinfo (?:temp)?failed|temporary failure)|available mechanisms=|realm=\S{1,200} not in list))/;
const AUTH_WORDS = /^AUTH(?:=|: | flags=| username | authid )/;

// AUTH decode64 error [1 for "!!!"], relay=client.example [127.0.1.9]
function parseAuthCode(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const error = /^AUTH ((?:de|en)code64 error) \[-?\d{1,6} for "/.exec(text);
	if (!error) return undefined;
	const relay = text.lastIndexOf("], relay=");
	return event({
		kind: "auth-failed",
		mta: "sendmail",
		queueId,
		client: relay < 0 ? undefined : readPeer(text.slice(relay + 9)),
		reason: error[1],
		service: "smtp",
	});
}

// AUTH failure (LOGIN): authentication failure (-13) SASL(-13): authentication failure: checkpass failed, user=bob, relay=h.example [192.0.2.1]
function parseAuth(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const common = { mta: "sendmail", queueId } as const;
	const failure = /^AUTH failure \(([A-Z0-9-]{1,30})\): /.exec(text);
	if (!failure) {
		const code = parseAuthCode(queueId, text);
		if (code) return code;
		if (AUTH_TROUBLE.test(text)) return event({ kind: "problem", ...common, severity: "warning", text });
		return AUTH_WORDS.test(text) ? event({ kind: "other", ...common }) : unparsed("sendmail", queueId);
	}
	let words = text.slice(failure[0].length);
	const relay = words.lastIndexOf(", relay=");
	const client = relay < 0 ? undefined : readPeer(words.slice(relay + 8));
	if (relay >= 0) words = words.slice(0, relay);
	const user = words.indexOf(", user=");
	return event({
		kind: "auth-failed",
		...common,
		client,
		method: failure[1],
		username: user < 0 ? undefined : words.slice(user + 7) || undefined,
		reason: user < 0 ? words : words.slice(0, user),
		service: "smtp",
	});
}
