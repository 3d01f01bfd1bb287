/**
 * `to=…, stat=…`: one try for one or more recipients (deliver.c, logdelivery). Recipients end at the first field outside
 * quotes; the fields then come in a fixed order with values that hold no comma, up to `reply=` and `stat=`, in which a remote
 * may have written anything, commas and `stat=Sent` included.
 */
import { type Action, knownWord, parseReply, type ParsedMessage, type SmtpReply } from "../../event/index.ts";
import { mostTries } from "../angle-fields.ts";
import { indexOutside, splitAddresses } from "../outside-quotes.ts";
import { unparsed } from "../parsed.ts";
import { readPeer } from "../peer.ts";
import { readRemoteId } from "../remote-id.ts";
import { readInterval } from "./interval.ts";

type Delivery = Extract<ParsedMessage, { kind: "delivery" }>;

const DELAY = /, delay=((?:\d{1,5}\+)?\d\d:\d\d:\d\d)/y;
const MORE = ", [more]";

/** mailers that speak SMTP to a relay; every other one is a transport on this machine */
const SMTP_MAILERS = new Set(["smtp", "esmtp", "smtp8", "dsmtp", "relay"]);

// to=<u17@a.example>,<fwd1@a.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=61247, relay=mx.a.example. [127.0.1.11], dsn=2.0.0, stat=Sent (Ok: queued as 4jXCq739h9znF1p)
export function parseDelivery(queueId: string | undefined, text: string): ParsedMessage {
	const at = delayAt(text);
	DELAY.lastIndex = at;
	const delay = at < 0 ? undefined : DELAY.exec(text);
	if (!delay) return unparsed("sendmail", queueId);
	const { list, controller } = readTargets(text.slice(3, at));
	const fields = readFields(text, at + delay[0].length);
	const transport = SMTP_MAILERS.has(fields.mailer ?? "") ? undefined : fields.mailer;
	const relay = relayOf(fields.relay, transport);
	const seconds = readInterval(delay[1] as string);
	const attemptDelay = fields.xdelay === undefined ? undefined : readInterval(fields.xdelay);
	// field by field: of so many that may be absent a literal would be copied for nearly every line
	const found: Delivery =
		queueId === undefined
			? { kind: "delivery", mta: "sendmail", recipients: recipients(list, controller) }
			: { kind: "delivery", mta: "sendmail", queueId, recipients: recipients(list, controller) };
	if (relay) found.relay = relay;
	if (transport !== undefined && transport !== "error") found.transport = transport;
	if (seconds !== undefined) found.delay = seconds;
	if (attemptDelay !== undefined) found.attemptDelay = attemptDelay;
	if (fields.dsn !== undefined) found.dsn = fields.dsn;
	addOutcome(found, fields, transport);
	// to=/dev/null, ctladdr=<black@b.example> (8/0), delay=00:00:00, xdelay=00:00:00, mailer=*file*, pri=31243, dsn=2.0.0, stat=Sent
	if (list === "/dev/null" && found.action === "delivered") found.action = "discarded";
	return found;
}

/** `<a@x>,<b@y>, ctladdr=<c@z> (1001/1001)`; `[more]` where the next line goes on */
function readTargets(text: string): { list: string; controller?: string } {
	const at = indexOutside(text, ", ctladdr=");
	const targets = at < 0 ? text : text.slice(0, at);
	const list = targets.endsWith(MORE) ? targets.slice(0, -MORE.length) : targets;
	if (at < 0) return { list };
	return { list, controller: text.slice(at + ", ctladdr=".length).replace(/ \(\d{1,10}\/\d{1,10}\)$/, "") };
}

/** A pipe, a file or a list is no address: what was delivered to it is the alias that names it. */
function recipients(list: string, controller: string | undefined): string[] {
	// deliver.c, where an envelope has nobody left
	if (list === "NO-TO-LIST") return [];
	if (controller !== undefined && /^(?:"?[|/]|"?:include:)/.test(list)) return splitAddresses(controller);
	const addresses = splitAddresses(list);
	return list.includes("\\") ? addresses.map((address) => address.replace(NO_MORE_ALIASES, "")) : addresses;
}

