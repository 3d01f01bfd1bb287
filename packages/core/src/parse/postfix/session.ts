/**
 * An SMTP session as smtpd tells it: connect, disconnect with the count of commands, a connection that broke, and the
 * message taken in (smtpd.c). Client names are Postfix's own, from checked DNS.
 */
import {
	type CommandCounts,
	commandStage,
	type Endpoint,
	knownWord,
	readEndpoint,
	readEndpointAt,
	remembering,
	type Sasl,
} from "../../event/index.ts";
import { readAddressAt } from "../angle-fields.ts";
import { type PostfixLine, type Said, said } from "./said.ts";

/** connect from edge.example[192.0.2.3] */
export function readConnectFrom(line: PostfixLine): Said {
	const client = readEndpointAt(line.text, 13, endOfWord(line.text, 13));
	return client ? { kind: "connect", client } : { kind: "connect" };
}

/** disconnect from edge.example[192.0.2.3] ehlo=2 starttls=1 mail=1 rcpt=1/2 data=1 quit=1 commands=7/8 */
export function readDisconnectFrom(line: PostfixLine): Said {
	const end = endOfWord(line.text, 16);
	const client = readEndpointAt(line.text, 16, end);
	const commands = knownCounts(line.text, end, line.text.length);
	const found: Said = { kind: "disconnect" };
	if (client) found.client = client;
	if (commands) found.commands = { ...commands };
	return found;
}

function endOfWord(text: string, from: number): number {
	const space = text.indexOf(" ", from);
	return space < 0 ? text.length : space;
}

const COUNTS_LENGTH_MAX = 1000;
const WORD_MAX = 20;
const DIGITS_MAX = 9;

/** ` ehlo=2 rcpt=1/2 commands=3/4`, character by character: every session ends with such a line. */
function readCounts(text: string): CommandCounts | undefined {
	const counts: Record<string, [number, number]> = {};
	const length = Math.min(text.length, COUNTS_LENGTH_MAX);
	let whole = false;
	for (let at = 0; at < length; ) {
		const space = text.indexOf(" ", at);
		const end = space < 0 || space > length ? length : space;
		const equals = text.indexOf("=", at);
		if (equals > at && equals < end && equals - at <= WORD_MAX) {
			const word = knownWord(text, at, equals);
			const count = readCount(text, equals + 1, end);
			if (count && isSmall(word)) {
				counts[word] = count;
				whole ||= word === "commands";
			}
		}
		at = end + 1;
	}
	return whole ? (counts as CommandCounts) : undefined;
}

/** Most sessions of a host give the same commands. */
const knownCounts = remembering(readCounts);

function isSmall(word: string): boolean {
	for (let at = 0; at < word.length; at++) {
		const code = word.charCodeAt(at);
		if (code < 97 || code > 122) return false;
	}
	return true;
}

/** `1/2`, or `2` for `2/2` */
function readCount(text: string, from: number, end: number): [number, number] | undefined {
	let slash = from;
	while (slash < end && text.charCodeAt(slash) !== 47) slash++;
	const accepted = readDigits(text, from, slash);
	const total = slash === end ? accepted : readDigits(text, slash + 1, end);
	return accepted < 0 || total < 0 ? undefined : [accepted, total];
}

function readDigits(text: string, from: number, end: number): number {
	if (end <= from || end - from > DIGITS_MAX) return -1;
	let number = 0;
	for (let at = from; at < end; at++) {
		const digit = text.charCodeAt(at) - 48;
		if (digit < 0 || digit > 9) return -1;
		number = number * 10 + digit;
	}
	return number;
}

// smtpd.c: "%s after %s (%lu bytes) from %s", up to 2.2 `approximately N bytes`
const BROKEN =
	/^(lost connection|timeout|too many errors|bare <LF> received) after ([A-Za-z-]{1,40}) (?:\((?:approximately )?(\d{1,15}) bytes\) )?from (\S{1,320})/;

/** lost connection after DATA (494133 bytes) from localhost[127.0.0.1] · timeout after END-OF-MESSAGE from … */
export function readBroken(line: PostfixLine): Said | undefined {
	const match = BROKEN.exec(line.text);
	if (!match) return undefined;
	return said({
		kind: "connection-lost",
		client: readEndpoint(match[4] as string),
		stage: commandStage(match[2] as string) ?? "UNKNOWN",
		reason: match[1] as string,
		bytes: match[3] === undefined ? undefined : Number(match[3]),
	});
}

