/**
 * What one log line says, typed. A closed union by `kind`: a new kind breaks the build wherever it is not handled.
 * Fields that a line does not carry are absent (never null, never empty; the null sender `<>` is `sender: ""`).
 * Addresses stand without `<>`, IP addresses in canonical form (RFC 5952; IPv4-mapped as IPv4), delays are seconds,
 * `at` is ISO 8601 with offset and the fraction that the log had. Field names are those of the public JSON.
 */

/** A listener or a client: `unknown` names are left out. */
export interface Endpoint {
	name?: string;
	ip?: string;
	port?: number;
}

/** The next hop as logged; `path` for a Unix socket (`private/dovecot-lmtp`). */
export interface Relay extends Endpoint {
	path?: string;
}

/** What a remote said. `text` holds the bare words: codes, `host X said:` and `(in reply to …)` stand in their own fields. */
export interface SmtpReply {
	code?: number;
	/** RFC 3463, `5.7.1` */
	enhanced?: string;
	text: string;
	host?: Endpoint;
	command?: SmtpStage;
}

export const SMTP_STAGES = [
	"CONNECT",
	"HELO",
	"EHLO",
	"STARTTLS",
	"AUTH",
	"MAIL",
	"RCPT",
	"DATA",
	"BDAT",
	"EOM",
	"VRFY",
	"ETRN",
	"NOOP",
	"HELP",
	"XCLIENT",
	"XFORWARD",
	"RSET",
	"QUIT",
	"UNKNOWN",
] as const;
export type SmtpStage = (typeof SMTP_STAGES)[number];

export interface Sasl {
	method?: string;
	username?: string;
	sender?: string;
}

/** RFC 3464 section 2.3.3, and `discarded`. */
export type Action = "delivered" | "relayed" | "delayed" | "failed" | "expanded" | "discarded";

export type Mta =
	| "postfix"
	| "sendmail"
	| "exim"
	| "opensmtpd"
	| "dovecot"
	| "dma"
	| "nullmailer"
	| "msmtp"
	| "ssmtp"
	| "amavis"
	| "rspamd"
	| "spamassassin"
	| "opendkim"
	| "opendmarc"
	| "postgrey"
	| "policyd-spf"
	| "policyd-weight"
	| "clamav"
	| "milter"
	| "openarc"
	| "sqlgrey"
	| "gross"
	| "proxsmtp"
	| "mlmmj"
	| "postfwd"
	| "mimedefang"
	| "mailscanner"
	| "pmg"
	| "cyrus"
	| "courier"
	| "saslauthd"
	| "fetchmail"
	| "getmail"
	| "postsrsd"
	| "mta-sts-daemon";

/** What the syslog header, or the MTA's own line header, says. */
export interface LineHeader {
	/** ISO 8601 with offset, fractions kept */
	at?: string;
	/** as logged; it identifies nothing: many machines log as `mx` */
	host?: string;
	/** the whole tag, `postfix/submission/smtpd` */
	program?: string;
	pid?: number;
}

export interface EventBase extends LineHeader {
	raw: string;
	mta?: Mta;
	/** Postfix `syslog_name` */
	instance?: string;
	/** `smtpd`, `qmgr`, `smtp` … */
	daemon?: string;
	/** as logged, case kept; `NOQUEUE` left out */
	queueId?: string;
	/** what the lines of one session share: OpenSMTPD's session, a store's */
	sessionId?: string;
	/** from `message repeated N times: […]` */
	repeated?: number;
}

export type CommandCounts = { commands: [accepted: number, total: number] } & {
	[command: string]: [accepted: number, total: number];
};

interface Connection {
	client?: Endpoint;
	server?: Endpoint;
	stage?: SmtpStage;
	reason?: string;
	bytes?: number;
}
export interface ConnectEvent extends EventBase, Connection {
	kind: "connect";
}
export interface DisconnectEvent extends EventBase, Connection {
	kind: "disconnect";
	commands?: CommandCounts;
}
export interface ConnectionLostEvent extends EventBase, Connection {
	kind: "connection-lost";
}

