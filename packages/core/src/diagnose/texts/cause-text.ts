/**
 * What a cause is called and what to do about it, in one language. Braces stand for facts of the case: {destination}
 * (the recipient's domain), {host} (the host that answered), {ip} (our address that they name), {recipient}, {sender},
 * {link} (the first link of the reply), {said} (the words of the reply), {list} (the block list that it names), {lookup} (where the address is looked up), {checks} (SPF, DKIM, DMARC, whichever it names). A step with {link} is left out where the reply has none.
 */
import type { CauseId } from "../cause.ts";

export interface CauseText {
	title: string;
	explanation: string;
	steps: readonly string[];
}

/** Finer texts for a cause with another reason than its own. */
export type TextVariant =
	| "content-refused/spamdetected"
	| "message-too-large/exceedlimit"
	| "policy-refused/securityerror"
	| "refused-by-recipient/securityerror"
	| "unknown/silent";

/** What is said beside a cause, and done instead of its steps, where the refusal is our own. */
export interface RefusedHere {
	explanation: string;
	steps: readonly string[];
	/** where it is nobody's move: it goes on by itself */
	waits: readonly string[];
	/** where it is the recipient's, who is one of ours */
	toRecipient: readonly string[];
}

export interface Texts {
	causes: Readonly<Record<CauseId | TextVariant, CauseText>>;
	/** whose address a refusal means: ours where a remote refused, the client's where we did */
	ours: { our: string; Our: string };
	theirs: { our: string; Our: string };
	/** in place of the steps where the refusal was our own */
	refusedHere: Readonly<Record<"to-a-client" | "by-a-filter", RefusedHere>>;
	/** words for facts that a case does not have; `ip` and `host` may be nothing */
	missing: { destination: string; host: string; ip: string; recipient: string; sender: string; list: string };
	/** {ip} where there is one */
	ip: string;
	/** {list} where it is known */
	list: string;
	/** {lookup}: the sentence with the page where the address is looked up; nothing where none is known */
	lookup: string;
	/** {checks} where the reply does not say which check of the sender's domain failed */
	checks: string;
	/** what the rest of the journey adds to the explanation */
	notes: {
		/** after a time-out: the same host reached another destination */
		outboundWorks: string;
		outboundUnknown: string;
		/** answered 5xx, and yet the MTA keeps trying */
		retriedInVain: string;
		giveUp: string;
	};
	links: { dnsbl: string; other: string; provider: string };
}
