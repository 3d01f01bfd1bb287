/** Order of hosts, splitting of logs and skipping of lines change nothing. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Summary } from "./index.ts";
import { at, smtpd, summarise } from "./summarising.testing.ts";

const ID = fc.constantFrom("4B161400A0", "4B161400A1", "4jXHYY600rzJjj5");
const ADDRESS = fc.constantFrom("a@x.example", "B@Y.example", '"q, status=sent (x"@z.example', "root", "");
const TIME = fc.constantFrom("09:59:59", "10:00:00", "23:59:59");
const LINE = fc.oneof(
	fc
		.tuple(
			TIME,
			ID,
			fc.constantFrom(
				"web01.corp.example.com[192.0.2.1]",
				"unknown[2001:db8::1]",
				"x[192.0.2.7], sasl_username=a, b",
				"cut[192",
			),
		)
		.map(([time, id, client]) => at("postfix/smtpd", `${id}: client=${client}`, time)),
	fc.tuple(TIME, ID).map(([time, id]) => at("postfix/pickup", `${id}: uid=33 from=<www-data>`, time)),
	fc
		.tuple(TIME, ID, ADDRESS, fc.nat(9999))
		.map(([time, id, from, size]) =>
			at("postfix/qmgr", `${id}: from=<${from}>, size=${size}, nrcpt=1 (queue active)`, time),
		),
	fc
		.tuple(
			TIME,
			ID,
			ADDRESS,
			fc.constantFrom(
				"sent (250 Ok)",
				"sent (forwarded as 4B161400A9)",
				"sent (250 cut",
				"deferred (later)",
				"bounced (no)",
			),
		)
		.map(([time, id, to, status]) =>
			at(
				"postfix/smtp",
				`${id}: to=<${to}>, relay=mx[192.0.2.2]:25, delay=0.5, delays=0/0/0/0, dsn=2.0.0, status=${status}`,
				time,
			),
		),
	fc
		.tuple(TIME, ID, ADDRESS)
		.map(([time, id, to]) =>
			at(
				"postfix/smtp",
				`${id}: to=<x@y.example>, orig_to=<${to}>, relay=mx[192.0.2.2]:25, conn_use=2, delay=1, status=sent (250)`,
				time,
			),
		),
	fc.tuple(TIME, ID).map(([time, id]) => at("postfix/qmgr", `${id}: removed`, time)),
	fc.tuple(TIME, ID).map(([time, id]) => at("postfix/cleanup", `${id}: message-id=<x@y>`, time)),
	fc.constantFrom(smtpd("connect from a[192.0.2.1]"), " and the rest of a line", at("cron", "x")),
);
const LINES = fc.array(LINE, { maxLength: 40 });

/** Times of lines that are not parsed are those of their neighbours in the file: logs are written in order, these are not. */
const withoutTimes = (summary: Summary | undefined) => summary && { ...summary, from: "", until: "" };

/** The header's, of lines of one day. */
const timeOf = (line: string) => line.slice(0, "Nov 22 10:00:00".length);

test("lines told by their bytes give the same summary as parsed ones", () => {
	fc.assert(
		fc.property(LINES, (lines) => {
			const [parsed, scanned] = [false, true].map((scan) => summarise([{ host: "mx", lines }], { scan }));
			expect(withoutTimes(scanned)).toEqual(withoutTimes(parsed));
		}),
	);
});

test("a log in two pieces is the log", () => {
	fc.assert(
		fc.property(LINES, fc.nat(40), (lines, cut) => {
			// a line that is broken in two is one only within a file
			fc.pre(!lines.some((line) => line.startsWith(" ")));
			const inPieces = (log: string[]) =>
				summarise(
					[log.slice(0, cut), log.slice(cut)].map((piece) => ({ host: "mx", lines: piece })),
					{ scan: true },
				);
			const whole = (log: string[]) => summarise([{ host: "mx", lines: log }], { scan: true });
			expect(withoutTimes(inPieces(lines))).toEqual(withoutTimes(whole(lines)));
			const inOrder = lines.toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)));
			expect(inPieces(inOrder)).toEqual(whole(inOrder));
		}),
	);
});

test("in which order hosts come changes nothing", () => {
	fc.assert(
		fc.property(fc.array(LINES, { minLength: 2, maxLength: 4 }), (logs) => {
			const named = logs.map((lines, place) => ({ host: `h${place}`, lines }));
			expect(summarise([...named].reverse())).toEqual(summarise(named));
		}),
	);
});
