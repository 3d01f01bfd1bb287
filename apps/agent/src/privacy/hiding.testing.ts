/** For tests: lines as the agent sends them, with and without pseudonyms. */
import type { MailEvent } from "@mailtrail/core/event";
import { createBatchBuilder, type LineGate } from "../uplink/build-batch.ts";
import { privacyOf } from "./privacy.ts";
import { createPseudonyms } from "./pseudonyms.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");

export const pseudonyms = createPseudonyms(Buffer.alloc(32, 7));

/** The events of one log's lines as they are sent. */
export function sent(lines: readonly string[], gate?: LineGate): MailEvent[] {
	const batch = createBatchBuilder("UTC", () => NOW, gate).build(1, {
		from: 0,
		position: { source: "/var/log/mail.log", generation: "g", offset: 1 },
		lines: lines.map((text, offset) => ({ offset, text })),
		writtenBy: NOW,
	});
	return batch.lines.map(({ event }) => event as MailEvent);
}

export function hidden(lines: readonly string[]): MailEvent[] {
	return sent(lines, privacyOf([], pseudonyms).outgoing);
}
