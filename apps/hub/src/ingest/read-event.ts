/**
 * What an agent sent as an event → an event that the rest of the hub may trust the shape of; the same object where it has it. Never throws: a line whose
 * event lacks what its kind needs is kept as `unparsed` with its raw text.
 */
import type { EventKind, MailEvent } from "@mailtrail/core/event";
import type { WireLine } from "@mailtrail/core/wire";
import { isAction, keepEventFields } from "./event-fields.ts";

/** The kinds, and the fields without which an event of the kind is none. */
const NEEDED: Record<EventKind, readonly string[]> = {
	connect: [],
	disconnect: [],
	"connection-lost": [],
	received: [],
	"message-id": [],
	queued: [],
	delivery: ["recipients"],
	attempt: [],
	reject: ["verb"],
	"bounce-report": [],
	"proxy-accept": [],
	header: ["verb"],
	"bounce-created": [],
	removed: [],
	expired: [],
	held: [],
	released: [],
	requeued: [],
	tls: ["direction"],
	"auth-failed": [],
	verdict: [],
	stored: [],
	"dns-list": [],
	postscreen: ["result"],
	status: [],
	problem: ["severity", "text"],
	other: [],
	unparsed: [],
	foreign: [],
};

export function readEvent(wire: WireLine["event"]): MailEvent {
	const { raw } = wire;
	let fields = keepEventFields(wire);
	// the line is the evidence: it is kept whole
	if (fields.raw !== raw) fields.raw = raw;
	if (fields.kind === "delivery" && "action" in fields && !isAction(fields.action)) {
		const { action: _, ...others } = fields;
		fields = others;
	}
	if (isEvent(fields)) return fields;
	return { kind: "unparsed", raw, ...(typeof fields.at === "string" && { at: fields.at }) };
}

function isEvent(fields: Record<string, unknown>): fields is Record<string, unknown> & MailEvent {
	const { kind } = fields;
	if (typeof kind !== "string" || !Object.hasOwn(NEEDED, kind)) return false;
	return NEEDED[kind as EventKind].every((name) => name in fields);
}
