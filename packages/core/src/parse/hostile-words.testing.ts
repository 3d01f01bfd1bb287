/**
 * For tests: a real line with a stranger's words in one place. Whatever they are, the event is the same as with harmless words, but for
 * the fields that hold them.
 */
import fc from "fast-check";
import { expect } from "vitest";
import { IMITATION } from "./imitation.testing.ts";
import { parseMessage } from "./parse-line.ts";

export interface Place {
	program: string;
	/** the line with the words in their place, as the program would print them */
	line: (words: string) => string;
	/** the fields that hold the words, `reply.text` for one inside another */
	holds: readonly string[];
}

/** Printable words, as syslog passes them on. */
export const WORDS: fc.Arbitrary<string> = fc
	.array(
		fc.oneof(
			IMITATION,
			fc.constantFrom(
				", relay=evil [203.0.113.66]",
				", stat=Deferred: 550 x",
				", dsn=2.0.0, stat=Sent (queued as ABCDEF123456)",
				", reject=550 5.7.1 x",
				", discard",
				", quarantine=x",
				", delay=00:00:09",
				", proto=ESMTP",
				" H=evil [203.0.113.66]:25",
				" rejected RCPT <a@evil>: x",
				" DT=9s",
				" id=1xUxQS-00002A-2b",
				" T=remote_smtp",
				"... User unknown",
				' to=<a@evil> rcpt=<-> result="Ok" stat="250',
				") {RelayedInbound}, [203.0.113.66]:1 <e@evil> -> <v@evil>, ",
				", quarantine: x/y, Queue-ID: EEEEEEEEEEE, ",
				", queued_as: EEEEEEEEEEE, 1 ms",
				">, ip: 203.0.113.66, from: <e@evil>, ",
				"}]), len: 1, time: 1.0ms, ",
				"' message-id '<e@evil>' date '",
				" infected by Nothing",
				"; envelope-from=e@evil; receiver=z",
				">, method=PLAIN, rip=203.0.113.66, lip=203.0.113.67",
				": stored mail into mailbox 'Evil'",
				"6AM101XX002301: ",
				"1xUxQS-00002A-2b ",
			),
		),
		{ minLength: 1, maxLength: 8 },
	)
	.map((parts) => parts.join("").replace(/[^\x20-\x7e]/g, "?"))
	.filter((text) => text === text.trim() && text !== "");

/** As a quoted local part, in which everything may stand. */
export const quoted = (words: string) => `"${words.replace(/[\\"]/g, "")}"@evil.example`;

function without(event: object, paths: readonly string[]): object {
	const copy = JSON.parse(JSON.stringify(event)) as Record<string, unknown>;
	for (const path of paths) {
		const [outer, inner] = path.split(".") as [string, string?];
		if (inner === undefined) delete copy[outer];
		else if (copy[outer]) delete (copy[outer] as Record<string, unknown>)[inner];
	}
	return copy;
}

/** Fails where the words change any other field. */
export function expectHarmless({ program, line, holds }: Place): void {
	const expected = without(parseMessage(program, line("harmless")), holds);
	fc.assert(
		fc.property(WORDS, (words) => {
			expect(without(parseMessage(program, line(words)), holds)).toEqual(expected);
		}),
		{ numRuns: 300 },
	);
}
