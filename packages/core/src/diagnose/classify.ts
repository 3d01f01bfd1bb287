/** A reply → its cause: facts of the delivery first, then rules over the words, then status and code. No texts yet. */
import { CAUSES, type CauseId, type Reason } from "./cause.ts";
import { matchRules } from "./match-rules.ts";
import { type ReadReply, type ReplyInput, readReply } from "./read-reply.ts";
import { FIRST_WEAK_RULE } from "./rules/index.ts";
import { codeMeaning, type StatusMeaning, statusMeaning } from "./rules/status.ts";

export interface Verdict {
	cause: CauseId;
	reason: Reason;
	permanent: boolean;
	retryHelps: boolean;
	confidence: "proven" | "likely";
	rule: string;
}

/** amavis took it to throw it away. */
const DISCARDED = /^Ok, discarded, (?:UBE, )?id=/;

export function classify(input: ReplyInput): { verdict: Verdict; reply: ReadReply } {
	const reply = readReply(input);
	const accepted = isAccepted(reply, input);
	if (accepted) {
		const taken = DISCARDED.test(reply.text) ? "discarded-by-filter" : "accepted-by-next-host";
		return { verdict: verdictOf(taken, reply, "accepted", "proven", input), reply };
	}
	// 3xx asks to go on: it explains nothing, whatever stands behind it
	const match = isIntermediate(reply) ? undefined : matchRules(reply);
	if (match) {
		const { rule, rank } = match;
		const confidence = rank < FIRST_WEAK_RULE ? "proven" : "likely";
		return { verdict: verdictOf(rule.cause, reply, rule.id, confidence, input, rule.reason), reply };
	}
	return { verdict: withoutWords(reply, input), reply };
}

function isIntermediate({ code }: ReadReply): boolean {
	return code !== undefined && code >= 300 && code < 400;
}

/** RFC 5321: only 2xx accepts; a log's dsn=2.x or status=sent says the same. */
function isAccepted(reply: ReadReply, input: ReplyInput): boolean {
	if (reply.code !== undefined) return reply.code < 300;
	const status = input.status?.toLowerCase();
	if (status === "sent" || status === "delivered") return true;
	return reply.status?.startsWith("2.") === true && status === undefined;
}

function withoutWords(reply: ReadReply, input: ReplyInput): Verdict {
	if (isIntermediate(reply)) return verdictOf("unknown", reply, "nothing-known", "likely", input);
	// RFC 4954: 53x answers a login, or the lack of one; its status tells only how
	const byLogin =
		reply.code !== undefined && reply.code >= 530 && reply.code < 540 && codeMeaning(reply.code, reply.stage);
	if (byLogin) return fromMeaning(byLogin, `code-${reply.code}`, reply, input);
	const byStatus = reply.status === undefined ? undefined : statusMeaning(reply.status);
	// RFC 5321 section 3.3: an answer to MAIL FROM is about the sender, whatever address its status names
	if (byStatus?.cause === "user-unknown" && reply.stage === "MAIL") {
		return verdictOf("sender-refused", reply, `status-${reply.status}`, "likely", input);
	}
	if (byStatus) return fromMeaning(byStatus, `status-${reply.status}`, reply, input);
	const byCode = reply.code === undefined ? undefined : codeMeaning(reply.code, reply.stage);
	if (byCode) return fromMeaning(byCode, `code-${reply.code}`, reply, input);
	if (input.status?.toLowerCase() === "expired")
		return verdictOf("expired-in-queue", reply, "expired", "proven", input);
	return verdictOf("unknown", reply, "nothing-known", "likely", input);
}

function fromMeaning(meaning: StatusMeaning, rule: string, reply: ReadReply, input: ReplyInput): Verdict {
	return verdictOf(meaning.cause, reply, rule, "likely", input, meaning.reason);
}

function verdictOf(
	id: CauseId,
	reply: ReadReply,
	rule: string,
	confidence: Verdict["confidence"],
	input: ReplyInput,
	reason?: Reason,
): Verdict {
	const cause = CAUSES[id];
	const permanent = isPermanent(reply, input) ?? cause.permanent;
	// what an address's owner must do stays so whatever the code; a wait is no remedy where they said 5xx about us
	const retryHelps = cause.retryHelps || (!permanent && id === "unknown");
	return { cause: id, reason: reason ?? reasonOf(id, reply), permanent, retryHelps, confidence, rule };
}

/** RFC 3463 X.2.3: the limit is the mailbox's, not the server's. */
function reasonOf(id: CauseId, reply: ReadReply): Reason {
	if (id === "message-too-large" && reply.status?.endsWith(".2.3")) return "exceedlimit";
	return CAUSES[id].reason;
}

/** The class of the answer itself; the log's own words where the answer has none. */
function isPermanent(reply: ReadReply, input: ReplyInput): boolean | undefined {
	if (reply.code !== undefined) return reply.code >= 500;
	if (reply.status !== undefined) return reply.status.startsWith("5");
	switch (input.status?.toLowerCase()) {
		case "bounced":
		case "expired":
			return true;
		case "deferred":
			return false;
		default:
			return undefined;
	}
}
