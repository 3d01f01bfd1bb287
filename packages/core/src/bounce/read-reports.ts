/**
 * An opened message → one report for each recipient that it tells of; nothing for a message that is no bounce, no feedback
 * and no automatic reply. Fields of a report (RFC 3464) speak first, its text completes them, text alone is read by its
 * shape. Knows nothing of MIME: words that somebody copied are read here too.
 */
import { diagnoseState } from "../diagnose/index.ts";
import { type CloudNotice, readCloudNotice } from "./cloud-notice.ts";
import { type Feedback, readFeedback } from "./feedback.ts";
import { addressIn, first } from "./header-block.ts";
import { isAutomaticReply } from "./automatic-reply.ts";
import { judge, type JudgeContext } from "./judge.ts";
import type { OpenMessage } from "./open-message.ts";
import { type Notice, readNotice } from "./read-notice.ts";
import { mergeEntries } from "./merge-entries.ts";
import { addressesIn } from "./recipient-line.ts";
import type { BounceReport, ReadOptions, RecipientEntry } from "./report.ts";
import { type Original, readOriginal } from "./returned.ts";
import { isByProgram, isNamedProgram } from "./sent-by-program.ts";
import { OPENINGS, SUBJECTS } from "./shapes.ts";
import { holdsStatusFields, readStatusFields, type StatusReport } from "./status-fields.ts";

/** A server's answer. */
const ANSWER = /\b[45]\.\d{1,3}\.\d|\b[45][0-5]\d /;
/** What was sent, in the languages that notices are written in. */
const MAIL =
	/mail|message|nachricht|mensa[jg]e|messaggio|bericht|meddel|melding|viesti|wiadomo|zpráv|üzenet|mesaj|メール|邮件|郵件|信件|письм|сообщ|повідомл|메일/i;

/** The words of a bounce that somebody copied: with or without headers, MIME undone or not. */
export function readBounceText(text: string, options: ReadOptions = {}): BounceReport[] {
	const lines = text.replace(/\r\n?/g, "\n");
	return readReports({ headers: new Map(), bare: true, text: lines, body: lines, status: [] }, options);
}

export function readReports(message: OpenMessage, options: ReadOptions): BounceReport[] {
	const notice = readNotice(message.text);
	const original = readOriginal(message.returned ?? notice.returned);
	const cloud = readCloudNotice(message.text);
	if (cloud) return cloudReports(cloud, options);
	const feedback = readFeedback(message, original);
	if (feedback) return feedbackReports(feedback, original, options);
	const status = readStatus(message);
	const context = { ...options, whole: !message.bare };
	if (status.entries.length > 0 || status.ofNobody || isBounce(message, notice)) {
		const fallback = fallbackRecipients(message, original, notice.words);
		const entries = mergeEntries(entriesOf(status, notice, fallback), notice, fallback);
		if (entries.length > 0)
			return entries.map((entry) => complete(entry, { message, notice, status, original, context }));
	}
	return isAutomaticReply(message.headers) && !isReceipt(message) ? vacation(message, options) : [];
}

function readStatus(message: OpenMessage): StatusReport {
	if (message.status.length > 0) return readStatusFields(message.status.join("\n\n"));
	const loose = message.body.slice(0, 200_000);
	return holdsStatusFields(loose) && !isReceipt(message) ? readStatusFields(loose) : { entries: [] };
}

/** Fields that name nobody are of the one whom the text names, or the returned message. */
function entriesOf(
	{ entries, ofNobody }: StatusReport,
	notice: Notice,
	fallback: string[],
): RecipientEntry[] {
	if (!ofNobody) return entries;
	const named = notice.entries.flatMap(({ recipient }) => recipient ?? []);
	const [recipient, another] = named.length > 0 ? named : fallback;
	if (another !== undefined) return [];
	return [{ ...ofNobody, ...(recipient !== undefined && { recipient }) }];
}

/** RFC 8098: a disposition notification tells that somebody displayed or deleted it. */
function isReceipt({ headers, body }: OpenMessage): boolean {
	const type = first(headers, "content-type") ?? "";
	return /disposition-notification/i.test(type) || /^disposition:/im.test(body.slice(0, 20_000));
}

