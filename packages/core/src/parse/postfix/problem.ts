/**
 * `warning:`, `error:`, `fatal:` and `panic:` of every daemon (msg.c), with the peer where Postfix names one at a place of
 * its own, and the failed logins among them (smtpd_sasl_glue.c).
 */
import {
	canonicalIp,
	type Endpoint,
	type ProblemEvent,
	readEndpoint,
	readRelay,
	type Relay,
} from "../../event/index.ts";
import { readHeaderCheck } from "./header-check.ts";
import { splitQueueId } from "./queue.ts";
import { readEtrnReject } from "./reject.ts";
import { type PostfixLine, type Said, said } from "./said.ts";

const SEVERITIES: readonly ProblemEvent["severity"][] = ["warning", "error", "fatal", "panic"];

/** warning: … · fatal: … · 4jX…: warning: header … (a header check, not a problem) */
export function readProblem(line: PostfixLine): Said | undefined {
	const severity = SEVERITIES.find((word) => line.text.startsWith(`${word}: `));
	if (!severity) return undefined;
	if (severity === "warning" && line.queueId !== undefined) {
		const check = readHeaderCheck(line);
		if (check) return check;
	}
	const { queueId, text } = splitQueueId(line.text.slice(severity.length + 2));
	// smtpd.c: warning: reject: ETRN b.example... from mx.example[192.0.2.1]
	if (text.startsWith("reject: ETRN ")) return readEtrnReject({ ...line, text });
	const login = severity === "warning" ? readFailedLogin(text) : undefined;
	if (login) return queueId === undefined ? login : { ...login, queueId };
	return said({
		kind: "problem",
		severity,
		text,
		queueId: queueId ?? line.queueId ?? queueFile(text),
		...named(text, line.tag.base),
	});
}

/** cleanup_masquerade.c and its kin: 4jX…: virtual_alias_maps map lookup problem -- message not accepted, try again later */
export function readLookupProblem(line: PostfixLine): Said | undefined {
	if (!/^\w{1,60} map lookup problem -- /.test(line.text)) return undefined;
	return said({ kind: "problem", severity: "error", text: line.text });
}

const QUEUE = "(?:active|bounce|corrupt|defer|deferred|hold|incoming|maildrop|trace)";
const FILE = "([0-9A-Za-z]{6,20})";
/**
 * bounce_append_service.c: append file defer 3lyw0Z2NdSz2xGb: No space left on device; mail_queue_open: open active …; qmgr_active.c:
 * save corrupt file queue active id …, remove … from active; by its path, hashed or not: update queue file active/…, maildrop/…
 */
const QUEUE_FILE = new RegExp(
	`^(?:[a-z][a-z_0-9]{2,40}: )?(?:[a-z][a-z ]{2,30} ${QUEUE} (?:id )?${FILE}: |(?:[a-z][a-z ]{2,30} )?${QUEUE}/(?:[0-9A-Za-z]{1,2}/){0,8}${FILE}: |remove ${FILE} from ${QUEUE}(?:: |$))`,
);

function queueFile(text: string): string | undefined {
	const match = QUEUE_FILE.exec(text);
	return match?.[1] ?? match?.[2] ?? match?.[3];
}

// smtpd_sasl_glue.c: "%s: SASL %.100s authentication failed: %s, sasl_username=%.100s"
const LOGIN =
	/^([^\s[\]]{0,255}\[[^\]\s]{1,60}\](?::\d{1,5})?): SASL (?:(\S{1,100}) )?authentication (failed|aborted)(?:: )?/;
const USERNAME = ", sasl_username=";

/** warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: (reason unavailable), sasl_username=postmaster@example.org */
function readFailedLogin(text: string): Said | undefined {
	const match = LOGIN.exec(text);
	if (!match) return undefined;
	const words = text.slice(match[0].length);
	const at = words.indexOf(USERNAME);
	const reason = (at < 0 ? words : words.slice(0, at)).trim();
	const username = at < 0 ? "" : words.slice(at + USERNAME.length);
	return said({
		kind: "auth-failed",
		client: readEndpoint(match[1] as string),
		method: match[2],
		username: username === "" || username === "(unavailable)" ? undefined : username,
		reason: reason === "" ? (match[3] === "aborted" ? "aborted" : undefined) : reason,
		service: "smtp",
	});
}

const PEER = String.raw`([^\s[\]]{0,255}\[[^\]\s]{1,60}\](?::\d{1,5})?)`;

/** Where Postfix itself names a peer, anchored at its own words. */
const PEERS: readonly RegExp[] = [
	// Connection rate limit exceeded: 20 from mx.example[192.0.2.1] for service smtp · Illegal address syntax from … · non-SMTP command from …
	new RegExp(`^[A-Za-z][A-Za-z /-]{2,80}(?:: \\d{1,9})? (?:from|for) ${PEER}(?=[ :]|$)`),
	// mx.example[192.0.2.1]: request longer than 2048: … · do_verify: mx.example[192.0.2.1]:25: … (tls_verify.c gives its own name)
	new RegExp(`^(?:[a-z_]{2,40}: )?${PEER}(?=:? )`),
	// host mx.example[192.0.2.1]:25 greeted me with my own hostname · server mx.example[192.0.2.1] violates … policy
	new RegExp(`^(?:host|server) ${PEER} `),
	// bad size limit "x" in EHLO reply from mx.example[192.0.2.1]:25 · bad EHLO SIZE limit "x" from … · bad ETRN x... from …
	new RegExp(`^bad (?:size limit|EHLO SIZE limit|ETRN) [^\\s]{1,110} (?:in EHLO reply )?from ${PEER}`),
];
/** Whose peers are the hosts that it talks to. */
const CLIENTS: ReadonlySet<string> = new Set(["smtp", "lmtp", "relay"]);
const REMOTE = /^(?:host \S{1,320} |non-[ESMTPL]{4,5} response from )/;
// hostname mail.example does not resolve to address 192.0.2.1: host not found; 192.0.2.1: address not listed for hostname mail.example
const RESOLVE = /^hostname \S{1,255} does not resolve to address (\S{1,60}?)(?::|$)/;
const UNLISTED =
	/^(?:smtpd_peer_init: )?(\S{2,60}): (?:address not listed for hostname|hostname \S{1,255} verification failed)/;

function named(text: string, daemon: string): { client?: Endpoint; relay?: Relay } {
	const head = text.slice(0, 700);
	const ip = canonicalIp((RESOLVE.exec(head) ?? UNLISTED.exec(head))?.[1] ?? "");
	if (ip !== undefined) return { client: { ip } };
	if (!head.includes("[")) return {};
	for (const pattern of PEERS) {
		const peer = pattern.exec(head)?.[1];
		if (peer === undefined) continue;
		if (CLIENTS.has(daemon) || REMOTE.test(head)) return pick("relay", readRelay(peer));
		return pick("client", readEndpoint(peer));
	}
	return {};
}

function pick(field: "client" | "relay", peer: Endpoint | undefined): { client?: Endpoint; relay?: Relay } {
	return peer ? { [field]: peer } : {};
}
