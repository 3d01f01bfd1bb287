/** `smtp …`: OpenSMTPD as a server (smtp_session.c): who came, what was taken in, what was refused. */
import {
	bareAddress,
	canonicalIp,
	type Endpoint,
	type ParsedMessage,
	parseReply,
	type SmtpReply,
	type SmtpStage,
} from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event } from "../parsed.ts";
import { certificateTrust, parseTls } from "./tls.ts";

/** The event of such a line; undefined where its shape is not known. `isOld`: of a version before 6.4, which names the client in each. */
export function parseIncoming(text: string, isOld: boolean): ParsedMessage | undefined {
	// smtp connected address=127.0.1.3 host=edge.corp.example
	const connected = /^connected address=(\S{1,60}) host=(\S{0,255})$/.exec(text);
	if (connected)
		return event({
			kind: "connect",
			mta: "opensmtpd",
			client: endpoint(connected[1] as string, connected[2]),
		});
	if (text.startsWith("disconnected") || text.startsWith("closed")) return parseEnd(text);
	// smtp message msgid=b90125ce size=1873 nrcpt=1 proto=ESMTP
	const taken = /^message msgid=([0-9a-f]{8}) size=(\d{1,15}) nrcpt=(\d{1,7}) proto=(\S{1,20})$/.exec(text);
	if (taken) {
		return event({
			kind: "received",
			mta: "opensmtpd",
			queueId: taken[1],
			protocol: taken[4],
			size: Number(taken[2]),
			recipientCount: Number(taken[3]),
		});
	}
	const old = parseOldMessage(text);
	if (old) return old;
	// smtp envelope evpid=b90125cedcf4a4f9 from=<carol@corp.example> to=<u5@c.example>
	const envelope = /^envelope evpid=([0-9a-f]{8})[0-9a-f]{8} from=(?=<)/.exec(text);
	if (envelope) {
		const end = indexOutside(text, " to=<", envelope[0].length);
		if (end < 0) return undefined;
		return event({
			kind: "queued",
			mta: "opensmtpd",
			queueId: envelope[1],
			sender: bareAddress(text.slice(envelope[0].length, end)),
		});
	}
	if (text.startsWith('failed-command command="')) return parseFailedCommand(text);
	if (text.startsWith("authentication ")) return parseAuthentication(text, isOld);
	const tls = parseTls(text);
	if (tls) return event({ kind: "tls", mta: "opensmtpd", direction: "in", ...tls });
	// smtp client-cert-check result="failure" ; the mta says its own so where no certificate came (mta_session.c)
	const trust = certificateTrust(text);
	if (trust !== undefined) {
		const direction = trust === "no certificate presented" ? "out" : "in";
		return event({ kind: "tls", mta: "opensmtpd", direction, trust });
	}
	if (text.startsWith("bad-input ")) {
		return event({ kind: "problem", mta: "opensmtpd", severity: "warning", text });
	}
	return /^(?:starttls|limit|filter|envelope|command|data|proxy) ?/.test(text)
		? event({ kind: "other", mta: "opensmtpd" })
		: undefined;
}

// smtp disconnected reason=quit ; smtp disconnected reason="io-error: Connection reset by peer"
function parseEnd(text: string): ParsedMessage {
	const reason = /^(?:disconnected|closed) {1,2}reason="?(.{1,200}?)"?$/.exec(text)?.[1];
	const common = { mta: "opensmtpd", reason } as const;
	if (reason === "tls-accept-failed" || reason === "ca-failure")
		return event({ kind: "connection-lost", ...common, stage: "STARTTLS" });
	// `disconnect`: the client went without QUIT
	const lost = reason === "disconnect" || reason === "timeout" || reason?.startsWith("io-error") === true;
	return event({ kind: lost ? "connection-lost" : "disconnect", ...common });
}

// before 6.4: smtp event=message address=192.0.2.3 host=x msgid=b90125ce from=<a@x> to=<b@y> size=1873 ndest=1 proto=ESMTP
function parseOldMessage(text: string): ParsedMessage | undefined {
	const head = /^message address=(\S{1,60}) host=(\S{0,255}) msgid=([0-9a-f]{8}) from=(?=<)/.exec(text);
	const to = head ? indexOutside(text, " to=<", head[0].length) : -1;
	const size = to < 0 ? -1 : indexOutside(text, " size=", to + 1);
	const tail =
		size < 0 ? undefined : /^ size=(\d{1,15}) ndest=(\d{1,7}) proto=(\S{1,20})$/.exec(text.slice(size));
	if (!head || !tail) return undefined;
	return event({
		kind: "received",
		mta: "opensmtpd",
		queueId: head[3],
		client: endpoint(head[1] as string, head[2]),
		protocol: tail[3],
		sender: bareAddress(text.slice(head[0].length, to)),
		size: Number(tail[1]),
		recipientCount: Number(tail[2]),
	});
}

function endpoint(address: string, host: string | undefined): Endpoint | undefined {
	const ip = canonicalIp(address);
	// sendmail(1), by the host's own name: address=local host=mx.example
	if (ip === undefined) return address === "local" && host ? { name: host } : undefined;
	return host && host !== "<unknown>" && host !== "unknown" && canonicalIp(host) === undefined
		? { name: host, ip }
		: { ip };
}

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

// smtp failed-command command="RCPT To:<ghost50@c.example> ORCPT=rfc822;ghost50@c.example" result="524 5.2.4 Mailing list expansion problem: <ghost50@c.example>"
function parseFailedCommand(text: string): ParsedMessage {
	const start = 'failed-command command="'.length;
	const mark = '" result="';
	const at = text.indexOf(mark, start);
	// strnvis(3) doubles a backslash (smtp_session.c)
	const command = text.slice(start, at < 0 ? undefined : at).replaceAll("\\\\", "\\");
	// a client that writes the mark itself makes the answer unreadable, no more
	const readable = at >= 0 && text.lastIndexOf(mark) === at && text.endsWith('"');
	const reply = readable ? parseReply(text.slice(at + mark.length, -1)) : undefined;
	const stage = endOfMessage(reply) ?? STAGES.find(([verb]) => verb.test(command))?.[1] ?? "UNKNOWN";
	const address = /^(?:RCPT TO|MAIL FROM): ?(?=<)/i.exec(command);
	const path = address ? command.slice(address[0].length) : "";
	const end = indexOutside(path, " ");
	const bare = path === "" || !readable ? undefined : bareAddress(end < 0 ? path : path.slice(0, end));
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

// smtp event=authentication user=bob address=192.0.2.1 host=x result=permfail ; since 6.4: smtp authentication user=bob result=ok
function parseAuthentication(text: string, isOld: boolean): ParsedMessage | undefined {
	const result = / result="?([a-z]{1,20})"?$/i.exec(text);
	if (!result) return undefined;
	if (/^ok$/i.test(result[1] as string)) return event({ kind: "other", mta: "opensmtpd" });
	const rest = text.slice("authentication ".length, result.index);
	const from = isOld ? / address=(\S{1,60})(?: host=(\S{0,255}))?$/.exec(rest) : undefined;
	const user = rest.slice(0, from?.index).replace(/^user=/, "");
	return event({
		kind: "auth-failed",
		mta: "opensmtpd",
		client: from ? endpoint(from[1] as string, from[2]) : undefined,
		username: user || undefined,
		reason: result[1],
		service: "smtp",
	});
}