// `\u7` in a .forward keeps u7's own copy (aliases(5)): `to=\\u7, delay=…, mailer=local`, the backslash quoted for the log
const NO_MORE_ALIASES = /^\\{1,2}(?=[\w.+-]{1,64}(?:@|$))/;

/** Sendmail shortens long texts, which may cut a quote open: then the first place counts. */
function delayAt(text: string): number {
	const outside = indexOutside(text, ", delay=", 3);
	return outside >= 0 ? outside : text.indexOf(", delay=", 3);
}

interface Fields {
	xdelay?: string;
	mailer?: string;
	relay?: string;
	dsn?: string;
	reply?: string;
	stat?: string;
}

/** in their order; those of the compile time options too: tls_verify and its kin (_FFR_LOG_MORE2), ntries, stage */
const PLAIN_FIELDS = [
	", xdelay=",
	", mailer=",
	", tls_verify=",
	", tls_version=",
	", cipher=",
	", pri=",
	", relay=",
	", quarantine=",
	", dsn=",
	", ntries=",
	", stage=",
] as const;
const QUARANTINED = /(?:, dsn=(\d\.\d{1,3}\.\d{1,3}))?, stat=quarantined$/;

function readFields(text: string, start: number): Fields {
	const fields: Fields = {};
	let at = start;
	for (const mark of PLAIN_FIELDS) {
		if (!text.startsWith(mark, at)) continue;
		// why a message is kept is somebody's own words, commas and all; it is told where the message is kept only
		if (mark === ", quarantine=") return keptFields(fields, text.slice(at));
		const from = at + mark.length;
		const comma = text.indexOf(", ", from);
		at = comma < 0 ? text.length : comma;
		if (at > from) keep(fields, mark, text, from, at);
	}
	if (text.startsWith(", stat=", at)) fields.stat = text.slice(at + 7);
	else if (text.startsWith(", reply=", at)) splitReply(text.slice(at + 8), fields);
	return fields;
}

/** Those that an event tells. */
function keep(fields: Fields, mark: (typeof PLAIN_FIELDS)[number], text: string, from: number, to: number) {
	if (mark === ", xdelay=") fields.xdelay = knownWord(text, from, to);
	else if (mark === ", mailer=") fields.mailer = knownWord(text, from, to);
	else if (mark === ", relay=") fields.relay = text.slice(from, to);
	else if (mark === ", dsn=") fields.dsn = knownWord(text, from, to);
}

function keptFields(fields: Fields, rest: string): Fields {
	const dsn = QUARANTINED.exec(rest)?.[1];
	return { ...fields, ...(dsn && { dsn }), stat: "quarantined" };
}

const STAT = ", stat=";
const DEFERRED = `${STAT}Deferred: `;

/**
 * `reply=R, stat=S` where R may itself hold `, stat=`: S repeats R behind `Deferred: `, or it is one of sendmail's own words and
 * stands last. Both are shortened in the middle, each at its own place, so S need not be the same words as R.
 */
function splitReply(text: string, fields: Fields): void {
	const at = repeatAt(text) ?? ownStatusAt(text, fields.dsn);
	fields.reply = at < 0 ? text : text.slice(0, at);
	if (at >= 0) fields.stat = text.slice(at + STAT.length);
}

function repeatAt(text: string): number | undefined {
	const at = text.lastIndexOf(DEFERRED + text.slice(0, 40).split(STAT)[0]);
	return at >= 0 && text.startsWith(text.slice(at + DEFERRED.length)) ? at : undefined;
}

/** The last place whose status fits: a remote is only quoted where nothing was sent, and after a 4.x.x sendmail says Deferred. */
function ownStatusAt(text: string, dsn: string | undefined): number {
	let fallback = -1;
	let tries = mostTries(text);
	for (let at = text.lastIndexOf(STAT); at >= 0 && tries > 0; at = text.lastIndexOf(STAT, at - 1)) {
		tries--;
		const status = statusWord(text.slice(at + STAT.length));
		if (status === "sent" || status === "queued") continue;
		if (!dsn?.startsWith("4") || status === "deferred") return at;
		if (fallback < 0) fallback = at;
		if (at === 0) break;
	}
	return fallback;
}

