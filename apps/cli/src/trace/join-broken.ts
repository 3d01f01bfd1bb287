/**
 * Puts a broken line together: a line without a header continues the one before it if that one was not understood
 * alone and is understood together with it. Each event is held back until the next line has been seen.
 */
import type { MailEvent } from "@mailtrail/core/event";
import type { LineParser } from "@mailtrail/core/parse";

/** pieces of one line, at the most: whatever follows is another program's dump */
const PIECES_MAX = 8;

export interface BrokenLineJoiner {
	line(raw: string, number: number): void;
	end(): void;
}

export function joinBroken(
	parser: LineParser,
	onEvent: (event: MailEvent, number: number) => void,
): BrokenLineJoiner {
	let held: { event: MailEvent; number: number; text: string; pieces: number } | undefined;
	const release = (): void => {
		if (held) onEvent(held.event, held.number);
		held = undefined;
	};
	return {
		line(raw, number) {
			const event = parser.parse(raw);
			if (event.at === undefined && held && !isUnderstood(held.event) && held.pieces < PIECES_MAX) {
				held.text += raw;
				held.pieces += 1;
				const whole = parser.parse(held.text);
				if (isUnderstood(whole)) held.event = whole;
				return;
			}
			release();
			held = { event, number, text: raw, pieces: 1 };
		},
		end: release,
	};
}

function isUnderstood(event: MailEvent): boolean {
	return event.at !== undefined && event.kind !== "unparsed" && event.kind !== "other";
}
