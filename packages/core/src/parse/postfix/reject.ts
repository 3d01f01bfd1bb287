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
	const { words, trailer } = splitTrailer(line.text.slice(head[0].length), speakerOf(line, verb));
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
/** smtpd.c's refusal to flush a domain, which is worded otherwise. */
export function readEtrnReject(line: PostfixLine): Said | undefined {
	const etrn = ETRN.exec(line.text);
	if (!etrn) return undefined;
	return said({ kind: "reject", verb: "reject", stage: "ETRN", client: readEndpoint(etrn[1] as string) });
}

const FIELDS = /; {0,200}(?=from=<|to=<|proto=|helo=<)/g;

/** Whose words stand before the fields. */
type Speaker = "postscreen" | "smtpd" | "anybody";

function speakerOf(line: PostfixLine, verb: string): Speaker {
	if (line.tag.base === "postscreen") return "postscreen";
	return verb === "reject" || verb === "reject_warning" ? "smtpd" : "anybody";
}

interface Parted {
	words: string;
	trailer: Trailer;
}

/**
 * Parts the words from the fields behind them. Both may hold a stranger's imitation of fields: the words in a name that
 * they repeat, the fields in a quoted local part or in the HELO name, which ends the line. postscreen repeats nobody.
 */
function splitTrailer(text: string, speaker: Speaker): { words: string; trailer: Trailer } {
	const whole: Parted[] = [];
	let cut: Parted | undefined;
	const most = mostTries(text);
	FIELDS.lastIndex = 0;
	for (let tries = 0; tries < most; tries++) {
		const at = FIELDS.exec(text)?.index;
		if (at === undefined) break;
		const before = whole.at(-1);
		if (before && isQuotedAt(before.trailer, at)) continue;
		const trailer = readTrailer(text, at + 1);
		const found = { words: text.slice(0, at).trim(), trailer };
		// a line that the syslog limit cut inside a field
		if (!trailer.closed) cut ??= found;
		else if (text.slice(trailer.end, trailer.end + 9).trim() === "") whole.push(found);
	}
	const found =
		whole.length > 1 && speaker !== "postscreen" ? chooseAmong(whole, speaker) : (whole[0] ?? cut);
	if (found) return found;
	const words = text.trim();
	const trailer = { end: text.length, closed: true, quoted: [] };
	return { words: words.endsWith(";") ? words.slice(0, -1) : words, trailer };
}

/**
 * Which of several places is the one. smtpd_check.c begins most words with the address or HELO name that they are about:
 * that name is one of the true fields. Behind it the words may be anybody's, so of the places that fit it is the last.
 * Without a name the words of a refusal by smtpd itself are its own: the first. Those of a milter or a table may be anybody's,
 * and so is what a block list says of the client; smtpd prints no HELO name that could imitate fields (smtpd.c, NEUTER_CHARACTERS).
 */
function chooseAmong(places: readonly Parted[], speaker: Speaker): Parted {
	const named = places.filter(namesAField);
	if (named.length > 0) return named.at(-1) as Parted;
	const first = places[0] as Parted;
	return speaker === "smtpd" && !QUOTES_A_LIST.test(first.words) ? first : (places.at(-1) as Parted);
}

// 554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.example; the list's own words, of any kind
const QUOTES_A_LIST = /^[45]\d\d [\d. ]*Service [a-z]{1,20}; [A-Za-z ]{0,40}\[[^\]]{1,300}\] blocked using /;

// 450 4.7.1 <x y>: Helo command rejected: … · 554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: …
const CODED = /^(?:[2-5]\d\d )?(?:[245]\.\d{1,3}\.\d{1,3} )?(?=<)/;

/** Whether the words begin with one of the fields behind them; smtpd_check.c gives addresses unquoted there. */
function namesAField({ words, trailer }: Parted): boolean {
	const start = CODED.exec(words)?.[0].length;
	if (start === undefined) return false;
	const fields = [trailer.recipient, trailer.sender, trailer.helo];
	return fields.some(
		(value) =>
			value !== undefined &&
			(words.startsWith(`<${value}>: `, start) || words.startsWith(`<${unquoted(value)}>: `, start)),
	);
}

/** `"a \"b"@c` as Postfix holds it inside: `a "b@c`. */
function unquoted(address: string): string {
	const end = address.startsWith('"') ? address.lastIndexOf('"@') : -1;
	if (end < 1) return address;
	return address.slice(1, end).replace(/\\(.)/gs, "$1") + address.slice(end + 1);
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
