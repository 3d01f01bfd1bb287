/**
 * What smtp(8) and lmtp(8) say about a try before the delivery line: the connections that failed and the hosts that
 * answered no (smtp_connect.c, smtp_trouble.c, smtp_proto.c). They name no recipient.
 */
import { type Endpoint, parseReply, readRelay, type Relay, type SmtpStage } from "../../event/index.ts";
import { type PostfixLine, type Said, said } from "./said.ts";

/** host mx.example.net[203.0.113.112] said: 450 4.2.0 … (in reply to RCPT TO command) · … refused to talk to me: 554 … */
export function readHostSaid(line: PostfixLine): Said | undefined {
	const reply = parseReply(line.text);
	const relay = asRelay(reply.host);
	if (!relay) return undefined;
	return said({ kind: "attempt", relay, stage: reply.command ?? "CONNECT", reply });
}

// smtp_sasl_glue.c: cannot authenticate to server X: … · … loop with server X; smtp_sasl_proto.c: failed: server X offered no …
const SASL_SERVER = /^SASL authentication failed[;:] [a-z -]{0,80}\bserver (\S{1,300}?)(?::? |$)/;

/** SASL authentication failed; server mx.example[192.0.2.1] said: 535 5.7.8 … */
export function readSaslFailed(line: PostfixLine): Said | undefined {
	if (!/^SASL (?:\[CACHED\] )?authentication failed[;:]/.test(line.text)) return undefined;
	const reply = parseReply(line.text);
	if (reply.host === undefined) {
		const named = SASL_SERVER.exec(line.text.slice(0, 500))?.[1];
		return said({
			kind: "attempt",
			relay: named === undefined ? undefined : readRelay(named),
			stage: "AUTH",
			reason: line.text,
		});
	}
	return said({ kind: "attempt", relay: asRelay(reply.host), stage: "AUTH", reply });
}

const CONNECT = /^connect to (\S{1,300}?): /;
// up to 2.2 the port stood behind: connect to mx.example[192.0.2.1]: Connection refused (port 25)
const PORT_BEHIND = / *\(port (\d{1,5})\)$/;
const REFUSED = "server refused to talk to me: ";

/** smtp_connect.c: connect to mail.example.net[203.0.113.112]:25: Connection timed out */
export function readConnectTo(line: PostfixLine): Said | undefined {
	const head = CONNECT.exec(line.text);
	const relay = head ? readRelay(head[1] as string) : undefined;
	if (!head || !relay) return undefined;
	const port = PORT_BEHIND.exec(line.text.slice(-40));
	if (port && relay.port === undefined) relay.port = Number(port[1]);
	if (line.text.startsWith(REFUSED, head[0].length)) {
		const words = line.text.slice(head[0].length + REFUSED.length, port ? -port[0].length : undefined);
		return said({ kind: "attempt", relay, stage: "CONNECT", reply: parseReply(words) });
	}
	return said({ kind: "attempt", relay, stage: "CONNECT", reason: line.text });
}

/** smtp_trouble.c's names of where it was: `lost connection with X while PHASE`. */
const PHASES: readonly [phase: string, stage: SmtpStage][] = [
	["receiving the initial ", "CONNECT"],
	["performing the EHLO handshake", "EHLO"],
	["performing the HELO handshake", "HELO"],
	["performing the LHLO handshake", "EHLO"],
	["receiving the STARTTLS response", "STARTTLS"],
	["sending MAIL FROM", "MAIL"],
	["sending RCPT TO", "RCPT"],
	["receiving the response to RCPT TO", "RCPT"],
	["sending end of data", "EOM"],
	["sending message body", "DATA"],
	['sending final "."', "EOM"],
	["sending DATA", "DATA"],
	["sending XFORWARD", "XFORWARD"],
	["sending QUIT", "QUIT"],
	["sending RSET", "RSET"],
	["sending AUTH", "AUTH"],
];

// lost connection with X[ip] while … · conversation with X[ip] timed out while … · local data error while talking to X
const TROUBLE = /^(?:lost connection|conversation) with (\S{1,300}) (?:timed out )?while (.{1,200})$/s;

/** lost connection with mx.example[192.0.2.1] while receiving the initial server greeting */
export function readTrouble(line: PostfixLine): Said | undefined {
	const match = TROUBLE.exec(line.text);
	if (!match) return undefined;
	const phase = match[2] as string;
	return said({
		kind: "attempt",
		relay: readRelay(match[1] as string),
		stage: PHASES.find(([words]) => phase.startsWith(words))?.[1],
		reason: line.text,
	});
}

/** TLS is required, but was not offered by host mx.example[192.0.2.1] · local data error while talking to … */
export function readRefusedHere(line: PostfixLine): Said {
	const match = /(?:by host|talking to) (\S{1,300})$/.exec(line.text.slice(0, 500));
	const relay = match ? readRelay(match[1] as string) : undefined;
	const reply = line.text.startsWith("TLS is required, but host ") ? parseReply(line.text) : undefined;
	if (reply?.host) return said({ kind: "attempt", relay: asRelay(reply.host), stage: "STARTTLS", reply });
	return said({
		kind: "attempt",
		relay,
		stage: line.text.startsWith("TLS") ? "STARTTLS" : undefined,
		reason: line.text,
	});
}

/** What smtp(8) and lmtp(8) found wrong before a host could say anything, or with the host's own offer. */
const UNNAMED: readonly [start: string, stage?: SmtpStage][] = [
	["mail for "],
	["SMTPUTF8 is required, but was not offered by host ", "EHLO"],
	["client TLS configuration problem", "STARTTLS"],
	["unexpected server message"],
	["Server configuration error"],
	["server configuration error"],
	["network address conversion failed: "],
	["Temporary lookup error"],
	["TLSA lookup error for "],
	["TLSA records unusable"],
	["no TLSA records found"],
	["non DNSSEC destination"],
	["message size "],
	["unreadable mail queue entry"],
];
const CLIENTS: ReadonlySet<string> = new Set(["smtp", "lmtp", "relay", "postfix"]);

/** SMTPUTF8 is required, but was not offered by host mx.example[192.0.2.1] · mail for b.example loops back to myself */
export function readUnnamedTrouble(line: PostfixLine): Said | undefined {
	if (!CLIENTS.has(line.tag.base)) return undefined;
	const found = UNNAMED.find(([start]) => line.text.startsWith(start));
	if (!found) return undefined;
	const peer = / (?:by host|of server) (\S{1,300})$/.exec(line.text.slice(-330))?.[1];
	return said({
		kind: "attempt",
		relay: peer === undefined ? undefined : readRelay(peer),
		stage: found[1],
		reason: line.text,
	});
}

function asRelay(host: Endpoint | undefined): Relay | undefined {
	return host && { ...host };
}
