/**
 * What somebody pasted to have it explained → the fields that a diagnosis looks at: a whole log line, its
 * `status=deferred (…)` or `stat=…` part, or the bare words of a reply.
 */
import { parseReply, type SmtpReply } from "@mailtrail/core/event";
import { parseLine } from "@mailtrail/core/parse";

export interface ReplyText {
	reply?: SmtpReply;
	reason?: string;
	dsn?: string;
	status?: string;
}

export function readReplyText(text: string): ReplyText {
	return readLogLine(text) ?? readWords(insideStatus(text.trim()));
}

function readLogLine(text: string): ReplyText | undefined {
	// the year of a header does not matter to the reply
	const event = parseLine(text, { zone: "UTC", now: 0 });
	switch (event.kind) {
		case "delivery":
		case "attempt":
		case "reject": {
			const { reply, reason } = event;
			if (!reply && reason === undefined) return undefined;
			return {
				...(reply && { reply }),
				...(reason !== undefined && { reason }),
				...(event.kind === "delivery" && event.dsn !== undefined && { dsn: event.dsn }),
				...(event.kind === "delivery" && event.status !== undefined && { status: event.status }),
			};
		}
		default:
			return undefined;
	}
}

/** `status=deferred (words)` and `stat=Deferred: words` without their wrapping */
function insideStatus(text: string): string {
	const postfix = text.indexOf("status=");
	const open = text.indexOf(" (", postfix);
	if (postfix >= 0 && open >= 0 && text.endsWith(")")) return text.slice(open + 2, -1);
	const sendmail = /(?:^|, )stat=(.+)$/.exec(text);
	return sendmail?.[1] ?? text;
}

function readWords(words: string): ReplyText {
	const reply = parseReply(words);
	return reply.code === undefined && reply.host === undefined ? { reason: words } : { reply };
}