/** A known wording, in a message of a program: people who ask about a bounce quote it too. */
function isBounce(message: OpenMessage, notice: Notice): boolean {
	const { headers, bare } = message;
	if (bare)
		return notice.opening !== undefined || notice.entries.some((entry) => entry.command !== undefined);
	const subject = (first(headers, "subject") ?? "").toLowerCase();
	const byProgram = isByProgram(headers);
	if (byProgram && !isNamedProgram(headers) && !isAboutMail(message, notice)) return false;
	const says = SUBJECTS.some((words) => subject.includes(words));
	// parcels could not be delivered either, and people answer and forward bounces
	const answered = /^(?:re|fwd?|aw|wg|antw|sv|回复|転送)\s*[:：]/i.test(subject);
	if (!byProgram && answered) return false;
	// in whatever language: a list of recipients, each with a server's answer, or a header that says who failed
	if (byProgram && !answered && namesWhoFailed(message, notice)) return true;
	return notice.opening === undefined ? says && byProgram : byProgram || (says && notice.entries.length > 0);
}

function namesWhoFailed({ headers }: OpenMessage, { entries }: Notice): boolean {
	if (headers.has("x-failed-recipients")) return true;
	const from = first(headers, "return-path");
	if (from !== undefined && from !== "<>") return false;
	return entries.some(({ diagnostic }) => ANSWER.test(diagnostic ?? ""));
}

/** What says that something was not delivered: a parcel or a message. */
const FAILURES: readonly string[] = [...SUBJECTS, ...OPENINGS.flatMap(({ says }) => says)];

/**
 * What shops write of parcels that could not be delivered has no sender either: it returns nothing, lists nobody and has no server's
 * answer, and where it says what could not be delivered it has not the word for mail, though it may ask for one elsewhere.
 */
function isAboutMail({ headers, returned }: OpenMessage, notice: Notice): boolean {
	if (notice.entries.length > 0 || (returned ?? notice.returned) !== undefined) return true;
	if (ANSWER.test(notice.words)) return true;
	const sentences = `${first(headers, "subject") ?? ""}\n${notice.words}`
		.toLowerCase()
		.split(/[.:!?。：！？\n]/);
	return sentences.some((said) => MAIL.test(said) && FAILURES.some((words) => said.includes(words)));
}

/** The bounce that a person forwards as an attachment; what a program returns is the message that failed. */
export function forwardedReport({ headers, status, attachedReport }: OpenMessage): Uint8Array | undefined {
	const type = first(headers, "content-type") ?? "";
	const isItself = status.length > 0 || /^multipart\/report\b/i.test(type) || isByProgram(headers);
	return isItself ? undefined : attachedReport;
}

/** Whom it is about where neither fields nor list name anybody. */
function fallbackRecipients({ headers }: OpenMessage, original: Original, words: string): string[] {
	const failed = (headers.get("x-failed-recipients") ?? []).flatMap((value) => value.split(","));
	const named = failed.flatMap((value) => addressIn(value) ?? []);
	if (named.length > 0) return named;
	if (original.recipients.length > 0) return original.recipients.slice(-1);
	// a phone's gateway repeats sender and recipient of what it could not send on
	const reader = addressIn(first(headers, "to"))?.toLowerCase();
	return addressesIn(words, 5)
		.filter((address) => address.toLowerCase() !== reader)
		.slice(0, 1);
}

interface Opened {
	message: OpenMessage;
	notice: Notice;
	status: StatusReport;
	original: Original;
	context: JudgeContext;
}

function complete(
	entry: RecipientEntry,
	{ message, notice, status, original, context }: Opened,
): BounceReport {
	const report = judge(entry, context);
	const reportingMta = status.reportingMta ?? notice.reportingMta ?? hostOfSender(message);
	const sender = status.sender ?? original.sender ?? addressIn(first(message.headers, "to"));
	const queueId = queueIdOf(status, original) ?? notice.waiting?.queueId;
	const { messageId = status.originalMessageId, subject = notice.waiting?.subject } = original;
	const reference = messageId ?? /<([^<>\s]{3,500})>/.exec(first(message.headers, "in-reply-to") ?? "")?.[1];
	return {
		...report,
		...(reportingMta !== undefined && { reportingMta }),
		...(status.arrivalDate !== undefined && { arrivalDate: status.arrivalDate }),
		...(reference !== undefined && { originalMessageId: reference }),
		...(sender !== undefined && { originalSender: sender }),
		...(subject !== undefined && { originalSubject: subject }),
		...(queueId !== undefined && { queueId }),
	};
}

