/**
 * What lines say of tries for single recipients → the attempts of a hop, append-only: deliveries of the MTAs, what a store did with a message, what
 * Dovecot's submission service relayed, and what a bounce adds to them.
 */
import type { DeliveryEvent, MailEvent, ProxyAcceptEvent, StoredEvent } from "../../event/index.ts";
import { type Hop, type HopAttempt, UNNAMED } from "../hop/hop.ts";
import { keepFirst } from "../hop/keep-first.ts";
import { pick } from "../hop/pick.ts";

const ATTEMPT_FIELDS = [
	"status",
	"action",
	"dsn",
	"relay",
	"transport",
	"delay",
	"delays",
	"attemptDelay",
	"reply",
	"reason",
	"nextQueueId",
	"remoteId",
	"tls",
] as const;

export function addDelivery(hop: Hop, event: DeliveryEvent, at: number, ref: string): void {
	// sendmail's `alias fan => a@x, b@x`: what an address stands for, no try
	if (event.action === "expanded") return;
	// exim's `=> blackhole (DATA ACL discarded recipients): why` names nobody: all of them
	if (event.recipients.length === 0 && event.action === "discarded")
		hop.refusals.push({ at, ref, verb: "discard", stage: "EOM", ...pick(event, ["reason"]) });
	for (const address of event.recipients) {
		const original = event.originalRecipient;
		hop.attempts.push({
			at,
			ref,
			recipient: qualified(address, original),
			...(original !== undefined && { original }),
			...pick(event, ATTEMPT_FIELDS),
		});
	}
}

/**
 * Dovecot's submission service relays a message in the user's own session, under an id of its own that its `Received:` header names.
 * It counts the recipients and names none: they are those of the queue that took it.
 */
export function addRelayed(hop: Hop, event: ProxyAcceptEvent, at: number, ref: string): void {
	if (event.mta !== "dovecot") return;
	keepFirst(hop, event, ["sender", "size", "recipientCount", "sasl"]);
	const recipient = event.recipient ?? UNNAMED;
	hop.attempts.push({ at, ref, recipient, action: "relayed", ...pick(event, ["reply", "nextQueueId"]) });
}

/** Exim logs a local delivery with the local part alone, `=> u5 <u5@b.example>`: the domain is that of the address it came from. */
function qualified(address: string, original: string | undefined): string {
	if (address.includes("@") || !original) return address;
	const domain = original.slice(original.lastIndexOf("@") + 1);
	return original.includes("@") ? `${address}@${domain}` : address;
}

/** Two plugins may log one save (sieve and mail_log): one attempt per recipient and mailbox. */
export function addStored(hop: Hop, event: StoredEvent, at: number, ref: string, saved: Set<string>): void {
	if (event.messageId) hop.messageId ??= event.messageId;
	if (event.daemon !== undefined) hop.service ??= event.daemon;
	const action = STORED_ACTIONS[event.action ?? "saved"];
	if (!event.recipient || !action) return;
	const save = `${event.recipient}\n${event.mailbox ?? event.target ?? ""}`;
	if (saved.has(save)) return;
	saved.add(save);
	const onward = event.action === "redirected" ? event.target : undefined;
	hop.attempts.push({
		at,
		ref,
		recipient: onward ?? event.recipient,
		...(onward !== undefined && { original: event.recipient }),
		action,
		status: event.action ?? "saved",
		...pick(event, ["mailbox", "reason"]),
	});
}

const STORED_ACTIONS: Record<NonNullable<StoredEvent["action"]>, HopAttempt["action"] | undefined> = {
	saved: "delivered",
	fileinto: "delivered",
	discarded: "discarded",
	redirected: "relayed",
	rejected: "failed",
	vacation: undefined,
};

/** Aliases of aliases: sendmail's MaxAliasRecursion is 10. */
const EXPANSIONS_MAX = 10;

/** sendmail names what an address stands for, at LogLevel 14 and more; the tries then name the members alone. */
export function addOriginals(hop: Hop, events: readonly MailEvent[]): void {
	const standsIn = new Map<string, string>();
	for (const event of events) {
		if (event.kind !== "delivery" || event.action !== "expanded" || !event.originalRecipient) continue;
		for (const member of event.recipients) standsIn.set(member.toLowerCase(), event.originalRecipient);
	}
	if (standsIn.size === 0) return;
	for (const attempt of hop.attempts) {
		let original = attempt.original ?? standsIn.get(attempt.recipient.toLowerCase());
		for (let i = 0; original !== undefined && i < EXPANSIONS_MAX; i++) {
			const outer = standsIn.get(original.toLowerCase());
			if (outer === undefined || outer === original) break;
			original = outer;
		}
		if (original !== undefined) attempt.original = original;
	}
}

/** A bounce has the remote's words where the log has none: `stat=Service unavailable` of a 550 that says why. */
export function addReport(hop: Hop, event: MailEvent, ref: string): void {
	if (event.kind !== "bounce-report" || !event.reply) return;
	const { recipient, originalRecipient, reply } = event;
	const named = new Set([recipient?.toLowerCase(), originalRecipient?.toLowerCase()]);
	const attempt = hop.attempts.findLast(
		(each) => each.action === "failed" && each.reply === undefined && named.has(each.recipient.toLowerCase()),
	);
	if (!attempt) return;
	attempt.reply = reply;
	attempt.replyRef = ref;
}
