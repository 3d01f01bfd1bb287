/**
 * Complaints and other feedback (RFC 5965, RFC 6591): somebody marked a message as junk, unsubscribed, or a check of its
 * sender failed. Also the two providers that write them without the part that the format asks for.
 */
import { addressIn, first, type HeaderBlock, readHeaderBlock } from "./header-block.ts";
import type { OpenMessage } from "./open-message.ts";
import type { Original } from "./returned.ts";

export interface Feedback {
	type: string;
	recipients: string[];
	sender?: string;
	arrivalDate?: string;
	reportingMta?: string;
	words: string;
}

export function readFeedback(message: OpenMessage, original: Original): Feedback | undefined {
	const fields = feedbackFields(message);
	if (!fields) return withoutFields(message, original);
	const rcpt = ["original-rcpt-to", "removal-recipient"].flatMap((name) =>
		(fields.get(name) ?? []).flatMap((value) => addressIn(value) ?? []),
	);
	const sender = addressIn(first(fields, "original-mail-from"));
	const arrivalDate = first(fields, "arrival-date") ?? first(fields, "received-date");
	const reportingMta = first(fields, "reporting-mta")?.replace(/^[a-z]+;\s*/i, "");
	return {
		type: (first(fields, "feedback-type") ?? first(fields, "abuse-type") ?? "other").toLowerCase(),
		recipients: rcpt.length > 0 ? rcpt : original.recipients.slice(0, 1),
		words: message.text.replace(/\s+/g, " ").trim().slice(0, 500),
		...(sender !== undefined && { sender }),
		...(arrivalDate !== undefined && { arrivalDate }),
		...(reportingMta !== undefined && { reportingMta }),
	};
}

/** The part, or the same fields in the body of a message whose MIME is broken. */
function feedbackFields(message: OpenMessage): HeaderBlock | undefined {
	const text = message.feedback ?? (/^feedback-type:/im.test(message.body) ? message.body : undefined);
	if (text === undefined) return undefined;
	const lines = text.split("\n");
	for (let at = 0; at < lines.length; ) {
		const { fields, end } = readHeaderBlock(lines, at);
		if (fields.has("feedback-type") || (message.feedback !== undefined && fields.size > 0)) return fields;
		at = end + 1;
	}
	return undefined;
}

function withoutFields({ headers, text }: OpenMessage, original: Original): Feedback | undefined {
	const words = text.replace(/\s+/g, " ").trim().slice(0, 500);
	const subject = first(headers, "subject")?.toLowerCase().trim() ?? "";
	// Outlook.com's Junk Mail Reporting Program: the message, and a subject that says what it is
	if (subject.startsWith("complaint about message from") && original.headers.size > 0) {
		return { type: "abuse", recipients: original.recipients.slice(0, 1), words };
	}
	// Apple Mail and others answer to List-Unsubscribe addresses for their user
	if (first(headers, "x-apple-unsubscribe")?.toLowerCase() === "true") {
		const from = addressIn(first(headers, "from"));
		return { type: "opt-out", recipients: from === undefined ? [] : [from], words };
	}
	return undefined;
}
