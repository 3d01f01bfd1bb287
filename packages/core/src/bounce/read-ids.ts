/**
 * The ids in the words of a bounce that somebody pasted: enough to find the message that it is about. By the same readers
 * that read whole bounces, without MIME and without judging why it failed.
 */
import { readNotice } from "./read-notice.ts";
import { readOriginal } from "./returned.ts";
import { holdsStatusFields, readStatusFields } from "./status-fields.ts";

export interface BounceIds {
	recipients: string[];
	/** in the queue of the host that reports */
	queueId?: string;
	/** of the message that is returned */
	messageId?: string;
}

/** Undefined for words that no mail program says when it cannot deliver. */
export function readBounceIds(text: string): BounceIds | undefined {
	const words = text.replace(/\r\n?/g, "\n");
	const fields = holdsStatusFields(words) ? readStatusFields(words) : undefined;
	const notice = readNotice(words);
	if (!fields && notice.opening === undefined) return undefined;
	const entries = fields && fields.entries.length > 0 ? fields.entries : notice.entries;
	const original = readOriginal(notice.returned);
	const recipients = entries.flatMap(
		({ recipient, originalRecipient }) => originalRecipient ?? recipient ?? [],
	);
	const queueId = fields?.queueId ?? original.queues[0]?.id ?? notice.waiting?.queueId;
	return {
		recipients: [...new Set(recipients)],
		...(queueId !== undefined && { queueId }),
		...(original.messageId !== undefined && { messageId: original.messageId }),
	};
}
