/** Postfix 3.7.11 on a spool of a few inodes: short ids come back within the second, and lines between two messages are lost. */
import { expect, it } from "vitest";
import { fold, located } from "../tracing.testing.ts";

const line = (second: string, words: string) =>
	`2026-11-22T09:08:${second}+00:00 mx postfix/${words.replace(":", ": 00000290CD0:")}`;
/** A message with one recipient, all of whose lines stand within a second. */
const message = (second: string, name: string, size: number) => [
	line(`${second}.223021`, "smtpd[160]: client=web01.corp.test[192.0.2.1]"),
	line(`${second}.223305`, `cleanup[163]: message-id=<${name}@web01.corp.test>`),
	line(`${second}.223904`, `qmgr[158]: from=<carol@corp.test>, size=${size}, nrcpt=1 (queue active)`),
	line(
		`${second}.226804`,
		"smtp[167]: to=<u10@east.test>, relay=relay.corp.test[192.0.2.2]:25, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok)",
	),
	line(`${second}.227388`, "qmgr[158]: removed"),
];
const [FIRST, SECOND] = [message("42", "one", 400), message("43", "two", 398)];
/** How many lines each message has, of both without those of these numbers. */
const parts = (lost: number[], two = SECOND) =>
	fold(located("mx", [...FIRST, ...two].filter((_, place) => !lost.includes(place)).join("\n"))).map(
		({ refs }) => refs.length,
	);

it.each([
	["whose arrival is lost, by its Message-ID", [5], [5, 4]],
	["that begins with the queue manager's line", [5, 6], [5, 3]],
	["that begins with its try", [5, 6, 7], [5, 2]],
	["of which the removal alone is left", [5, 6, 7, 8], [5, 1]],
	["that arrives where the one before has no end", [4], [4, 5]],
	["that arrives where the one before has an arrival alone", [1, 2, 3, 4], [1, 5]],
	["that is taken up where nobody of the one before waits", [4, 5, 6], [4, 3]],
	["of another size", [3, 4, 5, 6], [3, 3]],
])("tells a message %s", (_words, lost, lines) => {
	expect(parts(lost)).toEqual(lines);
});

it("keeps one file whole that is taken up again because somebody waits", () => {
	const again = [
		line("59.1", "qmgr[158]: from=<carol@corp.test>, size=400, nrcpt=1 (queue active)"),
		...FIRST.slice(3).map((each) => each.replace("08:42", "08:59")),
	];
	const waits = FIRST.slice(0, 4).map((each) =>
		each.replace("dsn=2.0.0, status=sent (250 2.0.0 Ok)", "dsn=4.4.1, status=deferred (timed out)"),
	);
	expect(fold(located("mx", [...waits, ...again].join("\n")))).toHaveLength(1);
});