function relayOf(relay: string | undefined, transport: string | undefined) {
	const peer = relay === undefined ? undefined : readPeer(relay);
	if (transport === undefined || peer?.ip !== undefined) return peer;
	// `mailer=local, relay=local`, `mailer=cyrusv2, relay=localhost`: nothing beyond the transport
	return undefined;
}

function addOutcome(found: Delivery, fields: Fields, transport: string | undefined): void {
	const { stat, dsn } = fields;
	if (stat === undefined || stat === "") {
		// syslog cut the line: what the remote said and the class of its code are known
		if (fields.reply !== undefined) addCutReply(found, fields.reply, dsn);
		return;
	}
	const status = statusWord(stat);
	found.status = status;
	// kept for an operator, neither delivered nor refused
	if (status === "quarantined") return;
	// deliver.c, where a ruleset or a milter threw the message away: `stat=discarded`
	found.action = stat === "discarded" ? "discarded" : actionOf(status, dsn, transport);
	if (stat === "discarded") return;
	const remote = fields.reply === undefined ? undefined : parseReply(fields.reply);
	if (remote && isOwn(remote, fields.relay)) found.reason = remote.text;
	else if (status === "sent") addAcceptance(found, stat);
	else if (remote) found.reply = remote;
	else if (status === "deferred") addAfterColon(found, stat);
	else if (status !== "queued") found.reason = stat;
}

/** usersmtp.c writes `421 4.4.1 Connection reset by mx.` for a remote that went without a word. */
function isOwn({ code, enhanced, text }: SmtpReply, relay: string | undefined): boolean {
	const host = relay?.split(" ")[0];
	if (code !== 421 || !enhanced?.startsWith("4.4.") || !host) return false;
	return text === `Connection reset by ${host}` || text === `Connection timed out with ${host}`;
}

function addCutReply(found: Delivery, said: string, dsn: string | undefined): void {
	if (dsn?.startsWith("4")) found.action = "delayed";
	else if (dsn?.startsWith("5")) found.action = "failed";
	found.reply = parseReply(said);
}

/** `Sent (OK id=1xUxQK-000012-1g)`: the remote's words without code and enhanced code. */
function addAcceptance(found: Delivery, stat: string): void {
	if (!stat.startsWith("Sent (")) return;
	const words = (stat.endsWith(")") ? stat.slice(6, -1) : stat.slice(6)).trim();
	if (words === "") return;
	found.reply = parseReply(words);
	const { nextQueueId, remoteId, discarded } = readRemoteId(found.reply.text);
	if (discarded) found.action = "discarded";
	if (nextQueueId) found.nextQueueId = nextQueueId;
	if (remoteId) found.remoteId = remoteId;
}

/** `Deferred: 450 4.2.0 …` is a remote's, `Deferred: Connection refused by mx.` is sendmail's own. */
function addAfterColon(found: Delivery, stat: string): void {
	const colon = stat.indexOf(": ");
	if (colon < 0) return;
	const words = stat.slice(colon + 2);
	const reply: SmtpReply = parseReply(words);
	if (reply.code === undefined) found.reason = words;
	else found.reply = reply;
}

/** What stands before ` (` and `:`, in small letters. */
function statusWord(stat: string): string {
	const bracket = stat.indexOf(" (");
	const colon = stat.indexOf(":");
	const end = bracket < 0 || (colon >= 0 && colon < bracket) ? colon : bracket;
	return knownWord(stat, 0, end < 0 ? stat.length : end)
		.trim()
		.toLowerCase();
}

function actionOf(status: string, dsn: string | undefined, transport: string | undefined): Action {
	if (status === "sent")
		return transport === undefined ? "relayed" : transport === "discard" ? "discarded" : "delivered";
	if (status === "deferred" || status === "queued") return "delayed";
	return dsn?.startsWith("4") ? "delayed" : "failed";
}
