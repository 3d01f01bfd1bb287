/** What strangers would write to imitate structure: for property tests of every parser. */
import fc from "fast-check";

export const IMITATION = fc.oneof(
	fc.string({ maxLength: 12 }),
	fc.constantFrom(
		"<",
		">",
		'"',
		"\\",
		", ",
		" -> ",
		"(",
		")",
		"{",
		"}",
		", delay=00:00:01",
		", stat=Sent (",
		", relay=e [203.0.113.66]",
		" H=e [203.0.113.66]",
		'C="',
		": ",
		", mail_id: abcdefghij12, Hits: 1, size: 1",
		' result="250',
		"): ",
		">, qid: <",
	),
);
