/** A message in the queue: what qmgr, cleanup, bounce and postsuper log about it. */
import type { QueueStateEvent } from "../../event/index.ts";
import { readAddressAt } from "../angle-fields.ts";
import { endOfPostfixQueueId } from "../queue-id.ts";
import { other, type PostfixLine, type Said, said } from "./said.ts";

const SIZE = /^, size=(\d{1,18}), nrcpt=(\d{1,9})(?= )/;
const EXPIRED = /^, status=(expired|force-expired)(?:, (.{1,200}))?$/s;

/** qmgr_active.c: from=<alice@corp.example>, size=1619, nrcpt=1 (queue active) · from=<…>, status=expired, returned to sender */
export function readFrom(line: PostfixLine): Said | undefined {
	const sender = readAddressAt(line.text, 5);
	const rest = line.text.slice(sender.end);
	// a bare word at the end of the line may have been cut
	if (rest === "" && line.text.charCodeAt(5) !== 60) return undefined;
	const size = SIZE.exec(rest);
	if (size && sender.closed)
		return { kind: "queued", sender: sender.value, size: Number(size[1]), recipientCount: Number(size[2]) };
	const expired = EXPIRED.exec(rest);
	if (expired) {
		const words = expired[1] === "expired" ? expired[2] : [expired[1], expired[2]].filter(Boolean).join(", ");
		return said({ kind: "expired", sender: sender.value, reason: words });
	}
	if (!size && sender.closed && rest !== "" && !rest.startsWith(",")) return undefined;
	return said({
		kind: "queued",
		sender: sender.closed ? sender.value : undefined,
		size: size ? Number(size[1]) : undefined,
		recipientCount: size ? Number(size[2]) : undefined,
	});
}

/** cleanup_message.c: message-id=<…>, resent-message-id=<…>; the id is whatever the header held */
export function readMessageId(line: PostfixLine): Said {
	const resent = line.text.startsWith("resent-");
	const value = line.text.slice(resent ? 18 : 11).trim();
	const open = value.startsWith("<");
	const close = open ? endOfId(value) : -1;
	const truncated = open && close < 0;
	const id = close > 0 ? value.slice(1, close) : value.slice(open ? 1 : 0);
	const found: Said = { kind: "message-id" };
	if (id !== "") found.messageId = id;
	if (resent) found.resent = true;
	if (truncated) found.truncated = true;
	return found;
}

/** An id may hold a `>` of a stranger's; behind it a comment, or a second id, may follow. */
function endOfId(value: string): number {
	const first = value.indexOf(">");
	if (first < 0 || first === value.length - 1) return first;
	if (/^>\s+</.test(value.slice(first, first + 100))) return first;
	return value.endsWith(">") ? value.length - 1 : first;
}

// bounce_notify_util.c callers
const NOTIFICATION =
	/^(sender|postmaster) (non-delivery|delay|delivery status) notification: ([0-9A-Za-z]{1,30})$/;

/** bounce: 4jX…: sender non-delivery notification: 4jXHXG6fsmzJfRZ */
export function readNotification(line: PostfixLine): Said | undefined {
	const match = NOTIFICATION.exec(line.text);
	if (!match) return undefined;
	const sort = match[2];
	return said({
		kind: "bounce-created",
		childQueueId: match[3],
		notification: sort === "non-delivery" || sort === "delay" ? sort : "success",
		notified: match[1] === "sender" ? "sender" : "postmaster",
	});
}

type State = QueueStateEvent["kind"];

/** qmgr's `removed` and postsuper's words for one message. */
const STATES: Readonly<Record<string, State>> = {
	removed: "removed",
	expired: "expired",
	"placed on hold": "held",
	"released from hold": "released",
	requeued: "requeued",
};

/** 4jX…: removed · 4jX…: placed on hold */
export function readState(line: PostfixLine): Said | undefined {
	const state = Object.hasOwn(STATES, line.text) ? STATES[line.text] : undefined;
	return state && said({ kind: state });
}

const GIVEN_UP = /^removed \((canceled|discarded)\)$/;

/** cleanup_api.c since 3.10, where no message came of a queue file: 4jX…: removed (canceled) */
export function readGivenUp(line: PostfixLine): Said | undefined {
	const match = GIVEN_UP.exec(line.text);
	return match ? said({ kind: "removed", reason: match[1] }) : undefined;
}

const TOTALS: Readonly<Record<string, State>> = {
	Deleted: "removed",
	"Force-expired": "expired",
	"Placed on hold": "held",
	"Released from hold": "released",
	Requeued: "requeued",
};
const TOTAL = /^([A-Z][a-z -]{4,40}): (\d{1,12}) messages?$/;

/** postsuper.c: Placed on hold: 2 messages */
export function readTotal(line: PostfixLine): Said | undefined {
	const match = TOTAL.exec(line.text);
	if (!match) return undefined;
	const state = Object.hasOwn(TOTALS, match[1] as string) ? TOTALS[match[1] as string] : undefined;
	if (!state) return other();
	return said({ kind: state, count: Number(match[2]) });
}

const NO_QUEUE = "NOQUEUE: ";

/** Parts `4jX…: words`, `NOQUEUE: words` and words without an id. */
export function splitQueueId(message: string): { queueId?: string; text: string } {
	const colon = endOfPostfixQueueId(message);
	if (colon > 0 && message.charCodeAt(colon + 1) === 32)
		return { queueId: message.slice(0, colon), text: afterBlanks(message, colon + 2) };
	return { text: message.startsWith(NO_QUEUE) ? afterBlanks(message, NO_QUEUE.length) : message };
}

function afterBlanks(message: string, from: number): string {
	const text = message.slice(from);
	const first = text.charCodeAt(0);
	return first > 32 && first < 128 ? text : text.trimStart();
}
