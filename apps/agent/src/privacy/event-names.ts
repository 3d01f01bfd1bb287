/** What of an event names people, and what of it must stay as it was for the line to say the same. */
import { causeOf } from "@mailtrail/core/diagnose";
import type { MailEvent } from "@mailtrail/core/event";

/** fields that hold an address or a login, wherever in an event they stand */
const NAMES: ReadonlySet<string> = new Set([
	"sender",
	"recipient",
	"recipients",
	"originalRecipient",
	"username",
]);
/** fields whose values the parser tells from a closed or own vocabulary: ids, states, numbers */
const MEANING: ReadonlySet<string> = new Set([
	"kind",
	"at",
	"host",
	"program",
	"mta",
	"instance",
	"daemon",
	"queueId",
	"sessionId",
	"parentQueueId",
	"childQueueId",
	"nextQueueId",
	"nextQueueIds",
	"mailId",
	"taskId",
	"quarantineId",
	"remoteId",
	"status",
	"action",
	"dsn",
	"verb",
	"stage",
	"command",
	"enhanced",
	"protocol",
	"filter",
	"result",
	"transport",
	"direction",
	"notification",
	"notified",
	"severity",
	"service",
	"method",
	"list",
	"mailbox",
	"ip",
]);

/** The addresses and logins of an event, each once; empty ones (the null sender) left out. */
export function namesIn(event: MailEvent): string[] {
	const found = new Set<string>();
	visit(event, (field, value) => {
		if (NAMES.has(field) && value !== "" && value.length <= 2_000) found.add(value);
	});
	const { target } =
		event.kind === "stored" || event.kind === "reject" || event.kind === "header" ? event : {};
	if (target?.includes("@") && !/\s/.test(target)) found.add(target);
	return [...found];
}

/**
 * Whether `after` says all that `before` does, in other names and words of the same cause. It may say more: where a
 * stranger's words that imitated the log's own are gone, the rest of the line can be read.
 */
export function keepsMeaning(before: MailEvent, after: MailEvent): boolean {
	const left = factsOf(after);
	return factsOf(before).every((fact) => {
		const at = left.indexOf(fact);
		if (at >= 0) left.splice(at, 1);
		return at >= 0;
	});
}

/** `mailbox is full` must not become another sentence because somebody is called `full`: of words, the cause counts. */
function factsOf(event: MailEvent): string[] {
	const facts: string[] = [];
	visit(event, (field, value) => {
		if (field === "raw") return;
		if (field === "text" || field === "reason") facts.push(`${field}=${causeOf({ reply: value })}`);
		else facts.push(MEANING.has(field) ? `${field}=${value}` : field);
	});
	return facts;
}

/** Calls for every text and number in a value, with the field that it belongs to: a list's items belong to the list's. */
function visit(value: object, see: (field: string, value: string) => void, list?: string): void {
	for (const [key, each] of Object.entries(value)) {
		const field = list ?? key;
		if (typeof each !== "object" || each === null) see(field, String(each));
		else visit(each, see, Array.isArray(each) ? field : undefined);
	}
}

/** A copy with every text replaced; ids and states stay. */
export function withStrings(event: MailEvent, change: (text: string) => string): MailEvent {
	const copy = (value: unknown, field: string): unknown => {
		if (typeof value === "string") return MEANING.has(field) ? value : change(value);
		if (Array.isArray(value)) return value.map((each) => copy(each, field));
		if (typeof value !== "object" || value === null) return value;
		return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copy(each, key)]));
	};
	return copy(event, "") as MailEvent;
}
