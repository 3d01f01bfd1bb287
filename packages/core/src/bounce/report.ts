/**
 * What a bounce says of one recipient: the fields that the contract names. A field that the message does not carry is
 * left out. Nothing of the returned message is kept but what its headers say.
 */
import type { SmtpStage } from "../event/index.ts";
import type { Diagnosis, Language } from "../diagnose/index.ts";

export type ReportAction = "delivered" | "relayed" | "delayed" | "failed" | "expanded";

export interface BounceReport {
	/** where the delivery ended; after aliases and forwards where the report tells */
	recipient?: string;
	originalRecipient?: string;
	/** RFC 3464 section 2.3.3 */
	action?: ReportAction;
	/** RFC 3463: the answer's own where it has one, else the field's */
	status?: string;
	/** the message names no status: `status` is the shared code for its reason (`5.0.911`) */
	statusDerived?: true;
	replyCode?: number;
	reason: string;
	cause: string;
	/** the answer's class is 5, or the report says that the delivery failed */
	permanent: boolean;
	/** the address itself is no good; absent where the question makes no sense (feedback, automatic replies) */
	hardBounce?: boolean;
	/** the words, in one line */
	diagnostic?: string;
	/** the SMTP command that the words answer */
	command?: SmtpStage;
	reportingMta?: string;
	remoteMta?: string;
	/** when the reporting host took the message, as written */
	arrivalDate?: string;
	originalMessageId?: string;
	originalSender?: string;
	originalSubject?: string;
	/** the message's id in the reporting host's queue */
	queueId?: string;
	/** RFC 5965: `abuse`, `opt-out`, `auth-failure` … */
	feedbackType?: string;
	links: Diagnosis["links"];
	diagnosis: Diagnosis;
}

export interface ReadOptions {
	lang?: Language;
}

/** What the fields and the text of a report say of one recipient, before anybody judged it. */
export interface RecipientEntry {
	recipient?: string;
	originalRecipient?: string;
	action?: string;
	/** the field's, `5.1.1` */
	status?: string;
	diagnostic?: string;
	remoteMta?: string;
	command?: SmtpStage;
	/** only the text of the notice names it, no field of a report */
	fromText?: true;
}
