import { describe, expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

/** Postfix 3.7.11 with Dovecot 2.3.19's LMTP, Debian 12: a user's script says `reject "No thanks"`. */
const at = (second: string, rest: string) => `2026-11-23T06:40:${second}+00:00 mx ${rest}`;
const SESSION = "qNOYIvXfA2vNAAAAZN5P0Q";

const refused = (id: string, session = SESSION, line = "53.625", sender = "alice@corp.example") => [
	at("53.537", `postfix/smtpd[244]: ${id}: client=rs.corp.example[192.0.2.5]`),
	at("53.578", `postfix/cleanup[209]: ${id}: message-id=<${id}@web01.corp.example>`),
	at("53.579", `postfix/qmgr[198]: ${id}: from=<${sender}>, size=1055, nrcpt=1 (queue active)`),
	at(
		line,
		`dovecot: lmtp(u6@a.example)<205><${session}>: sieve: msgid=<${id}@web01.corp.example>: reject action: rejected message from <${sender}> (reject)`,
	),
	at(
		"53.625",
		`postfix/lmtp[204]: ${id}: to=<u6@a.example>, relay=mx.a.example[/run/dovecot/lmtpx], delay=0.09, delays=0.04/0/0/0.04, dsn=2.0.0, status=sent (250 2.0.0 <u6@a.example> ${session} Saved)`,
	),
	at("53.626", `postfix/qmgr[198]: ${id}: removed`),
];
const notice = (id: string, made = "1795416053-581754-1", to = "alice@corp.example", sender = "") => [
	at("53.631", `postfix/pickup[197]: ${id}: uid=5000 from=<${sender}>`),
	at("53.632", `postfix/cleanup[203]: ${id}: message-id=<dovecot-${made}@mx.a.example>`),
	at("53.635", `postfix/qmgr[198]: ${id}: from=<${sender}>, size=2306, nrcpt=1 (queue active)`),
	at(
		"53.642",
		`postfix/smtp[218]: ${id}: to=<${to}>, relay=sub.corp.example[192.0.2.1]:25, delay=0.03, delays=0.02/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4jXxCn4XZNzKGsZ)`,
	),
	at("53.643", `postfix/qmgr[198]: ${id}: removed`),
];

/** `child of parent` by queue id. */
const joins = (...lines: string[][]) =>
	trace(located("mx", lines.flat().join("\n"))).flatMap(({ id, parent }) =>
		parent ? [`${id.split("/")[1]} of ${parent.journeyId.split("/")[1]}: ${parent.why}`] : [],
	);

const FIRST = "4jXxCn3pgFzKH7V";
const CHILD = "4jXxCn4TM4zKGsN";

describe("what a user's script sends back", () => {
	it("is a notice about the message that the store refused while the notice was made", () => {
		expect(joins(refused(FIRST), notice(CHILD))).toEqual([`${CHILD} of ${FIRST}: non-delivery`]);
		const [journey] = trace(located("mx", [...refused(FIRST), ...notice(CHILD)].join("\n")));
		expect(journey?.bounces).toMatchObject([{ recipient: "u6@a.example", childQueueId: CHILD }]);
		expect(journey?.recipients).toMatchObject([{ recipient: "u6@a.example", outcome: "failed" }]);
	});

	it.each([
		["made before the session", notice(CHILD, "1795416053-501754-1")],
		["made after its line", notice(CHILD, "1795416053-681754-1")],
		["to somebody else", notice(CHILD, undefined, "eve@corp.example")],
		["of somebody, not of the store", notice(CHILD, undefined, undefined, "eve@corp.example")],
		["an answer to the same sender (vacation)", notice(CHILD, "sieve-1795416053-581754-1")],
	])("is not joined: %s", (_why, other) => {
		expect(joins(refused(FIRST), other)).toEqual([]);
	});

	it("is not joined with either of two sessions that ran at once for one sender", () => {
		const both = [refused(FIRST), refused("4jXxCn5pgFzKH7V", "qNOYIvXfA2vOAAAAZN5P0Q")];
		expect(joins(...both, notice(CHILD))).toEqual([]);
		expect(joins(...both, notice(CHILD), notice("4jXxCn6TM4zKGsN", "1795416053-581755-1"))).toEqual([]);
	});

	it("is joined with that of its own host, where two hosts refused one message at once", () => {
		const other = refused("4jXxCn5pgFzKH7V", "qNOYIvXfA2vOAAAAZN5P0Q");
		const second = notice("4jXxCn6TM4zKGsN", "1795416053-581755-1");
		const told = trace(
			located("mx", [...refused(FIRST), ...notice(CHILD)].join("\n")),
			located("mx2", [...other, ...second].join("\n")),
		).flatMap(({ id, parent }) =>
			parent ? [`${id.split("/")[0]} of ${parent.journeyId.split("/")[0]}`] : [],
		);
		expect(told.sort()).toEqual(["mx of mx", "mx2 of mx2"]);
	});

	it("nor is either of two notices that one session alone can have made", () => {
		expect(joins(refused(FIRST), notice(CHILD), notice("4jXxCn6TM4zKGsN", "1795416053-581755-1"))).toEqual(
			[],
		);
	});

	it("nor where a line of that moment is missing", () => {
		const torn = notice("4jXxCn6TM4zKGsN", "1795416053-581755-1").slice(2, 3);
		expect(joins(refused(FIRST), notice(CHILD), torn)).toEqual([]);
	});
});
