/**
 * Puts broken lines together while reading: core says whether a line is the rest of the one before. Each event is held back
 * until the next line has been seen.
 */
import type { MailEvent } from "@mailtrail/core/event";
import { createLineParser, type ParseOptions, rejoin } from "@mailtrail/core/parse";

export interface BrokenLineJoiner {
	line(raw: string, number: number): void;
	end(): void;
}

export function joinBroken(
	options: ParseOptions,
	onEvent: (event: MailEvent, number: number, joined: boolean) => void,
): BrokenLineJoiner {
	const parser = createLineParser(options);
	let held: { event: MailEvent; number: number; joined: boolean } | undefined;
	const release = (): void => {
		if (held) onEvent(held.event, held.number, held.joined);
		held = undefined;
	};
	return {
		line(raw, number) {
			const event = parser.parse(raw);
			// bare messages have no header to miss
			const whole =
				held && event.at === undefined && options.program === undefined
					? rejoin(held.event.raw, raw, options)
					: undefined;
			if (held && whole !== undefined) {
				held.event = parser.parse(whole);
				held.joined = true;
				return;
			}
			release();
			held = { event, number, joined: false };
		},
		end: release,
	};
}
