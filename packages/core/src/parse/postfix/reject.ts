/**
 * Refusals and other access actions of smtpd, postscreen and cleanup (milters):
 * `VERB: STAGE from CLIENT: TEXT; from=<…> to=<…> proto=… helo=<…>` (smtpd_check.c log_whatsup, postscreen_smtpd.c,
 * cleanup_milter.c). TEXT and the addresses hold strangers' words: the trailing fields are those that reach the end of the line.
 */
import { commandStage, parseReply, readEndpoint, type SmtpReply } from "../../event/index.ts";
import { isQuotedAt, mostTries, readTrailer, type Trailer } from "../angle-fields.ts";
import { readRemoteId } from "../remote-id.ts";
import { type PostfixLine, type Said, said } from "./said.ts";

const HEAD =
	/^([a-z][a-z_-]{1,30}): +([A-Za-z][A-Za-z-]{1,20})(?: +from +([^\s[\]]{0,255}\[[^\]\s]{1,60}\](?::(?:\d{1,5}|unknown))?))?: ?/;
// proxy-accept and proxy-reject name no client: smtpd_proxy.c
const REFUSALS: ReadonlySet<string> = new Set([
	"reject",
	"reject_warning",
	"milter-reject",
	"proxy-reject",
	"proxy-accept",
	"soft-bounce",
]);

/** NOQUEUE: reject: RCPT from edge.example[192.0.2.3]: 550 5.1.1 <x@a.example>: User unknown; from=<…> to=<…> proto=ESMTP helo=<…> */
export function readReject(line: PostfixLine): Said | undefined {
	const head = HEAD.exec(line.text);
	if (!head) return undefined;
	const verb = head[1] as string;
	const stage = commandStage((head[2] as string).toUpperCase());
	if (!stage) return undefined;
	const client = head[3] === undefined ? undefined : readEndpoint(head[3]);
	const { words, trailer } = splitTrailer(line.text.slice(head[0].length));
	const { sender, recipient, protocol, helo } = trailer;
	const refusal = REFUSALS.has(verb) || isCode(words);
	const reply = refusal && words !== "" ? parseReply(words) : undefined;
	if (verb === "proxy-accept") {
		const { nextQueueId } = readRemoteId(reply?.text ?? "");
		return said({
			kind: "proxy-accept",
			stage,
			client,
			reply,
			nextQueueId,
			sender,
			recipient,
			helo,
			protocol,
		});
	}
	return said({
		kind: "reject",
		verb,
		stage,
		client,
		reply,
		reason: refusal || words === "" ? undefined : words,
		sender,
		recipient,
		helo,
		protocol,
		list: reply && blockList(reply),
		target: refusal ? undefined : target(words),
	});
}

const isCode = (words: string) => /^[45]\d\d /.test(words);

/** reject: ETRN example.com... from mx.example[192.0.2.1] */
const ETRN = /^reject: ETRN .{0,110}\.\.\. from (\S{1,320})$/s;
/** reject: connect from [192.0.2.1]:4711: all screening ports busy */
const BUSY = /^reject: connect from (\[[^\]\s]{1,60}\]:\d{1,5}): (.{1,100})$/;

/** The two refusals that are worded otherwise. */
export function readOddReject(line: PostfixLine): Said | undefined {
	const etrn = ETRN.exec(line.text);
	if (etrn) {
		return said({ kind: "reject", verb: "reject", stage: "ETRN", client: readEndpoint(etrn[1] as string) });
	}
	const busy = BUSY.exec(line.text);
	if (!busy) return undefined;
	return said({
		kind: "reject",
		verb: "reject",
		stage: "CONNECT",
		client: readEndpoint(busy[1] as string),
		reply: { text: busy[2] as string },
	});
}

const FIELDS = /; {0,200}(?=from=<|to=<|proto=|helo=<)/g;

/**
 * Parts the words from the fields behind them: the last place from which fields reach to the end of the line, unless it
 * stands in a quoted local part of fields that began before it.
 */
function splitTrailer(text: string): { words: string; trailer: Trailer } {
	let whole: { words: string; trailer: Trailer } | undefined;
	let cut: typeof whole;
	const most = mostTries(text);
	FIELDS.lastIndex = 0;
	for (let tries = 0; tries < most; tries++) {
		const place = FIELDS.exec(text)?.index;
		if (place === undefined) break;
		if (whole && isQuotedAt(whole.trailer, place)) continue;
		const trailer = readTrailer(text, place + 1);
		const found = { words: text.slice(0, place).trim(), trailer };
		// a line that the syslog limit cut inside a field
		if (!trailer.closed) cut ??= found;
		else if (text.slice(trailer.end, trailer.end + 9).trim() === "") whole = found;
	}
	if (whole ?? cut) return (whole ?? cut) as { words: string; trailer: Trailer };
	const words = text.trim();
	const trailer = { end: text.length, closed: true, quoted: [] };
	return { words: words.endsWith(";") ? words.slice(0, -1) : words, trailer };
}

// smtpd_check.c's default_rbl_reply, and postscreen's: … [192.0.2.1] blocked using zen.spamhaus.org; …
const BLOCKED = /^Service [a-z]{1,20}; [A-Za-z ]{0,40}\[[^\]]{1,300}\] blocked using ([^;,]{1,255})/;

function blockList(reply: SmtpReply): string | undefined {
	const words = BLOCKED.exec(reply.text)?.[1];
	if (words === undefined) return undefined;
	const sentence = words.indexOf(". ");
	return (sentence < 0 ? words : words.slice(0, sentence)).trim();
}

// smtpd_check.c: … triggers FILTER smtp-amavis:[127.0.0.1]:10024 · REDIRECT root@localhost · BCC …
const TARGET = / triggers (?:FILTER|REDIRECT|BCC) (\S{1,320})$/;

function target(words: string): string | undefined {
	return TARGET.exec(words.slice(-700))?.[1];
}
