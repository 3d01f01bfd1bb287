/**
 * What exim turned away by an ACL (`H=… F=<…> rejected RCPT <…>: text`, smtp_in.c, acl.c and receive.c) or by its own limits. Host,
 * listener and sender stand before the verb; the text behind it is the postmaster's or a stranger's. dropped.ts reads the rest.
 */
import { bareAddress, type ParsedMessage, parseReply, type SmtpStage } from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event } from "../parsed.ts";
import { parseAuthFailure } from "./auth-failure.ts";
import { parseDropped } from "./dropped.ts";
import { closing, type Fields, listener, readFields, readHost } from "./fields.ts";

/** The event of such a line; undefined where the line is something else. */
export function parseRefusal(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const auth = parseAuthFailure(queueId, text);
	if (auth) return auth;
	// with +dnssec ` DS H=…`
	const line = text.startsWith(" DS ") ? text.slice(4) : text;
	if (line.startsWith("H=") || line.startsWith("U=") || isSender(line)) return parseOfClient(queueId, line);
	if (line.startsWith("rejected from <")) return parseFromSender(queueId, line);
	return parseVerb(queueId, line, undefined) ?? parseDropped(queueId, line);
}

/** `F=<a@x.example> …`, of local_scan() `F=a@x.example H=… P=esmtp rejected by local_scan(): …`: without brackets a quoted one has no end. */
function isSender(line: string): boolean {
	if (!line.startsWith("F=")) return false;
	const blank = line.indexOf(" ");
	return line.startsWith("<", 2) || !line.slice(2, blank < 0 ? undefined : blank).includes('"');
}

function parseOfClient(queueId: string | undefined, line: string): ParsedMessage | undefined {
	const fields = readFields(line, 0);
	const words = line.slice(fields.end).trimStart();
	const refused = parseVerb(queueId, words, fields) ?? parseDiscarded(queueId, words, fields);
	if (refused) return refused;
	const common = { mta: "exim", queueId } as const;
	const client = fields.host?.endpoint;
	// H=client.example [127.0.1.9]:38941 I=[127.0.1.12]:25 incomplete transaction (RSET) from <a@client.example>
	if (words.startsWith("incomplete transaction ")) return event({ kind: "other", ...common, client });
	if (!/^(?:(?:sender|recipient) verify |Warning: )/.test(words)) return undefined;
	return event({
		kind: "problem",
		...common,
		severity: "warning",
		text: words,
		client,
		sender: unverified(words),
	});
}

/** `sender verify fail for <a@x.example>: Unrouteable address` */
function unverified(words: string): string | undefined {
	const open = /^sender verify (?:fail|defer) for </.exec(words)?.[0].length;
	const close = open === undefined ? -1 : closing(words, open - 1);
	return open === undefined || close < 0 ? undefined : words.slice(open, close);
}

