/**
 * A hop: one message's stay in one queue, as the lines with its queue id tell it. Times are epoch milliseconds by the
 * host's own clock, delays seconds. A hop is a view of its lines: `foldQueue` derives it, nothing edits it.
 */
import type { Action, Endpoint, Mta, Relay, Sasl, SmtpReply } from "../../event/index.ts";

/** The recipient of a try for all of a message's recipients, where the log counts them and names none. */
export const UNNAMED = "";

/** One try for one recipient. */
export interface HopAttempt {
	at: number;
	ref: string;
	recipient: string;
	original?: string;
	status?: string;
	action?: Action;
	dsn?: string;
	relay?: Relay;
	transport?: string;
	delay?: number;
	delays?: [number, number, number, number];
	attemptDelay?: number;
	reply?: SmtpReply;
	reason?: string;
	nextQueueId?: string;
	remoteId?: string;
	mailbox?: string;
	tls?: string;
	/** the bounce that tells `reply`, where the log keeps it out */
	replyRef?: string;
}

/** A bounce or delay notice that this hop caused. */
export interface HopNotification {
	at: number;
	ref: string;
	childQueueId: string;
	notification?: "non-delivery" | "delay" | "success";
	notified?: "sender" | "postmaster";
	text?: string;
}

/** What a filter said about the message in this queue. */
export interface HopVerdict {
	at: number;
	ref: string;
	filter?: string;
	result?: string;
	score?: number;
	reason?: string;
	action?: string;
	quarantineId?: string;
	mailId?: string;
	taskId?: string;
	nextQueueId?: string;
	nextQueueIds?: string[];
	recipients?: string[];
}

/** What was decided before any try: a recipient refused in the SMTP session, a message refused, thrown away or put aside. */
export interface HopRefusal {
	at: number;
	ref: string;
	recipient?: string;
	sender?: string;
	verb: string;
	stage?: string;
	reply?: SmtpReply;
	reason?: string;
	helo?: string;
	list?: string;
}

export interface Hop {
	/** `HOST/QUEUEID/START`, START in base-36 seconds: stable while the first line is known */
	id: string;
	host: string;
	mta: Mta;
	instance?: string;
	/** of a mail store: `lmtp`, `lda` … */
	service?: string;
	/** absent for a session whose recipients were all refused before any queue */
	queueId?: string;
	/** first and last line */
	firstAt: number;
	lastAt: number;
	/** when the MTA took the message in, when it had done with it */
	receivedAt?: number;
	leftAt?: number;
	sender?: string;
	size?: number;
	recipientCount?: number;
	messageId?: string;
	/** of a message with several such headers: Postfix logs each, exim and Dovecot the first, sendmail the last */
	otherMessageIds?: string[];
	/** a line says so: Postfix's `message-id=<>` */
	bearsNoMessageId?: true;
	/** the Message-ID of who sent it once more */
	resentMessageId?: string;
	subject?: string;
	client?: Endpoint;
	sasl?: Sasl;
	uid?: number;
	protocol?: string;
	helo?: string;
	/** XFORWARD: the id and client before a content filter on the same host */
	origin?: { queueId?: string; client?: Endpoint };
	/** the message that this one reports on */
	parentQueueId?: string;
	/** which of OpenSMTPD's sessions brought it: they are numbered as they begin (util.c, generate_uid) */
	sessionNumber?: number;
	/** the queue id of the MTA on the same host that handed the message to this filter */
	filterFor?: string;
	/** of a session with refusals: the queue ids that the same session then took for the same sender; of one without: whose client it tells */
	sessionQueueIds: string[];
	/** of such a session of exim: it tells of transactions that came to nothing */
	sessionTellsEnds?: true;
	/** the queue entries that some of its recipients were moved to */
	split?: { at: number; ref: string; queueIds: string[] };
	attempts: HopAttempt[];
	notifications: HopNotification[];
	verdicts: HopVerdict[];
	refusals: HopRefusal[];
	/** `held`, `expired` … last queue state with its time */
	state?: {
		kind: "removed" | "expired" | "held" | "released" | "requeued";
		at: number;
		byHand?: true;
		/** by somebody's command, and returned to its sender */
		givenUp?: true;
	};
	/** every line with this hop's own id, in time order */
	refs: string[];
}
