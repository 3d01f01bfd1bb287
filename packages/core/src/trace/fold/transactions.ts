/**
 * SMTP sessions of exim and OpenSMTPD, parted by transactions: which refused recipients may have stood beside those of a message
 * that the same session took. Both write what they took when its text has come; only an exim that is told to (log_selector =
 * +smtp_incomplete_transaction) writes that nothing came. What is told here is which message can be the one, `journey/beside.ts` decides whether it is.
 */
import type { TimedEvent } from "../hop/located-event.ts";
import { sameAddress } from "../hop/recipients.ts";

/** Refusals of one session that belong together, with the lines that tell of their connection. */
export interface Transaction {
	events: TimedEvent[];
	/** the queue id that the session took next, with nothing between that begins another transaction */
	message?: string;
	/** the session shows that it tells of transactions that came to nothing: there was none between */
	tellsEnds?: boolean;
}

/** The refusals before each message that may be theirs, and all others as one. */
export function transactionsOf(session: TimedEvent[]): Transaction[] {
	const parts: Transaction[] = [];
	const rest: TimedEvent[] = [];
	const tellsEnds = session.some(endsInNothing);
	let refused: TimedEvent[] = [];
	for (const located of session) {
		const [first] = refused;
		if (isRefusedRecipient(located) && (!first || sameSender(first, located))) {
			refused.push(located);
			continue;
		}
		const message = first && sameSender(first, located) ? takenAs(located) : undefined;
		if (message === undefined) rest.push(...refused);
		else parts.push({ events: refused, message, tellsEnds });
		refused = isRefusedRecipient(located) ? [located] : [];
		if (refused.length === 0) rest.push(located);
	}
	const opened = session.filter(({ event }) => event.kind === "connect");
	for (const part of parts) part.events = [...opened, ...part.events];
	return [...parts, { events: [...rest, ...refused] }];
}

function isRefusedRecipient({ event }: TimedEvent): boolean {
	return event.kind === "reject" && event.queueId === undefined && event.stage === "RCPT";
}

function takenAs({ event }: TimedEvent): string | undefined {
	return event.kind === "received" ? event.queueId : undefined;
}

// H=(client.example) [192.0.2.9] incomplete transaction (RSET) from <a@client.example>
function endsInNothing({ event }: TimedEvent): boolean {
	return event.mta === "exim" && event.kind === "other";
}

/** OpenSMTPD names the sender in neither line: whatever its session took may be for the same one. */
function sameSender(one: TimedEvent, other: TimedEvent): boolean {
	const [sender, another] = [senderOf(one), senderOf(other)];
	if (one.event.mta === "opensmtpd") return true;
	return sender !== undefined && another !== undefined && sameAddress(sender, another);
}

function senderOf({ event }: TimedEvent): string | undefined {
	return event.kind === "received" || event.kind === "reject" ? event.sender : undefined;
}