const REJECTED =
	/^(?:temporarily )?(?:rejected|refused|dropped) (by local_scan\(\)|by non-SMTP ACL|by DCC|by TLS connect ACL|during MIME ACL checks|RCPT|MAIL|EHLO or HELO|HELO or EHLO|connection|after DATA|DATA|AUTH|VRFY|EXPN|ETRN|STARTTLS|PREDATA|QUIT|XCLIENT|"?(?:EHLO|HELO)|[A-Z]{4,8})(?![A-Za-z])/;

const STAGES: Readonly<Record<string, SmtpStage>> = {
	RCPT: "RCPT",
	MAIL: "MAIL",
	"EHLO or HELO": "EHLO",
	"HELO or EHLO": "EHLO",
	EHLO: "EHLO",
	'"EHLO': "EHLO",
	HELO: "HELO",
	'"HELO': "HELO",
	connection: "CONNECT",
	"after DATA": "EOM",
	"by local_scan()": "EOM",
	"by non-SMTP ACL": "EOM",
	"by DCC": "EOM",
	"during MIME ACL checks": "EOM",
	DKIM: "EOM",
	"by TLS connect ACL": "CONNECT",
	DATA: "DATA",
	PREDATA: "DATA",
	AUTH: "AUTH",
	VRFY: "VRFY",
	EXPN: "VRFY",
	ETRN: "ETRN",
	STARTTLS: "STARTTLS",
	QUIT: "QUIT",
	XCLIENT: "XCLIENT",
};

// H=edge.corp.example [127.0.1.3]:4 I=[127.0.1.12]:25 X=TLS1.3:… CV=no F=<alice@corp.example> rejected RCPT <ghost7@b.example>: User unknown
// rejected EHLO from client.example [127.0.1.9]:3 I=[127.0.1.12]:25: syntactically invalid argument(s): bad_helo!x
// rejected MAIL FROM:<a@client.example> H=client.example (c) [127.0.1.9]:4: message too big: size=99999999 max=204800
function parseVerb(
	queueId: string | undefined,
	words: string,
	known: Fields | undefined,
): ParsedMessage | undefined {
	const match = REJECTED.exec(words);
	if (!match) return undefined;
	const stage = STAGES[match[1] as string];
	const named = known ? undefined : readClient(words, match[0].length);
	const fields = known ?? named?.fields;
	const from = named?.end ?? match[0].length;
	const colon = words.charCodeAt(from - 1) === 58 ? from - 1 : indexOutside(words, ":", from);
	const said = colon < 0 ? "" : words.slice(colon + 1).trim();
	const subject = named?.subject ?? words.slice(from, colon < 0 ? undefined : colon).trim();
	const path = subject.startsWith("FROM:<") ? subject.slice(5) : subject;
	const address = path.startsWith("<") ? bareAddress(path) : undefined;
	return event({
		kind: "reject",
		mta: "exim",
		queueId,
		verb: "reject",
		stage,
		client: fields?.host?.endpoint,
		server: listener(fields?.values.I),
		reply: said === "" ? undefined : parseReply(said),
		reason: said === "" && stage === "CONNECT" && subject !== "" ? subject : undefined,
		sender: fields?.values.F ?? (stage === "MAIL" ? address : undefined),
		recipient: stage === "RCPT" && subject !== "" ? bareAddress(subject) : undefined,
		helo: fields?.host?.helo ?? heloOf(stage, subject, said),
		list: LISTED.exec(said)?.[1],
	});
}

const LISTED =
	/(?:^|\s)(?:listed (?:in|at)|(?:black|block) ?list(?:ed)? (?:in|at)) ([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6})/i;
const BAD_HELO = "syntactically invalid argument(s): ";

function heloOf(stage: SmtpStage | undefined, subject: string, said: string): string | undefined {
	if (stage !== "EHLO" && stage !== "HELO") return undefined;
	if (said.startsWith(BAD_HELO)) {
		const name = said.slice(BAD_HELO.length);
		return name === "(no argument given)" ? undefined : name;
	}
	const name = subject.endsWith('"') ? subject.slice(0, -1) : subject;
	return name === "" || name.includes(" ") ? undefined : name;
}

interface Client {
	fields: Fields;
	/** what stands before the client */
	subject: string;
	/** where text may begin */
	end: number;
}

/** ` from [H=]name (helo) [ip]:port I=…` or ` FROM:<a@x> H=…` behind the verb: the first, outside quotes and brackets. */
function readClient(words: string, start: number): Client | undefined {
	for (const mark of [" from ", " H="]) {
		const at = indexOutside(words, mark, start);
		if (at < 0) continue;
		const from = words.startsWith("H=", at + 6) && mark === " from " ? at + 8 : at + mark.length;
		const host = readHost(words, from);
		if (!host) continue;
		const { values, end } =
			words.charCodeAt(host.end) === 58 ? NO_FIELDS(host.end) : readFields(words, host.end);
		return {
			fields: { values, end, colon: false, host },
			subject: words.slice(start, at).trim() || bracketed(words.slice(end)),
			end,
		};
	}
	return undefined;
}

const NO_FIELDS = (end: number) => ({ values: {} as Readonly<Record<string, string>>, end });

/** `(host_reject_connection)`, why a connection was refused. */
function bracketed(words: string): string {
	const text = words.trim();
	return text.startsWith("(") && text.endsWith(")") ? text.slice(1, -1) : "";
}

// H=… F=<a@client.example> RCPT <discardme@b.example>: discarded by RCPT ACL: rcpt discarded here
function parseDiscarded(
	queueId: string | undefined,
	words: string,
	fields: Fields,
): ParsedMessage | undefined {
	if (!words.startsWith("RCPT ")) return undefined;
	const mark = ": discarded by ";
	const at = indexOutside(words, mark, 5);
	if (at < 0) return undefined;
	return event({
		kind: "reject",
		mta: "exim",
		queueId,
		verb: "discard",
		stage: "RCPT",
		client: fields.host?.endpoint,
		server: listener(fields.values.I),
		reason: words.slice(at + 2),
		sender: fields.values.F,
		recipient: bareAddress(words.slice(5, at)),
		helo: fields.host?.helo,
	});
}

// rejected from <a@client.example> H=edge.corp.example [127.0.1.3]:4: message too big: read=426167 max=204800
function parseFromSender(queueId: string | undefined, line: string): ParsedMessage | undefined {
	const open = "rejected from ".length;
	const close = closing(line, open);
	if (close < 0) return undefined;
	const fields = readFields(line, close + 1);
	const said = line.slice(fields.end).trim();
	return event({
		kind: "reject",
		mta: "exim",
		queueId,
		verb: "reject",
		stage: "EOM",
		client: fields.host?.endpoint,
		reply: said === "" ? undefined : parseReply(said),
		sender: line.slice(open + 1, close),
		helo: fields.host?.helo,
	});
}