/** The MTA took a message in. */
export interface ReceivedEvent extends EventBase {
	kind: "received";
	client?: Endpoint;
	server?: Endpoint;
	sasl?: Sasl;
	protocol?: string;
	uid?: number;
	sender?: string;
	size?: number;
	recipientCount?: number;
	messageId?: string;
	origin?: { queueId?: string; client?: Endpoint };
	/** the message that this one reports on */
	parentQueueId?: string;
}

export interface MessageIdEvent extends EventBase {
	kind: "message-id";
	messageId?: string;
	resent?: boolean;
	truncated?: boolean;
}

export interface QueuedEvent extends EventBase {
	kind: "queued";
	sender?: string;
	size?: number;
	recipientCount?: number;
	/** other entries of this queue that hold some of its recipients from now on */
	nextQueueIds?: string[];
}

export interface DeliveryEvent extends EventBase {
	kind: "delivery";
	recipients: string[];
	originalRecipient?: string;
	relay?: Relay;
	/** `local`, `virtual`, a pipe's name */
	transport?: string;
	delay?: number;
	/** before queue manager, in queue, connection, transmission */
	delays?: [number, number, number, number];
	/** sendmail xdelay */
	attemptDelay?: number;
	dsn?: string;
	/** as logged, lower case, without what follows in brackets or after a colon */
	status?: string;
	action?: Action;
	reply?: SmtpReply;
	/** words that no remote said */
	reason?: string;
	nextQueueId?: string;
	/** an id of the remote's that is no queue id of a known form */
	remoteId?: string;
	tls?: string;
}

/** An outgoing try that names no recipient. */
export interface AttemptEvent extends EventBase {
	kind: "attempt";
	relay?: Relay;
	stage?: SmtpStage;
	reason?: string;
	reply?: SmtpReply;
}

export interface RejectEvent extends EventBase {
	kind: "reject";
	/** as logged: `reject milter-reject reject_warning discard hold redirect filter …` */
	verb: string;
	stage?: SmtpStage;
	client?: Endpoint;
	server?: Endpoint;
	reply?: SmtpReply;
	reason?: string;
	sender?: string;
	recipient?: string;
	helo?: string;
	protocol?: string;
	/** the block list */
	list?: string;
	rule?: string;
	target?: string;
}

export interface ProxyAcceptEvent extends EventBase {
	kind: "proxy-accept";
	stage?: SmtpStage;
	client?: Endpoint;
	reply?: SmtpReply;
	nextQueueId?: string;
	sender?: string;
	recipient?: string;
	helo?: string;
	protocol?: string;
	size?: number;
	recipientCount?: number;
	sasl?: Sasl;
}

export interface HeaderEvent extends EventBase {
	kind: "header";
	verb: string;
	header?: { name: string; value: string };
	target?: string;
	client?: Endpoint;
	sender?: string;
	recipient?: string;
	helo?: string;
	protocol?: string;
	text?: string;
}

export interface BounceCreatedEvent extends EventBase {
	kind: "bounce-created";
	childQueueId?: string;
	notification?: "non-delivery" | "delay" | "success";
	notified?: "sender" | "postmaster";
	text?: string;
}

export interface QueueStateEvent extends EventBase {
	kind: "removed" | "expired" | "held" | "released" | "requeued";
	sender?: string;
	reason?: string;
	count?: number;
}

export interface TlsEvent extends EventBase {
	kind: "tls";
	direction: "in" | "out";
	trust?: string;
	client?: Endpoint;
	relay?: Relay;
	protocol?: string;
	cipher?: string;
	bits?: number;
	keyExchange?: string;
	reason?: string;
}

export interface AuthFailedEvent extends EventBase {
	kind: "auth-failed";
	client?: Endpoint;
	server?: Endpoint;
	method?: string;
	username?: string;
	helo?: string;
	reason?: string;
	service?: string;
	attempts?: number;
	database?: string;
}

