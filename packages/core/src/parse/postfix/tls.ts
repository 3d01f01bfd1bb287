/**
 * TLS in both directions, as tls_server.c, tls_client.c and tls_misc.c log it at tls_loglevel 1: sessions made, handshakes
 * and verifications that failed. Names in certificates are strangers' and are never read.
 */
import { type Endpoint, readEndpoint, readRelay, type Relay } from "../../event/index.ts";
import { type PostfixLine, type Said, said } from "./said.ts";

// tls_misc.c: "%s TLS connection %s %s %s%s%s: %s with cipher %s (%d/%d bits)"; `to NAME` behind the peer is the SNI
const MADE =
	/^(?:(Anonymous|Untrusted|Trusted|Verified) )?TLS connection (?:established|reused) (from|to) (\S{1,320}?)(?: to \S{1,255})?: (\S{1,30}) with cipher (\S{1,80}) \((\d{1,5})\/\d{1,5} bits\)/;
const KEY_EXCHANGE = / key-exchange (\S{1,40}(?: \([^()]{1,40}\))?)/;

/** Untrusted TLS connection established to mx[192.0.2.1]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 … */
export function readTls(line: PostfixLine): Said | undefined {
	const match = MADE.exec(line.text);
	if (!match) return readCut(line);
	const tail = line.text.slice(match[0].length, match[0].length + 300);
	return said({
		kind: "tls",
		...peer(match[2] === "from", match[3] as string),
		trust: match[1],
		protocol: match[4],
		cipher: match[5],
		bits: Number(match[6]),
		keyExchange: KEY_EXCHANGE.exec(tail)?.[1],
	});
}

const BEGUN =
	/^(?:(Anonymous|Untrusted|Trusted|Verified) )?TLS connection (?:established|reused) (from|to) (\S{1,320}?)(?: to \S{1,255})?: (?:(\S{1,30}) with cipher )?/;

/** The same line, cut before its end: what it says for certain. */
function readCut(line: PostfixLine): Said | undefined {
	const match = BEGUN.exec(line.text);
	if (!match) return undefined;
	return said({
		kind: "tls",
		...peer(match[2] === "from", match[3] as string),
		trust: match[1],
		protocol: match[4],
	});
}

type Peer =
	| { direction: "in"; client: Endpoint | undefined }
	| { direction: "out"; relay: Relay | undefined };

function peer(incoming: boolean, name: string): Peer {
	return incoming
		? { direction: "in", client: readEndpoint(name) }
		: { direction: "out", relay: readRelay(name) };
}

interface Failure {
	pattern: RegExp;
	incoming: boolean | "by-daemon";
}

/** Each pattern's first group is the peer; the rest of the line is the reason. */
const FAILURES: readonly Failure[] = [
	// SSL_accept error from mx[192.0.2.1]: lost connection · : -1
	{ pattern: /^SSL_accept error from (\S{1,320}?): /, incoming: true },
	// SSL_connect error to mx[192.0.2.1]:25: Connection timed out
	{ pattern: /^SSL_connect error to (\S{1,320}?): /, incoming: false },
	// certificate verification failed for mx[192.0.2.1]:25: self-signed certificate
	{
		pattern: /^(?:server |client )?certificate verification failed for (\S{1,320}?): /,
		incoming: "by-daemon",
	},
	{ pattern: /^certificate peer name verification failed for (\S{1,320}?): /, incoming: false },
	// NOQUEUE: abort: TLS from mx[192.0.2.1]: …
	{ pattern: /^abort: TLS from (\S{1,320}?): /, incoming: true },
];

const SERVERS: ReadonlySet<string> = new Set(["smtpd", "postscreen", "qmqpd"]);

/** A handshake or a verification that failed. */
export function readTlsFailure(line: PostfixLine): Said | undefined {
	for (const { pattern, incoming } of FAILURES) {
		const match = pattern.exec(line.text);
		if (!match) continue;
		const isIn = incoming === "by-daemon" ? SERVERS.has(line.tag.base) : incoming;
		return said({ kind: "tls", ...peer(isIn, match[1] as string), reason: line.text });
	}
	const proxied = /^TLS handshake failed for service=\S{1,80} peer=(\S{1,100})$/.exec(line.text);
	if (proxied) return said({ kind: "tls", ...peer(true, proxied[1] as string), reason: line.text });
	// smtp_proto.c alone: 4jX…: Cannot start TLS: handshake failure · Server certificate not trusted
	if (/^(?:Cannot start TLS|Server certificate not )/.test(line.text)) {
		return said({ kind: "tls", direction: "out", reason: line.text });
	}
	return undefined;
}

// tlsrpt_wrapper.c, 3.10: TLSRPT: status=failure, domain=b.example, receiving_mx=mx.b.example[192.0.2.1], failure_type=…
const REPORT =
	/^TLSRPT: status=(success|failure), domain=[^\s,]{1,255}, receiving_mx=([^\s,[\]]{0,255}\[[^\]\s]{0,60}\])(?:, (failure_type=.*))?$/s;

/** What is to be reported to the receiving domain (RFC 8460). A failure gives the reason, a success the bare fact. */
export function readTlsReport(line: PostfixLine): Said | undefined {
	const match = REPORT.exec(line.text);
	if (!match) return undefined;
	// what was never learned is printed as `(Null)`
	const peer = (match[2] as string).replace(/\(null\)/gi, "");
	return said({ kind: "tls", direction: "out", relay: readRelay(peer), reason: match[3] });
}
