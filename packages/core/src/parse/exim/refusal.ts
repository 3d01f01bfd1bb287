/**
 * What exim turned away: by an ACL (`H=… F=<…> rejected RCPT <…>: text`, smtp_in.c and acl.c), by a failed authentication, or
 * before it spoke at all. Host, listener and sender stand before the verb; the text behind it is the postmaster's or a stranger's.
 */
import { bareAddress, type ParsedMessage, parseReply, type SmtpStage } from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event } from "../parsed.ts";
import { type Fields, listener, readFields, readHost } from "./fields.ts";

/** The event of such a line; undefined where the line is something else. */
export function parseRefusal(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const auth = parseAuthFailure(queueId, text);
	if (auth) return auth;
	if (text.startsWith("rejected ") || text.startsWith("refused "))
		return parseRejected(queueId, text, undefined);
	if (!text.startsWith("H=")) return parseDropped(queueId, text);
	const fields = readFields(text, 0);
	if (!fields.host) return undefined;
	const words = text.slice(fields.end);
	const rejected = parseRejected(queueId, words, fields);
	if (rejected) return rejected;
	const common = { mta: "exim", queueId } as const;
	const client = fields.host.endpoint;
	if (words.startsWith("incomplete transaction ")) return event({ kind: "other", ...common });
	if (
		words.startsWith("sender verify ") ||
		words.startsWith("Warning: ") ||
		words.startsWith("recipient verify ")
	) {
		return event({ kind: "problem", ...common, severity: "warning", text: words, client });
	}
	return undefined;
}

const REJECTED =
	/^(?:temporarily )?(?:rejected|refused) (RCPT|MAIL|EHLO or HELO|HELO or EHLO|connection|after DATA|DATA|AUTH|VRFY|EXPN|ETRN|STARTTLS|PREDATA|QUIT|[A-Z]{4,8})\b/;

const STAGES: Readonly<Record<string, SmtpStage>> = {
	RCPT: "RCPT",
	MAIL: "MAIL",
	"EHLO or HELO": "EHLO",
	"HELO or EHLO": "EHLO",
	EHLO: "EHLO",
	HELO: "HELO",
	connection: "CONNECT",
	"after DATA": "EOM",
	DATA: "DATA",
	PREDATA: "DATA",
	AUTH: "AUTH",
	VRFY: "VRFY",
	EXPN: "VRFY",
	ETRN: "ETRN",
	STARTTLS: "STARTTLS",
	QUIT: "QUIT",
};

// H=edge.corp.example [127.0.1.3]:4 I=[127.0.1.12]:25 X=TLS1.3:… CV=no F=<alice@corp.example> rejected RCPT <ghost7@b.example>: User unknown
function parseRejected(
	queueId: string | undefined,
	words: string,
	fields: Fields | undefined,
): ParsedMessage | undefined {
	const match = REJECTED.exec(words);
	if (!match) return undefined;
	const stage = STAGES[match[1] as string];
	const colon = indexOutside(words, ": ", match[0].length);
	const subject = words.slice(match[0].length, colon < 0 ? undefined : colon).trim();
	const said = colon < 0 ? "" : words.slice(colon + 2);
	// `rejected connection from H=[192.0.2.1] …`
	const from = /^from (?:H=)?/.exec(subject);
	const host = fields?.host ?? (from ? readHost(subject, from[0].length) : undefined);
	return event({
		kind: "reject",
		mta: "exim",
		queueId,
		verb: "reject",
		stage,
		client: host?.endpoint,
		server: listener(fields?.values.I),
		reply: said === "" ? undefined : parseReply(said),
		reason: said === "" && subject !== "" ? subject : undefined,
		sender:
			fields?.values.F ?? (stage === "MAIL" && subject.startsWith("<") ? bareAddress(subject) : undefined),
		recipient: stage === "RCPT" && subject !== "" ? bareAddress(subject) : undefined,
		helo: host?.helo ?? (stage === "EHLO" && subject !== "" && !subject.includes(" ") ? subject : undefined),
		list: /(?:^|\s)(?:listed (?:in|at)|(?:black|block) ?list(?:ed)? (?:in|at)) ([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6})/i.exec(
			said,
		)?.[1],
	});
}

// plain_login authenticator failed for mx.example (helo) [192.0.2.1]:51451: 535 Incorrect authentication data (set_id=bob)
function parseAuthFailure(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const match = /^([^\s=]{1,80}) authenticator (?:failed|temporarily failed) for (?:H=)?/.exec(text);
	if (!match) return undefined;
	const host = readHost(text, match[0].length);
	const common = { kind: "auth-failed", mta: "exim", queueId, method: match[1], service: "smtp" } as const;
	if (!host) return event(common);
	// I= and U= may follow with their log selectors
	const fields = readFields(text, host.end);
	const rest = text.slice(fields.end).replace(/^:? ?/, "");
	const id = rest.lastIndexOf(" (set_id=");
	const set = rest.indexOf(" (set_id=");
	const username = set >= 0 && set === id && rest.endsWith(")") ? rest.slice(set + 9, -1) : undefined;
	return event({
		...common,
		client: host.endpoint,
		server: listener(fields.values.I),
		username: username || undefined,
		reason: (set < 0 ? rest : rest.slice(0, set)) || undefined,
	});
}

// SMTP protocol synchronization error (input sent without waiting for greeting): rejected connection from H=[192.0.2.1]:4 input="GET /"
// SMTP call from h.example [192.0.2.1]:4 dropped: too many syntax or protocol errors (last command was "x")
function parseDropped(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const reject = { kind: "reject", mta: "exim", queueId, verb: "reject" } as const;
	const sync =
		/^SMTP protocol synchronization error \(([^()]{1,200})\): (?:rejected connection from|rejected "[^"]{0,200}"|rejected) ?(?:H=)?/.exec(
			text,
		);
	if (sync) {
		const host = readHost(text, sync[0].length);
		return event({
			...reject,
			stage: sync[1]?.includes("greeting") ? "CONNECT" : undefined,
			client: host?.endpoint,
			helo: host?.helo,
			reason: `SMTP protocol synchronization error (${sync[1]})`,
		});
	}
	const call = "SMTP call from ";
	if (text.startsWith(call)) {
		const host = readHost(text, call.length);
		const dropped = host ? text.indexOf(" dropped: ", host.end) : -1;
		if (host && dropped >= 0)
			return event({ ...reject, client: host.endpoint, helo: host.helo, reason: text.slice(dropped + 10) });
	}
	const refused = /^Connection from /.exec(text);
	if (refused) {
		const host = readHost(text, refused[0].length);
		const at = host ? text.indexOf(" refused: ", host.end) : -1;
		if (host && at >= 0)
			return event({ ...reject, stage: "CONNECT", client: host.endpoint, reason: text.slice(at + 10) });
	}
	return undefined;
}
