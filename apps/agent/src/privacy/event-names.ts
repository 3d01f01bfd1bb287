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

/** Whether two events differ in nothing but names and words, and their words have the same cause. */
export function sameMeaning(a: MailEvent, b: MailEvent): boolean {
	return shapeOf(a) === shapeOf(b) && causes(a) === causes(b);
}

/** `mailbox is full` must not become another sentence because somebody is called `full`. */
function causes(event: MailEvent): string {
	const texts: string[] = [];
	visit(event, (field, value) => {
		if (field === "text" || field === "reason") texts.push(causeOf({ reply: value }));
	});
	return texts.join();
}

function shapeOf(event: MailEvent): string {
	const shape: string[] = [];
	visit(event, (field, value) => {
		if (field !== "raw") shape.push(MEANING.has(field) ? `${field}=${value}` : field);
	});
	return shape.join("\n");
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
