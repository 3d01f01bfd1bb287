/**
 * amavis and Dovecot → figures. They see messages that a mail server counts too, so their figures stand beside the totals, and
 * are the totals only of a host that logs nothing else. amavis: received is a message checked, delivered the recipients of a
 * passed one; blocked is rejected, bounced, deferred or discarded, by what amavis did. Dovecot: received is one message
 * for one mailbox, delivered what was filed, forwarded what sieve redirected.
 */
import type { MailEvent, StoredEvent, VerdictEvent } from "../event/index.ts";
import { clientDomain } from "./domain.ts";
import type { Tally } from "./tally.ts";

export function countFilter(tally: Tally, event: MailEvent): void {
	tally.begin(event.at ?? "", event.repeated ?? 1, undefined);
	if (event.kind === "verdict") countVerdict(tally, event);
	else if (event.kind === "stored") countStored(tally, event);
	else if (event.kind === "problem") tally.problem(event.severity, event.mta ?? "", event.text.slice(0, 66));
}

// Passed CLEAN {RelayedInbound}, [192.0.2.1]:35983 <a@x.example> -> <b@y.example>, …, size: 605, queued_as: 6F88E5380B1
function countVerdict(tally: Tally, event: VerdictEvent): void {
	// the rest of a line that was cut says no action
	if (event.filter !== "amavis" || event.action === undefined) return;
	const message = tally.received(event.mailId ?? "", clientDomain(event.client));
	if (message) {
		tally.sent(message, event.sender ?? "", event.size ?? 0);
		tally.open.close(event.mailId ?? "");
	}
	const { action } = event;
	const reason = event.result ?? action;
	for (const recipient of event.recipients ?? []) {
		if (/^(?:Passed|Relayed|Accepted)/.test(action)) tally.delivered(message, recipient, undefined);
		else if (action.startsWith("Bounced")) tally.bounced("amavis", reason);
		else if (action.startsWith("TempFailed")) {
			tally.deferred(message, recipient, undefined);
			tally.deferralReason("amavis", reason);
		} else if (action.startsWith("Rejected")) tally.refused("rejected", "amavis", reason, recipient);
		else tally.refused("discarded", "amavis", reason, recipient);
	}
}

// lmtp(u19@a.example)<170><EIJ…>: sieve: msgid=<L1@sub.example>: stored mail into mailbox 'INBOX'
function countStored(tally: Tally, event: StoredEvent): void {
	if (isMailLog(event.raw)) return;
	const recipient = event.recipient ?? "";
	switch (event.action) {
		case "saved":
		case "fileinto":
			tally.received(undefined, "");
			tally.delivered(undefined, recipient, undefined);
			break;
		case "redirected":
			tally.forwarded();
			break;
		case "discarded":
			tally.received(undefined, "");
			tally.refused("discarded", "sieve", "discard", recipient);
			break;
		case "rejected":
			tally.received(undefined, "");
			tally.refused("rejected", "lmtp", event.reason ?? "reject", recipient);
			break;
		default:
			break;
	}
}

/** The mail_log plugin says again what LMTP said, and tells of copies that people make: `save: box=INBOX, uid=68, msgid=…` */
function isMailLog(raw: string): boolean {
	const message = raw.indexOf("msgid=");
	const head = raw.slice(0, message < 0 ? undefined : message);
	return head.includes(": save: box=") || head.includes(": copy from ");
}
