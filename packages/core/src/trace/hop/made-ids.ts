/**
 * Message-IDs that an MTA made from its own queue id, as it does for messages that come without one and for its own notices: sendmail and exim
 * do not log those of their notices, and the next host does. Anybody can write such an id into a message, so it is a hint
 * like every Message-ID.
 */
import type { Hop } from "./hop.ts";

/** dma: 6b04a5e9.326d85.32c5c90f@host (mail.c: the time, the queue id, a random number) */
const MADE_BY_DMA = /^[0-9a-f]{8}\.([0-9a-f]{1,16})\.[0-9a-f]{1,16}@/;

/** The queue id within such a Message-ID, without the angle brackets. */
export function queueIdIn(messageId: string): string | undefined {
	const at = messageId.lastIndexOf("@");
	if (at < 0) return undefined;
	// exim: E1xUxQU-00002I-0X@mx.b.example (16 characters, since 4.97 23)
	if (messageId.charCodeAt(0) === 0x45 && (at === 17 || at === 24) && messageId.charCodeAt(7) === 0x2d)
		return messageId.slice(1, at);
	// Postfix: 20261122053232.CE77C22835E@host (cleanup_message.c), sendmail: 202611220532.6AM5WaDE000585@host (proto.m4, $t.$i@$j)
	const dot = messageId.indexOf(".");
	if (dot === 8) return MADE_BY_DMA.exec(messageId)?.[1];
	if ((dot !== 14 && dot !== 12) || at - dot < 6 || !isNumber(messageId, dot)) return undefined;
	return messageId.slice(dot + 1, at);
}

function isNumber(text: string, end: number): boolean {
	for (let i = 0; i < end; i++) {
		const digit = text.charCodeAt(i) - 48;
		if (digit < 0 || digit > 9) return false;
	}
	return true;
}

/** The Message-ID that a hop has by its lines, or by those of another host that names its queue id in one. */
export function withMadeIds(hops: readonly Hop[]): (hop: Hop) => string | undefined {
	const made = new Map<string, Set<string>>();
	for (const { messageId } of hops) {
		const queueId = messageId === undefined ? undefined : queueIdIn(messageId);
		if (messageId === undefined || queueId === undefined) continue;
		made.set(queueId, (made.get(queueId) ?? new Set()).add(messageId));
	}
	return ({ messageId, queueId, mta }) => {
		if (messageId !== undefined || queueId === undefined || mta === "opensmtpd") return messageId;
		const [only, another] = made.get(queueId) ?? [];
		return another === undefined ? only : undefined;
	};
}
