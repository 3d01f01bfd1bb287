/** Connections of exim: SMTP sessions with clients (smtp_in.c, daemon.c), and tries with servers that name no recipient. */
import type { ParsedMessage } from "../../event/index.ts";
import { event } from "../parsed.ts";
import { listener, onlyHost, readFields, readHost } from "./fields.ts";
import { readRemoteWords } from "./remote-words.ts";

const CONNECTION = "SMTP connection from ";
/** with +connection_id (4.97 on) the connection's own name stands before the client's */
const NAMED = /^((?:SMTP|TLS error on) connection) Ci=\S{1,40} (?=from )/;

/** The event of a line about a client's connection; undefined where the line is something else. */
export function parseSession(queueId: string | undefined, line: string): ParsedMessage | undefined {
	const text = line.replace(NAMED, "$1 ");
	if (text.startsWith(CONNECTION)) return parseConnection(queueId, text);
	// no host name found for IP address 192.0.2.1
	const nameless = /^no host name found for IP address (\S{2,50})/.exec(text);
	if (nameless) {
		const client = readHost(`[${nameless[1]}]`, 0)?.endpoint;
		return event({ kind: "problem", mta: "exim", queueId, severity: "warning", text, client });
	}
	for (const { start, kind } of OTHERS) {
		if (text.startsWith(start)) return parseEnd(queueId, text, start, kind);
	}
	// SMTP syntax error in "HELO x_y" H=… ; SMTP protocol error in "AUTH LOGIN" H=h.example [192.0.2.1] AUTH command used when not advertised
	if (/^SMTP (?:syntax|protocol) (?:error|violation) /.test(text)) {
		const client = onlyHost(text)?.host?.endpoint;
		return event({ kind: "problem", mta: "exim", queueId, severity: "warning", text, client });
	}
	return undefined;
}

// no MAIL in SMTP connection from client.example (c) [127.0.1.9]:35305 I=[127.0.1.12]:25 D=0.208s C=EHLO,AUTH,QUIT
// TLS error on connection from client.example (c) [127.0.1.9]:56801 I=[127.0.1.12]:25 (gnutls_handshake): An unexpected TLS packet was received.
function parseEnd(
	queueId: string | undefined,
	text: string,
	start: string,
	kind: (typeof OTHERS)[number]["kind"],
): ParsedMessage {
	const from = text.startsWith("H=", start.length) ? start.length + 2 : start.length;
	const host = readHost(text, from);
	const fields = host ? readFields(text, host.end) : onlyHost(text);
	const peer = {
		client: (host ?? fields?.host)?.endpoint,
		server: listener(fields?.values.I),
	};
	const reason = start.trim().replace(/ (?:from|on connection from|in (?:TLS\/)?SMTP connection from)$/, "");
	if (kind !== "tls") return event({ kind, mta: "exim", queueId, ...peer, reason });
	const words = fields ? text.slice(fields.end).trim() : text;
	const { client } = peer;
	return event({ kind, mta: "exim", queueId, direction: "in", client, reason: words || reason });
}

const OTHERS: readonly { start: string; kind: "disconnect" | "connection-lost" | "tls" }[] = [
	{ start: "no MAIL in SMTP connection from ", kind: "disconnect" },
	{ start: "no MAIL in TLS/SMTP connection from ", kind: "disconnect" },
	{ start: "no MAIL in TFO SMTP connection from ", kind: "disconnect" },
	{ start: "no MAIL in TFO* SMTP connection from ", kind: "disconnect" },
	{ start: "unexpected disconnection while reading SMTP command from ", kind: "connection-lost" },
	{ start: "unexpected EOF while reading SMTP command from ", kind: "connection-lost" },
	{ start: "SMTP command timeout on connection from ", kind: "connection-lost" },
	{ start: "SMTP command timeout on TLS connection from ", kind: "connection-lost" },
	{ start: "SMTP data timeout (message abandoned) on connection from ", kind: "connection-lost" },
	// receive.c: it was taken back, whoever sent it tries again
	{ start: "SMTP connection lost after final dot ", kind: "connection-lost" },
	{ start: "TLS error on connection from ", kind: "tls" },
];

