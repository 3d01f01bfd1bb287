/** Connections of exim: SMTP sessions with clients (smtp_in.c, daemon.c), and tries with servers that name no recipient. */
import type { ParsedMessage } from "../../event/index.ts";
import { event } from "../parsed.ts";
import { listener, readFields, readHost } from "./fields.ts";
import { readRemoteWords } from "./remote-words.ts";

const CONNECTION = "SMTP connection from ";

/** The event of a line about a client's connection; undefined where the line is something else. */
export function parseSession(text: string): ParsedMessage | undefined {
	if (text.startsWith(CONNECTION)) return parseConnection(text);
	// no host name found for IP address 192.0.2.1
	const nameless = /^no host name found for IP address (\S{2,50})/.exec(text);
	if (nameless) {
		const client = readHost(`[${nameless[1]}]`, 0)?.endpoint;
		return event({ kind: "problem", mta: "exim", severity: "warning", text, client });
	}
	for (const { start, kind } of OTHERS) {
		if (!text.startsWith(start)) continue;
		const from = text.indexOf("H=", start.length) === start.length ? start.length + 2 : start.length;
		const host = readHost(text, from) ?? anyHost(text);
		const client = host?.endpoint;
		const reason = start.trim().replace(/ (?:from|on connection from|in SMTP connection from)$/, "");
		if (kind === "tls")
			return event({
				kind,
				mta: "exim",
				direction: "in",
				client,
				reason: host ? text.slice(host.end).trim() || reason : text,
			});
		return event({ kind, mta: "exim", client, reason });
	}
	// SMTP syntax error in "HELO x_y" H=… ; SMTP protocol error in "AUTH LOGIN" H=h.example [192.0.2.1] AUTH command used when not advertised
	if (/^SMTP (?:syntax|protocol) (?:error|violation) /.test(text)) {
		return event({
			kind: "problem",
			mta: "exim",
			severity: "warning",
			text,
			client: anyHost(text)?.endpoint,
		});
	}
	return undefined;
}

const OTHERS: readonly { start: string; kind: "disconnect" | "connection-lost" | "tls" }[] = [
	{ start: "no MAIL in SMTP connection from ", kind: "disconnect" },
	{ start: "no MAIL in TLS/SMTP connection from ", kind: "disconnect" },
	{ start: "unexpected disconnection while reading SMTP command from ", kind: "connection-lost" },
	{ start: "SMTP command timeout on connection from ", kind: "connection-lost" },
	{ start: "SMTP command timeout on TLS connection from ", kind: "connection-lost" },
	{ start: "SMTP data timeout (message abandoned) on connection from ", kind: "connection-lost" },
	{ start: "TLS error on connection from ", kind: "tls" },
];

/** The one host in brackets behind a client's quoted words; none where those words imitate one. */
function anyHost(text: string) {
	const places = [...text.matchAll(/ H=/g)].map((match) => match.index);
	return places.length === 1 ? readHost(text, (places[0] as number) + 3) : undefined;
}

// SMTP connection from [127.0.1.3]:4 I=[127.0.1.12]:25 (TCP/IP connection count = 1)
// SMTP connection from edge.corp.example [127.0.1.3]:4 I=[127.0.1.12]:25 closed by QUIT ; … lost while reading message data
function parseConnection(text: string): ParsedMessage | undefined {
	const host = readHost(text, CONNECTION.length);
	if (!host) return undefined;
	const fields = readFields(text, host.end);
	const words = text.slice(fields.end);
	const common = { mta: "exim", client: host.endpoint, server: listener(fields.values.I) } as const;
	if (words === "" || words.startsWith("(TCP/IP connection count"))
		return event({ kind: "connect", ...common });
	if (words.startsWith("closed "))
		return event({ kind: "disconnect", ...common, reason: withoutDuration(words) });
	if (words.startsWith("lost")) {
		const stage = words.includes("message data") ? "DATA" : undefined;
		return event({ kind: "connection-lost", ...common, stage, reason: withoutDuration(words) });
	}
	return undefined;
}

/** with +smtp_connection … D=: `closed by QUIT D=0.2s` */
function withoutDuration(words: string): string {
	return words.replace(/ D=\S{1,20}(?: .{0,200})?$/, "");
}

/** The event of a line about a message and a server; undefined where the line is something else. */
export function parseAttempt(queueId: string, text: string): ParsedMessage | undefined {
	const common = { mta: "exim", queueId } as const;
	// H=mx.e.example [127.0.1.15]:25 Connection timed out ; H=mx.x [192.0.2.1]: SMTP error from remote mail server after initial connection: 421 …
	const named = text.startsWith("H=") ? 2 : 0;
	const host = readHost(text, named);
	if (host) {
		const words = text.slice(host.end).replace(/^:? /, "");
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
			text.includes(" H=") ? anyHost(text) : readHost(text, "TLS error on connection to ".length)
		)?.endpoint;
		return event({ kind: "tls", ...common, direction: "out", relay, reason: text });
	}
	return undefined;
}
