/**
 * Dovecot 2.0 to 2.4: `service(user)<pid><session>: words`. store.ts reads what LMTP, LDA and Sieve did with a message, relay.ts what
 * goes on to other servers, login.ts and auth.ts failed logins. A line of LMTP or LDA carries its session as queue id: that is the id
 * under which the store took the message.
 */
import { canonicalIp, type ParsedMessage } from "../../event/index.ts";
import { event, type ProgramTag, unparsed } from "../parsed.ts";
import { parseAuth, parseAuthPrefix } from "./auth.ts";
import { parseLogin } from "./login.ts";
import { parseProxied, parseSubmission } from "./relay.ts";
import { readService, type ServiceLine, STORES } from "./service-line.ts";
import { parseStore } from "./store.ts";

/** The tags that Dovecot logs under. */
export const DOVECOT_PROGRAMS = ["dovecot", "dovecot-lda", "dovecot-lmtpd"] as const;

/** What a line of Dovecot says. */
export function parseDovecot(program: ProgramTag, message: string): ParsedMessage {
	const auth = message.startsWith("auth") ? parseAuthPrefix(message) : undefined;
	if (auth) return auth;
	const line = ownService(program.base, message) ?? readService(message);
	if (!line) return unparsed("dovecot");
	const { service } = line;
	const common = { mta: "dovecot", daemon: service } as const;
	const queueId = STORES.has(service) ? line.session : undefined;
	const level = /^(Debug|Info|Warning|Error|Fatal|Panic): /.exec(line.text);
	const text = level ? line.text.slice(level[0].length) : line.text;
	if (level?.[1] === "Debug") return event({ kind: "other", ...common, queueId });
	const severity = level ? SEVERITIES[level[1] as string] : undefined;
	if (severity) return event({ kind: "problem", ...common, queueId, severity, text });
	if (service === "auth" || service === "auth-worker") {
		const failed = parseAuth(service, text);
		if (failed) return failed;
	}
	if (service === "submission") {
		const relayed = parseSubmission({ ...line, text });
		if (relayed) return relayed;
	}
	if (service.endsWith("-login")) return parseLogin(service, text) ?? event({ kind: "other", ...common });
	if (STORES.has(service)) return parseStoreLine({ ...line, text }, queueId);
	if (service === "master" || service === "log") {
		const version = /^Dovecot v(\S{1,40})/.exec(text)?.[1];
		return event({ kind: "status", ...common, text, version });
	}
	// imap(bob)<123><abc>: Disconnected: Logged out in=123 out=456 …
	const left = /^(?:Disconnected|Connection closed|Logged out)\b(?:: |: ?| )?(.{0,400})$/.exec(text);
	if (left && SESSIONS.has(service)) {
		return event({ kind: "disconnect", ...common, reason: text.replace(/ (?:in|top|bytes)=\d.*$/, "") });
	}
	return line.certain || KNOWN.has(service) ? event({ kind: "other", ...common }) : unparsed("dovecot");
}

const SESSIONS: ReadonlySet<string> = new Set(["imap", "pop3", "managesieve", "submission"]);
const KNOWN: ReadonlySet<string> = new Set(
	(
		"imap pop3 managesieve submission auth auth-worker anvil config stats indexer indexer-worker doveadm dict dict-expire dsync " +
		"ssl-params replicator aggregator director quota-status old-stats ipc imap-hibernate imap-urlauth script fts decode2text " +
		"lmtp lda deliver dns-client health-check log master program-client welcome quota-warning"
	).split(" "),
);

const SEVERITIES: Readonly<Record<string, "warning" | "error" | "fatal" | "panic">> = {
	Warning: "warning",
	Error: "error",
	Fatal: "fatal",
	Panic: "panic",
};

/** `dovecot-lda: msgid=…`, logged under a tag of its own with no service before it. */
function ownService(base: string, message: string): ServiceLine | undefined {
	return base === "dovecot-lda" && !message.startsWith("lda")
		? { service: "lda", text: message, certain: true }
		: undefined;
}

function parseStoreLine(line: ServiceLine, queueId: string | undefined): ParsedMessage {
	const common = { mta: "dovecot", daemon: line.service, queueId } as const;
	const done = parseStore(line) ?? parseProxied(line);
	if (done) return done;
	// lmtp(170): Connect from local ; lmtp(170): Disconnect from local: Logged out (state=READY)
	const peer = /^(Connect|Disconnect) from ([^\s:]{1,60}(?::[0-9A-Fa-f:.]{1,50})?)(?:: (.{1,300}))?$/.exec(
		line.text,
	);
	if (peer) {
		const ip = canonicalIp(peer[2] as string);
		const client = ip === undefined ? undefined : { ip };
		if (peer[1] === "Connect") return event({ kind: "connect", ...common, client });
		return event({ kind: "disconnect", ...common, client, reason: peer[3] });
	}
	if (
		/^(?:sieve: |msgid=|save failed|Quota|quota)/.test(line.text) &&
		/fail|exceed|error|not enough/i.test(line.text)
	) {
		return event({ kind: "problem", ...common, severity: "error", text: line.text });
	}
	return event({ kind: "other", ...common });
}