// qmqpd.c: NOQUEUE: web.example[192.0.2.1]: lost connection while receiving QMQP packet header
const QMQP_BROKEN =
	/^([^\s[\]]{0,255}\[[^\]\s]{1,60}\]): (lost connection|read\/write timeout|netstring (?:format error|length exceeds storage limit)) while [a-zA-Z ]{1,60}$/;

/** A client of the quick mail queueing protocol that went away. */
export function readQmqpBroken(line: PostfixLine): Said | undefined {
	const match = line.tag.base === "qmqpd" ? QMQP_BROKEN.exec(line.text) : undefined;
	if (!match) return undefined;
	return said({
		kind: "connection-lost",
		client: readEndpoint(match[1] as string),
		reason: line.text.slice((match[1] as string).length + 2),
	});
}

// improper command pipelining after RCPT from edge.example[192.0.2.3]: DATA\r\n
const PIPELINING =
	/^improper command pipelining after \S{1,40} from ([^\s:]{1,320}\](?::\d{1,5})?|\S{1,320})(?::|$)/;

/** A client that talked before it was asked: no refusal, the session goes on. */
export function readPipelining(line: PostfixLine): Said {
	const match = PIPELINING.exec(line.text.slice(0, 800));
	const client = match ? readEndpoint(match[1] as string) : undefined;
	return said({ kind: "problem", severity: "warning", text: line.text, client });
}

const KEYS = ["orig_queue_id", "orig_client", "sasl_method", "sasl_username", "sasl_sender", "helo"] as const;
type Key = (typeof KEYS)[number];

/** 4jX…: client=web01.example[192.0.2.1], sasl_method=PLAIN, sasl_username=alice@example, orig_queue_id=…, orig_client=… */
export function readClient(line: PostfixLine): Said {
	const { client, values } = readClientFields(line.text);
	const found: Said = { kind: "received" };
	if (client) found.client = client;
	if (!values) return found;
	const sasl = readSasl(values);
	if (sasl) found.sasl = sasl;
	const origin = readOrigin(values);
	if (origin) found.origin = origin;
	return found;
}

type Values = Partial<Record<Key, string>>;

const isKey = (word: string): word is Key => (KEYS as readonly string[]).includes(word);

function readClientFields(text: string): { client: Endpoint | undefined; values?: Values } {
	let place = text.indexOf(", ");
	const client = readEndpointAt(text, 7, place < 0 ? text.length : place);
	if (place < 0) return { client };
	const values: Values = {};
	while (place >= 0) {
		const equals = text.indexOf("=", place);
		const key = knownWord(text, place + 2, equals);
		if (equals < 0 || !isKey(key)) break;
		place = nextField(text, equals + 1);
		values[key] = text.slice(equals + 1, place < 0 ? text.length : place);
	}
	return { client, values };
}

const FIELD = /, (?=(?:orig_queue_id|orig_client|sasl_method|sasl_username|sasl_sender|helo)=)/g;

/** The next `, key=`: a user name may hold a comma. */
function nextField(text: string, from: number): number {
	FIELD.lastIndex = from;
	return FIELD.exec(text)?.index ?? -1;
}

function readSasl(values: Values): Sasl | undefined {
	const sasl: Sasl = {};
	if (values.sasl_method) sasl.method = values.sasl_method;
	if (values.sasl_username) sasl.username = values.sasl_username;
	if (values.sasl_sender) sasl.sender = values.sasl_sender.replace(/^<(.*)>$/s, "$1");
	return sasl.method || sasl.username || sasl.sender ? sasl : undefined;
}

function readOrigin(values: Values) {
	const client = values.orig_client === undefined ? undefined : readEndpoint(values.orig_client);
	const queueId = values.orig_queue_id;
	if (queueId && client) return { queueId, client };
	if (queueId) return { queueId };
	return client && { client };
}

const UID = /^uid=(\d{1,10}) from=/;

/** pickup.c: 4jX…: uid=33 from=<www-data> orig_id=… */
export function readPickup(line: PostfixLine): Said | undefined {
	const head = UID.exec(line.text);
	if (!head) return undefined;
	const sender = readAddressAt(line.text, head[0].length);
	const again = /^ orig_id=(\w{1,30})$/.exec(line.text.slice(sender.end))?.[1];
	return said({
		kind: "received",
		uid: Number(head[1]),
		sender: sender.closed ? sender.value : undefined,
		origin: again === undefined ? undefined : { queueId: again },
	});
}