/** A filter spoke. */
export interface VerdictEvent extends EventBase {
	kind: "verdict";
	filter?: string;
	/** `clean spam virus banned greylisted pass signed fail …` */
	result?: string;
	score?: number;
	required?: number;
	client?: Endpoint;
	helo?: string;
	sender?: string;
	recipients?: string[];
	messageId?: string;
	mailId?: string;
	/** what the filter calls its work on the message in its own SMTP replies */
	taskId?: string;
	quarantineId?: string;
	nextQueueId?: string;
	/** all of them, where the filter passed the message on in several transactions */
	nextQueueIds?: string[];
	action?: string;
	reason?: string;
	rule?: string;
	symbols?: string[];
	size?: number;
}

/** Final delivery in a mail store. */
export interface StoredEvent extends EventBase {
	kind: "stored";
	recipient?: string;
	mailbox?: string;
	messageId?: string;
	action?: "saved" | "fileinto" | "discarded" | "redirected" | "vacation" | "rejected";
	target?: string;
	reason?: string;
}

export interface DnsListEvent extends EventBase {
	kind: "dns-list";
	client?: Endpoint;
	server?: Endpoint;
	list?: string;
	answer?: string;
}

export interface PostscreenEvent extends EventBase {
	kind: "postscreen";
	client?: Endpoint;
	server?: Endpoint;
	/** as logged: `PASS NEW`, `PREGREET`, `HANGUP` … */
	result: string;
	list?: string;
	answer?: string;
	score?: number;
	/** seconds after connecting */
	after?: number;
	stage?: SmtpStage;
	reason?: string;
	bytes?: number;
	count?: number;
}

export interface StatusEvent extends EventBase {
	kind: "status";
	text?: string;
	version?: string;
	client?: Endpoint;
	service?: string;
	count?: number;
	rate?: { count: number; seconds: number };
}

export interface ProblemEvent extends EventBase {
	kind: "problem";
	severity: "warning" | "error" | "fatal" | "panic";
	text: string;
	client?: Endpoint;
	relay?: Relay;
	/** that could not be verified */
	sender?: string;
}

/**
 * A bounce in a mail spool, as far as one recipient goes: no log line, but evidence that stands for what sendmail keeps out
 * of its log. `queueId` is the id of the message that it reports on, `raw` the report in one line.
 */
export interface BounceReportEvent extends EventBase {
	kind: "bounce-report";
	recipient?: string;
	originalRecipient?: string;
	/** RFC 3463 */
	dsn?: string;
	reply?: SmtpReply;
	/** of the message that it reports on, without `<>` */
	messageId?: string;
	sender?: string;
}

/** `other`: a known line with nothing to keep · `unparsed`: a mail program's line of unknown shape · `foreign`: not a mail program. */
export interface PlainEvent extends EventBase {
	kind: "other" | "unparsed" | "foreign";
	/** of a line that ends a transaction of which nothing came (exim) */
	client?: Endpoint;
}

export type MailEvent =
	| ConnectEvent
	| DisconnectEvent
	| ConnectionLostEvent
	| ReceivedEvent
	| MessageIdEvent
	| QueuedEvent
	| DeliveryEvent
	| AttemptEvent
	| RejectEvent
	| ProxyAcceptEvent
	| HeaderEvent
	| BounceCreatedEvent
	| QueueStateEvent
	| TlsEvent
	| AuthFailedEvent
	| VerdictEvent
	| StoredEvent
	| DnsListEvent
	| PostscreenEvent
	| StatusEvent
	| ProblemEvent
	| BounceReportEvent
	| PlainEvent;

export type EventKind = MailEvent["kind"];

/** `Omit` that keeps a union a union. */
type WithoutHeader<E> = E extends unknown ? Omit<E, keyof LineHeader | "raw" | "repeated"> : never;

/** What a program's parser returns: the event without what the line's header already said. */
export type ParsedMessage = WithoutHeader<MailEvent>;
