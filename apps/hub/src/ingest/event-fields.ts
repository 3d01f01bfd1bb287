/**
 * Every field that an event may have, with what is let in: an agent is a stranger's machine once it is broken into. What
 * has another shape is left out, text is cut, lists are bounded. A new field of the union breaks the build here.
 */
import { type Action, type MailEvent, SMTP_STAGES, type SmtpStage } from "@mailtrail/core/event";
import { epochMs } from "@mailtrail/core/trace";

type FieldName = MailEvent extends infer E ? (E extends E ? keyof E : never) : never;
/** Returns what may be kept, or undefined. */
type Read = (value: unknown) => unknown;

const TEXT_MAX = 4_096;
/** Postfix writes one line per recipient, Exim and filters name several */
const LIST_MAX = 1_000;
const COMMANDS_MAX = 32;

const text: Read = (value) => (typeof value === "string" ? value.slice(0, TEXT_MAX) : undefined);
const number: Read = (value) => (typeof value === "number" && Number.isFinite(value) ? value : undefined);
const flag: Read = (value) => (typeof value === "boolean" ? value : undefined);
const oneOf =
	(allowed: readonly string[]): Read =>
	(value) =>
		typeof value === "string" && allowed.includes(value) ? value : undefined;
const texts: Read = (value) => {
	if (!Array.isArray(value) || !value.every((each) => typeof each === "string")) return undefined;
	if (value.length <= LIST_MAX && value.every((each) => each.length <= TEXT_MAX)) return value;
	return value.slice(0, LIST_MAX).map((each) => each.slice(0, TEXT_MAX));
};
const time: Read = (value) =>
	typeof value === "string" && value.length <= 40 && epochMs(value) > 0 ? value : undefined;

/** An object with these fields; `needed` ones must be there. */
function object(fields: Record<string, Read>, needed: string[] = []): Read {
	const readers = new Map(Object.entries(fields));
	return (value) => {
		if (!isRecord(value)) return undefined;
		const kept = keepFields(value, readers);
		return needed.every((name) => Object.hasOwn(kept, name)) ? kept : undefined;
	};
}

const endpoint = object({ name: text, ip: text, port: number });
const stage = oneOf(SMTP_STAGES satisfies readonly SmtpStage[]);
const reply = object({ code: number, enhanced: text, text, host: endpoint, command: stage }, ["text"]);
const delays: Read = (value) =>
	Array.isArray(value) && value.length === 4 && value.every((each) => number(each) !== undefined)
		? value
		: undefined;
const commands: Read = (value) => {
	if (!isRecord(value)) return undefined;
	const all = Object.entries(value);
	const pairs = all.filter(
		([, pair]) => Array.isArray(pair) && pair.length === 2 && pair.every((n) => number(n) !== undefined),
	);
	if (pairs.length === all.length && all.length <= COMMANDS_MAX && Object.hasOwn(value, "commands"))
		return value;
	return pairs.some(([name]) => name === "commands")
		? Object.fromEntries(pairs.slice(0, COMMANDS_MAX))
		: undefined;
};

const FIELDS = {
	kind: text,
	raw: text,
	at: time,
	host: text,
	program: text,
	pid: number,
	mta: text,
	instance: text,
	daemon: text,
	queueId: text,
	repeated: number,
	client: endpoint,
	server: endpoint,
	stage,
	reason: text,
	bytes: number,
	commands,
	sasl: object({ method: text, username: text, sender: text }),
	protocol: text,
	uid: number,
	sender: text,
	size: number,
	recipientCount: number,
	messageId: text,
	origin: object({ queueId: text, client: endpoint }),
	parentQueueId: text,
	resent: flag,
	truncated: flag,
	recipients: texts,
	originalRecipient: text,
	relay: object({ name: text, ip: text, port: number, path: text }),
	transport: text,
	delay: number,
	delays,
	attemptDelay: number,
	dsn: text,
	status: text,
	action: text,
	reply,
	nextQueueId: text,
	nextQueueIds: texts,
	taskId: text,
	remoteId: text,
	tls: text,
	verb: text,
	recipient: text,
	helo: text,
	list: text,
	rule: text,
	target: text,
	header: object({ name: text, value: text }, ["name", "value"]),
	text,
	childQueueId: text,
	notification: oneOf(["non-delivery", "delay", "success"]),
	notified: oneOf(["sender", "postmaster"]),
	count: number,
	direction: oneOf(["in", "out"]),
	trust: text,
	cipher: text,
	bits: number,
	keyExchange: text,
	method: text,
	username: text,
	service: text,
	attempts: number,
	database: text,
	filter: text,
	result: text,
	score: number,
	required: number,
	mailId: text,
	quarantineId: text,
	symbols: texts,
	mailbox: text,
	sessionId: text,
	answer: text,
	after: number,
	version: text,
	rate: object({ count: number, seconds: number }, ["count", "seconds"]),
	severity: oneOf(["warning", "error", "fatal", "panic"]),
} satisfies Record<FieldName, Read>;
const EVENT_FIELDS: ReadonlyMap<string, Read> = new Map(Object.entries(FIELDS));

const ACTIONS = {
	delivered: true,
	relayed: true,
	delayed: true,
	failed: true,
	expanded: true,
	discarded: true,
} satisfies Record<Action, true>;

/** Whether a delivery's action is one of RFC 3464's: an outcome is made of it. Filters and stores name theirs as they like. */
export function isAction(value: unknown): value is Action {
	return typeof value === "string" && Object.hasOwn(ACTIONS, value);
}

/** An event with its known fields, each as its reader lets it in; the value itself where that is all of it. */
export function keepEventFields(value: Record<string, unknown>): Record<string, unknown> {
	return keepFields(value, EVENT_FIELDS);
}

function keepFields(
	value: Record<string, unknown>,
	readers: ReadonlyMap<string, Read>,
): Record<string, unknown> {
	for (const name in value) {
		const each = value[name];
		// what one of ours sends is as it should be, and need not be copied
		if (each === undefined || readers.get(name)?.(each) !== each) return copyFields(value, readers);
	}
	return value;
}

function copyFields(
	value: Record<string, unknown>,
	readers: ReadonlyMap<string, Read>,
): Record<string, unknown> {
	const kept: Record<string, unknown> = {};
	for (const name in value) {
		const read = readers.get(name)?.(value[name]);
		if (read !== undefined) kept[name] = read;
	}
	return kept;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