/** `MAILER-DAEMON@mx.example.net`: the host that writes. */
function hostOfSender({ headers }: OpenMessage): string | undefined {
	const from = addressIn(first(headers, "from"));
	const at = from?.toLowerCase().startsWith("mailer-daemon@") ? from.lastIndexOf("@") : -1;
	return at < 0 ? undefined : from?.slice(at + 1);
}

/** The id at the host that reports; of the returned headers the topmost `Received:` is that host's. */
function queueIdOf(status: StatusReport, { queues }: Original): string | undefined {
	if (status.queueId !== undefined) return status.queueId;
	const mta = status.reportingMta?.toLowerCase();
	const own = queues.find(({ host }) => host !== undefined && host.toLowerCase() === mta);
	return (own ?? queues[0])?.id;
}

function cloudReports(notice: CloudNotice, options: ReadOptions): BounceReport[] {
	const { entries, complaint, reportingMta, messageId, sender, subject } = notice;
	if (complaint !== undefined) {
		const recipients = entries.flatMap(({ recipient }) => recipient ?? []);
		const original: Original = { headers: new Map(), recipients, queues: [] };
		if (messageId !== undefined) original.messageId = messageId;
		const feedback: Feedback = { type: complaint, recipients, words: "" };
		return feedbackReports(sender === undefined ? feedback : { ...feedback, sender }, original, options);
	}
	return entries.map((entry) => ({
		...judge(entry, { ...options, whole: true }),
		...(reportingMta !== undefined && { reportingMta }),
		...(messageId !== undefined && { originalMessageId: messageId }),
		...(sender !== undefined && { originalSender: sender }),
		...(subject !== undefined && { originalSubject: subject }),
	}));
}

function feedbackReports(feedback: Feedback, original: Original, options: ReadOptions): BounceReport[] {
	const diagnosis = diagnoseState("complaint", options.lang ?? "en");
	const recipients = feedback.recipients.length > 0 ? feedback.recipients : [undefined];
	return recipients.map((recipient) => ({
		...(recipient !== undefined && { recipient }),
		reason: diagnosis.reason,
		cause: diagnosis.cause,
		permanent: false,
		feedbackType: feedback.type,
		diagnostic: feedback.words,
		...(feedback.reportingMta !== undefined && { reportingMta: feedback.reportingMta }),
		...(feedback.arrivalDate !== undefined && { arrivalDate: feedback.arrivalDate }),
		...(original.messageId !== undefined && { originalMessageId: original.messageId }),
		...((feedback.sender ?? original.sender) !== undefined && {
			originalSender: feedback.sender ?? original.sender,
		}),
		...(original.subject !== undefined && { originalSubject: original.subject }),
		links: diagnosis.links,
		diagnosis,
	})) as BounceReport[];
}

function vacation({ headers, text }: OpenMessage, options: ReadOptions): BounceReport[] {
	const diagnosis = diagnoseState("automatic-reply", options.lang ?? "en");
	const recipient = addressIn(first(headers, "from"));
	const answered = /<([^<>\s]{3,500})>/.exec(
		first(headers, "in-reply-to") ?? first(headers, "references") ?? "",
	)?.[1];
	const sender = addressIn(first(headers, "to"));
	const subject = first(headers, "subject");
	return [
		{
			...(recipient !== undefined && { recipient }),
			reason: diagnosis.reason,
			cause: diagnosis.cause,
			permanent: false,
			diagnostic: text.replace(/\s+/g, " ").trim().slice(0, 500),
			...(answered !== undefined && { originalMessageId: answered }),
			...(sender !== undefined && { originalSender: sender }),
			...(subject !== undefined && { originalSubject: subject }),
			links: [],
			diagnosis,
		},
	];
}
