/**
 * The truth about a run of real mail servers: what the mails in the mailboxes and the bounces themselves say. It is made
 * without reading a log line, so that a trace can be held against it. Reads `truth.jsonl`, one recipient or bounce a line.
 */

/** One stop as a `Received:` header names it. */
export interface TrueStop {
	host: string;
	mta: string;
	/** absent where nobody kept the mail: only the hosts that it must have passed are known */
	id?: string;
}

/** What must be told of one recipient of one message. */
export interface TrueRow {
	/** the message; a bounce is a message of its own */
	message: string;
	/** of a bounce: the message that it reports on */
	reportsOn?: string;
	recipient: string;
	original: string;
	outcomes: string[];
	/** of a store that logs its folders */
	mailbox?: string;
	path: TrueStop[];
	/** of a bounce: the recipients that it reports on */
	reported: string[];
	/** how many copies came into the same mailbox by other routes */
	copies: number;
}

/** A line of `truth.jsonl`, as far as it is read here. */
export interface TruthLine {
	kind?: "dsn";
	lab: string | null;
	rcpt?: string;
	final?: string;
	mailbox?: string;
	outcome?: string;
	folder?: string;
	copies?: number;
	path?: { host: string; mta: string; qid: string | null }[];
	rcpts?: { final?: string; original?: string | null }[];
}

/** What the trace must say, by what the mails say. Outcomes that are not here leave no trace to hold it against. */
const OUTCOMES: Record<string, string[]> = {
	delivered: ["delivered"],
	bounced: ["failed"],
	discarded_by_amavis: ["discarded", "quarantined"],
	blackholed_by_exim: ["discarded"],
	lost_null_sender: ["failed"],
};

/** The rows of a `truth.jsonl`. A row without a known id says nothing about a path and is left out. */
export function readTruth(text: string): TrueRow[] {
	const lines = text
		.split("\n")
		.filter((line) => line.trim() !== "")
		.map((line) => JSON.parse(line) as TruthLine);
	return lines.flatMap((line, i) => {
		const row = line.kind === "dsn" ? bounceRow(line, i) : recipientRow(line);
		return row && row.path.length > 0 ? [row] : [];
	});
}

function recipientRow(line: TruthLine): TrueRow | undefined {
	const outcomes = OUTCOMES[line.outcome ?? ""];
	if (!outcomes || line.lab === null) return undefined;
	const recipient = line.final ?? line.rcpt ?? "";
	return {
		message: line.lab,
		recipient,
		original: line.rcpt ?? recipient,
		outcomes,
		...mailboxOf(line),
		path: stopsOf(line),
		reported: [],
		copies: line.copies ?? 1,
	};
}

function bounceRow(line: TruthLine, number: number): TrueRow {
	return {
		message: `notice ${number + 1} about ${line.lab ?? "an unknown message"}`,
		...(line.lab !== null && { reportsOn: line.lab }),
		recipient: line.mailbox ?? "",
		original: line.mailbox ?? "",
		outcomes: ["delivered"],
		...mailboxOf(line),
		path: stopsOf(line),
		reported: (line.rcpts ?? []).map(({ final, original }) => final ?? original ?? ""),
		copies: 1,
	};
}

/** Only Dovecot writes the folder into its log. */
function mailboxOf(line: TruthLine): { mailbox?: string } {
	const store = line.path?.at(-1)?.mta === "dovecot";
	return store && line.folder !== undefined ? { mailbox: line.folder } : {};
}

function stopsOf(line: TruthLine): TrueStop[] {
	return (line.path ?? []).map(({ host, mta, qid }) => ({
		host,
		mta,
		...(qid && { id: withoutRecipient(qid) }),
	}));
}

/** `KEHEHfNUAmuqAAAAZN5P0Q:R2`: Dovecot counts the recipients of one session behind its id. */
export function withoutRecipient(id: string): string {
	return id.replace(/:R\d+$/, "");
}