// SMTP connection from [127.0.1.3]:4 I=[127.0.1.12]:25 (TCP/IP connection count = 1)
// SMTP connection from edge.corp.example [127.0.1.3]:4 I=[127.0.1.12]:25 closed by QUIT ; … lost while reading message data
// SMTP connection Ci=109 from out.corp.example [127.0.1.1]:36627 I=[127.0.1.6]:25 D=0.030s closed by QUIT
function parseConnection(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const host = readHost(text, CONNECTION.length);
	// `exim -bs` names the user who called it: SMTP connection from root closed by QUIT
	const user = host ? undefined : /^[\w.-]{1,64}(?= |$)/.exec(text.slice(CONNECTION.length));
	if (!host && !user) return undefined;
	const end = host?.end ?? CONNECTION.length + (user?.[0].length ?? 0);
	const how = / \((?:via inetd|ODMR customer)\)/y;
	how.lastIndex = end;
	const fields = readFields(text, how.test(text) ? how.lastIndex : end);
	const words = text.slice(fields.end);
	const common = {
		mta: "exim",
		queueId,
		client: host?.endpoint,
		server: listener(fields.values.I),
	} as const;
	if (words === "" || words.startsWith("(TCP/IP connection count"))
		return event({ kind: "connect", ...common });
	if (words.startsWith("closed "))
		return event({ kind: "disconnect", ...common, reason: withoutDuration(words) });
	if (words.startsWith("lost") || words.startsWith("TFO lost")) {
		const stage = words.includes("message data") ? "DATA" : undefined;
		return event({ kind: "connection-lost", ...common, stage, reason: withoutDuration(words) });
	}
	return undefined;
}

/** with +smtp_connection … D=: `closed by QUIT D=0.2s` */
function withoutDuration(words: string): string {
	return words.replace(/ D=\S{1,20}(?: .{0,200})?$/, "");
}

/** A TLS library's name for what failed: a handshake or a certificate, not a connection that broke later. */
const HANDSHAKE =
	/^(?:SSL verify error|TLS error on connection \((?:(?:gnutls|SSL)_(?:handshake|connect)|certificate verif)|TLS session: )/;

/** The event of a line about a message and a server; undefined where the line is something else. */
export function parseAttempt(queueId: string, text: string): ParsedMessage | undefined {
	const common = { mta: "exim", queueId } as const;
	// H=mx.e.example [127.0.1.15]:25 Connection timed out ; H=mx.x [192.0.2.1]: SMTP error from remote mail server after initial connection: 421 …
	const named = text.startsWith("H=") ? 2 : 0;
	const host = readHost(text, named);
	if (host) {
		const words = text.slice(host.end).replace(/^:? /, "");
		if (HANDSHAKE.test(words))
			return event({ kind: "tls", ...common, direction: "out", relay: host.endpoint, reason: words });
		const remote = readRemoteWords(words);
		return event({
			kind: "attempt",
			...common,
			relay: host.endpoint,
			...(remote
				? { ...remote, stage: remote.reply.command }
				: {
						reason: words || undefined,
						stage: /^Connection (?:refused|timed out)/.test(words) ? "CONNECT" : undefined,
					}),
		});
	}
	const remote = readRemoteWords(text);
	if (remote) {
		const { host: relay, ...reply } = remote.reply;
		return event({ kind: "attempt", ...common, relay, stage: reply.command, reply });
	}
	// Remote host mx.x [192.0.2.1] closed connection in response to end of data
	const closed = text.startsWith("Remote host ") ? readHost(text, 12) : undefined;
	if (closed) return event({ kind: "attempt", ...common, relay: closed.endpoint, reason: text });
	// TLS session: (SSL_connect): …, delivering unencrypted to H=mx.x [192.0.2.1] (not in hosts_require_tls)
	if (/^TLS (?:error|session)/.test(text)) {
		const relay = (
			text.includes(" H=") ? onlyHost(text)?.host : readHost(text, "TLS error on connection to ".length)
		)?.endpoint;
		return event({ kind: "tls", ...common, direction: "out", relay, reason: text });
	}
	return undefined;
}
