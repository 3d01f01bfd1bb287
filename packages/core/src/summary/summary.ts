/**
 * What a summary holds. Words and definitions are pflogsumm's, Postfix's usual log summarizer: `received` counts messages
 * taken into a queue, `delivered` recipients (a message to three is three), `deferred` messages and `deferrals` tries,
 * `bounced` recipients, `rejected` commands or messages refused. Where the two differ, `differences` says by how much.
 */

/** The columns of the hour and day tables: `deferred` counts tries, `rejected` warnings, holds and discards too. */
export interface Traffic {
	received: number;
	delivered: number;
	deferred: number;
	bounced: number;
	rejected: number;
}

export interface Totals {
	received: number;
	delivered: number;
	/** sent on by local(8): an alias or a .forward */
	forwarded: number;
	/** messages that had to wait at least once */
	deferred: number;
	/** tries that ended with waiting */
	deferrals: number;
	bounced: number;
	/** messages given up after their time in the queue; pflogsumm has no such figure */
	expired: number;
	rejected: number;
	rejectWarnings: number;
	held: number;
	discarded: number;
	bytesReceived: number;
	bytesDelivered: number;
	/** different ones */
	senders: number;
	sendingHosts: number;
	recipients: number;
	recipientHosts: number;
}

export type Figure = Exclude<keyof Totals, "senders" | "sendingHosts" | "recipients" | "recipientHosts">;

export interface HourTraffic extends Traffic {
	/** 0 to 23, as the log writes it */
	hour: number;
	/** a day's average, where the logs are of several days */
	average?: Traffic;
}

export interface DayTraffic extends Traffic {
	/** `2026-01-31` */
	day: string;
}

export interface SenderDomain {
	domain: string;
	messages: number;
	bytes: number;
}

export interface RecipientDomain extends SenderDomain {
	deferrals: number;
	/** seconds, of what was delivered */
	averageDelay: number;
	/** seconds, of deliveries and deferrals */
	maxDelay: number;
}

export interface AddressTraffic {
	/** "" for the null sender */
	address: string;
	messages: number;
	bytes: number;
}

export interface Reason {
	/** the daemon (deferred) or the relay (bounced) */
	by: string;
	reason: string;
	count: number;
}

/** A refusal: `by` is the SMTP command, or `cleanup` for header and body checks. */
export interface Refusal extends Reason {
	/** hosts or addresses, or the headers that a check found */
	from: { name: string; count: number }[];
}

export interface Problem {
	severity: "warning" | "error" | "fatal" | "panic";
	by: string;
	text: string;
	count: number;
}

/** By how much a figure is above pflogsumm's (negative: below), and why. */
export interface Difference {
	figure: Figure;
	by: number;
	code: string;
	why: string;
}

export interface HostSummary {
	host: string;
	totals: Totals;
	/** what each program counted; filters and stores see the same messages again, so that they are not in the totals */
	programs: { mta: string; totals: Totals }[];
}

export interface Summary {
	/** ISO 8601, of the first and the last line of a mail program */
	from: string;
	until: string;
	totals: Totals;
	hours: HourTraffic[];
	days: DayTraffic[];
	domains: { recipient: RecipientDomain[]; sender: SenderDomain[] };
	top: {
		senders: AddressTraffic[];
		recipients: AddressTraffic[];
		sendersBySize: AddressTraffic[];
		recipientsBySize: AddressTraffic[];
	};
	reasons: {
		deferred: Reason[];
		bounced: Reason[];
		rejected: Refusal[];
		rejectWarnings: Refusal[];
		held: Refusal[];
		discarded: Refusal[];
	};
	problems: Problem[];
	hosts: HostSummary[];
	/** rows that a list leaves out, by its name, where it leaves out any */
	more: Record<string, number>;
	/** recipients that got a message whose size the logs do not say */
	withoutSize: number;
	differences: Difference[];
}

export const NO_TRAFFIC: Readonly<Traffic> = {
	received: 0,
	delivered: 0,
	deferred: 0,
	bounced: 0,
	rejected: 0,
};
