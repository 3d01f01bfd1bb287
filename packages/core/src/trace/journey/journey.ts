/** A journey: the hops and links of one message with an outcome per recipient. The public JSON, field for field; times are ISO 8601 with offset. */
import type { Action, Endpoint, Relay, SmtpReply } from "../../event/index.ts";
import type { LinkVia } from "../link/hop-link.ts";
import type { Diagnosis } from "../../diagnose/diagnosis.ts";

export const OUTCOMES = [
	"delivered",
	"relayed",
	"delayed",
	"failed",
	"discarded",
	"quarantined",
	"expanded",
	"unknown",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Link {
	via: LinkVia;
	confidence: "proven" | "likely";
	/** the lines that prove it */
	evidence: string[];
}

export interface Stop {
	host: string;
	mta: string;
	instance?: string;
	queueId?: string;
	receivedAt?: string;
	leftAt?: string;
	size?: number;
	lines: string[];
	/** how this stop was joined to the one before; absent on the first */
	link?: Link;
}

export interface JourneyAttempt {
	at: string;
	host: string;
	queueId?: string;
	relay?: Relay;
	transport?: string;
	status?: string;
	action?: Action;
	dsn?: string;
	delay?: number;
	delays?: [number, number, number, number];
	reply?: SmtpReply;
	reason?: string;
	remoteId?: string;
	/** the line that says so */
	line?: string;
	/** the refusal that this try met, where the host that refused is watched: a journey of its own */
	refusal?: { journeyId: string; host: string; line: string; confidence: "proven" | "likely" };
	/** the bounce that tells the reply, where the log keeps it out */
	replyLine?: string;
}

export interface JourneyRecipient {
	/** where the mail ended, after aliases and forwards */
	recipient: string;
	/** the address first given */
	original: string;
	outcome: Outcome;
	mailbox?: string;
	at?: string;
	reply?: SmtpReply;
	path: Stop[];
	attempts: JourneyAttempt[];
	diagnosis?: Diagnosis;
	/** of a message that waits: what its queue will do, by the MTA's schedule */
	nextTry?: NextTry;
}

/** ISO 8601; an estimate by the MTA's defaults or by the rhythm of the tries */
export interface NextTry {
	at?: string;
	givenUpAt: string;
}

export interface Notice {
	code: string;
	text: string;
	/** what the text says about whom, for other languages */
	values?: Readonly<Record<string, string>>;
}

export interface Journey {
	id: string;
	kind: "message" | "refused";
	messageIds: string[];
	sender?: string;
	subject?: string;
	client?: Endpoint;
	sasl?: { method?: string; username?: string };
	/** of a local submission: the user that called sendmail(1) */
	uid?: number;
	submittedAt?: string;
	size?: number;
	recipients: JourneyRecipient[];
	bounces: { journeyId: string; recipient?: string; childQueueId: string }[];
	/** of a refusal: the messages whose tries met it */
	answers?: { journeyId: string; recipient: string; confidence: "proven" | "likely" }[];
	parent?: { journeyId: string; why: string };
	notices: Notice[];
}
