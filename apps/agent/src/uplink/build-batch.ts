/** Raw lines become a batch: core says what each line means, and the gate what of it may leave the host. */
import type { MailEvent } from "@mailtrail/core/event";
import { createLineParser, type LineParser, rejoinBroken } from "@mailtrail/core/parse";
import { createLineReader } from "@mailtrail/core/syslog";
import type { Batch } from "@mailtrail/core/wire";
import type { Reading } from "../sources/source.ts";
import type { RawLine } from "../sources/split-lines.ts";

/** How a line is read: whole, and taken apart. */
export interface LineReading {
	parse(raw: string): MailEvent;
	/** where the program's message begins; 0: the header could not be told from it */
	messageStart(raw: string): number;
}

/** The event of a line as it may be sent; nothing: the line stays on this host. */
export type LineGate = (line: string, event: MailEvent, reading: LineReading) => MailEvent | undefined;

const DAY_MS = 86_400_000;

export interface BatchBuilder {
	build(id: number, reading: Reading): Batch;
}

/** A builder for one source. A line cannot be later than the last write to its file: that gives the year to headers without one. */
export function createBatchBuilder(
	zone: string,
	now: () => number,
	gate: LineGate = (_, event) => event,
): BatchBuilder {
	const parser: LineParser = createLineParser({ zone, now: now(), hideSecrets: true });
	const headers = createLineReader({ zone, now: now() });
	const reading: LineReading = {
		parse: (raw) => parser.parse(raw),
		messageStart: (raw) => {
			const message = headers.read(raw)?.message;
			return message !== undefined && raw.endsWith(message) ? raw.length - message.length : 0;
		},
	};
	return {
		build(id, { from, position, lines, writtenBy, gap }) {
			const latest = Math.min(now(), writtenBy + DAY_MS);
			parser.setNow(latest);
			const events = lines.map(({ text, event }) => event ?? parser.parse(text));
			// nearly no line is broken, and to look for it costs as much as reading the headers again
			const whole = events.some(hasNoHeader)
				? rejoinBroken(
						lines.map(({ text }) => text),
						{ zone, now: latest },
					)
				: [];
			const batch: Batch = {
				type: "batch",
				id,
				from,
				position,
				lines: [],
			};
			// by number: an iterator would make an array for each line
			for (let i = 0; i < lines.length; i++) {
				const { offset, text, event } = lines[i] as RawLine;
				const line = whole[i] ?? text;
				const read = events[i] as MailEvent;
				const own = event || line === text ? read : mended(parser.parse(line), read);
				// its words without the passwords that some programs log
				const sent = gate(event ? line : own.raw, own, reading);
				if (sent) batch.lines.push({ offset, event: sent });
			}
			if (gap) batch.gap = gap;
			return batch;
		},
	};
}

function hasNoHeader(event: MailEvent): boolean {
	return event.kind === "unparsed" && event.program === undefined;
}

/** The whole of a line says when it was written as its first half did, when it was that half's turn. */
function mended(whole: MailEvent, half: MailEvent): MailEvent {
	return half.at === undefined ? whole : { ...whole, at: half.at };
}
