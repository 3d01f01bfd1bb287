import { describe, expect, it } from "vitest";
import type { Journey } from "../index.ts";
import { located, trace } from "../tracing.testing.ts";

function told(journeys: Journey[]): string[] {
	return journeys
		.flatMap(({ kind, recipients }) =>
			recipients.map(
				({ recipient, outcome, path }) =>
					`${kind} ${recipient} ${outcome} ${path.map(({ host }) => host).join(">")}`,
			),
		)
		.sort();
}

// exim 4.96
const line = (second: string, pid: number, text: string) =>
	`Nov 22 02:52:${second} mx exim[${pid}]: 2026-11-22 02:52:${second} ${text}`;
const CLIENT = "H=edge.corp.example [192.0.2.3]";
const refused = (second: string, pid: number, to: string, from = "alice@corp.example") =>
	line(second, pid, `${CLIENT} F=<${from}> rejected RCPT <${to}>: User unknown`);
const taken = (second: string, pid: number, id: string, from = "alice@corp.example") =>
	line(second, pid, `${id} <= ${from} ${CLIENT} P=esmtp S=700`);
const stored = (second: string, id: string) =>
	line(second, 99, `${id} => u1 <u1@b.example> R=local T=maildir`);
const of = (...lines: string[]) => located("mx", lines.join("\n"));

const [ONE, TWO] = ["1xUxQS-00002A-2b", "1xUxQS-00002C-2c"];

describe("a recipient whom exim refused", () => {
	it("stays a journey of its own: a transaction of which nobody was taken looks the same before one that was", () => {
		const lines = [refused("00", 64, "ghost@b.example"), taken("01", 64, ONE), stored("01", ONE)];
		expect(told(trace(of(...lines)))).toEqual([
			"message u1@b.example delivered mx",
			"refused ghost@b.example failed mx",
		]);
	});

	it("belongs to the message that came next where the session tells of transactions that came to nothing", () => {
		const lines = [
			refused("00", 64, "first@b.example"),
			line("00", 64, `${CLIENT} incomplete transaction (RSET) from <alice@corp.example>`),
			refused("00", 64, "ghost@b.example"),
			taken("01", 64, ONE),
			stored("01", ONE),
		];
		expect(told(trace(of(...lines)))).toEqual([
			"message ghost@b.example failed mx",
			"message u1@b.example delivered mx",
			"refused first@b.example failed mx",
		]);
	});

	it.each([
		["to another process", [refused("00", 64, "g@b.example"), taken("01", 65, ONE)]],
		["for another sender", [refused("00", 64, "g@b.example"), taken("01", 64, ONE, "bob@corp.example")]],
		["before it was refused", [taken("00", 64, ONE), refused("01", 64, "g@b.example")]],
		["and there are two", [refused("00", 64, "g@b.example"), taken("01", 64, ONE), taken("02", 64, TWO)]],
		["for a bounce", [refused("00", 64, "g@b.example", ""), taken("01", 64, ONE, "<>")]],
		[
			"after another transaction's refusal",
			[
				refused("00", 64, "g@b.example"),
				line("00", 64, `${CLIENT} rejected MAIL <bob@corp.example>: no`),
				taken("01", 64, ONE),
			],
		],
		[
			// log_selector = +smtp_incomplete_transaction
			"in the next transaction",
			[
				refused("00", 64, "g@b.example"),
				line("00", 64, `${CLIENT} incomplete transaction (RSET) from <alice@corp.example>`),
				taken("01", 64, ONE),
			],
		],
		[
			"after its text was refused",
			[
				refused("00", 64, "g@b.example"),
				line("00", 64, `${TWO} ${CLIENT} F=<alice@corp.example> rejected after DATA: no`),
				taken("01", 64, ONE),
			],
		],
	])("stays a journey of its own where a message came %s", (_case, lines) => {
		expect(told(trace(of(...lines, stored("03", ONE))))).toContain("refused g@b.example failed mx");
	});

	const out = (id: string, to: string, said: string) =>
		`Nov 22 02:52:01 out postfix/smtp[9]: ${id}: to=<${to}>, relay=mx.corp.example[192.0.2.2]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=${said}`;
	const session = [
		refused("00", 64, "ghost@b.example"),
		taken("01", 64, ONE),
		stored("01", ONE),
		taken("02", 64, TWO),
	];
	const handed = out("5CA572AEAA8", "u1@b.example", `sent (250 OK id=${ONE})`);
	const bounced = (id: string) =>
		out(
			id,
			"ghost@b.example",
			"bounced (host mx.corp.example[192.0.2.2] said: 550 User unknown (in reply to RCPT TO command))",
		);

	it("belongs to the message whose sending host tells of both", () => {
		const journeys = trace(of(...session), located("out", `${bounced("5CA572AEAA8")}\n${handed}`));
		expect(told(journeys).filter((each) => each.includes("ghost"))).toEqual([
			"message ghost@b.example failed out",
		]);
	});

	it("does not belong to the message of a host that tried him in another", () => {
		const journeys = trace(
			of(...session.slice(0, 3)),
			located("out", `${bounced("6CA572AEAA8")}\n${handed}`),
		);
		expect(told(journeys).filter((each) => each.includes("ghost"))).toEqual([
			"message ghost@b.example failed out",
			"refused ghost@b.example failed mx",
		]);
	});
});

it("parts the sessions of a real exim by their transactions", () => {
	// exim 4.96, mainlog with log_selector = +pid +smtp_incomplete_transaction; four connections of one client
	const text = `
2026-11-22 12:29:06 [62] H=(client.example) [192.0.2.9] F=<one@x.example> rejected RCPT <ghost1@b.example>: User unknown
2026-11-22 12:29:06 [62] 1xV6gs-000010-2l <= one@x.example H=(client.example) [192.0.2.9] P=esmtp S=232
2026-11-22 12:29:08 [67] H=(client.example) [192.0.2.9] F=<two@x.example> rejected RCPT <ghost2@b.example>: User unknown
2026-11-22 12:29:08 [67] 1xV6gu-000015-0G <= two@x.example H=(client.example) [192.0.2.9] P=esmtp S=232
2026-11-22 12:29:08 [67] H=(client.example) [192.0.2.9] F=<three@x.example> rejected RCPT <ghost3@b.example>: User unknown
2026-11-22 12:29:08 [67] 1xV6gu-000015-0I <= three@x.example H=(client.example) [192.0.2.9] P=esmtp S=236
2026-11-22 12:29:10 [77] H=(client.example) [192.0.2.9] F=<five@x.example> rejected RCPT <ghost5@b.example>: User unknown
2026-11-22 12:29:10 [77] 1xV6gw-00001F-1m <= five@x.example H=(client.example) [192.0.2.9] P=esmtp S=234
2026-11-22 12:29:10 [77] H=(client.example) [192.0.2.9] F=<five@x.example> rejected RCPT <ghost5b@b.example>: User unknown
2026-11-22 12:29:10 [77] H=(client.example) [192.0.2.9] incomplete transaction (RSET) from <five@x.example>
2026-11-22 12:29:10 [77] 1xV6gw-00001F-1n <= five@x.example H=(client.example) [192.0.2.9] P=esmtp S=234
2026-11-22 12:29:11 [86] H=(client.example) [192.0.2.9] F=<six@x.example> rejected RCPT <ghost6@b.example>: User unknown
2026-11-22 12:29:11 [86] H=(client.example) [192.0.2.9] incomplete transaction (RSET) from <six@x.example>
2026-11-22 12:29:11 [86] 1xV6gx-00001O-2T <= seven@x.example H=(client.example) [192.0.2.9] P=esmtp S=236`;
	expect(told(trace(located("mx", text))).filter((each) => each.includes("ghost"))).toEqual([
		"message ghost5@b.example failed mx",
		"refused ghost1@b.example failed mx",
		"refused ghost2@b.example failed mx",
		"refused ghost3@b.example failed mx",
		"refused ghost5b@b.example failed mx",
		"refused ghost6@b.example failed mx",
	]);
});

describe("a recipient whom OpenSMTPD refused", () => {
	// OpenSMTPD 6.8.0p2; no line tells whether it was one transaction, or whose
	const smtp = (text: string) => `Nov 22 07:34:02 mx smtpd[177]: cf719342cb87de05 smtp ${text}`;
	const text = [
		smtp("connected address=192.0.2.3 host=edge.corp.example"),
		smtp(
			'failed-command command="RCPT TO:<ghost@c.example>" result="550 Invalid recipient: <ghost@c.example>"',
		),
		smtp("message msgid=ebb9118d size=700 nrcpt=1 proto=ESMTP"),
		smtp("envelope evpid=ebb9118d664aed5e from=<alice@corp.example> to=<u1@c.example>"),
	];
	const out = (id: string, to: string, said: string) =>
		`Nov 22 07:34:02 out postfix/smtp[9]: ${id}: to=<${to}>, relay=mx.c.example[192.0.2.2]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=${said}`;
	const handed = out(
		"5CA572AEAA8",
		"u1@c.example",
		"sent (250 2.0.0 ebb9118d Message accepted for delivery)",
	);
	const bounced = out(
		"5CA572AEAA8",
		"ghost@c.example",
		"bounced (host mx.c.example[192.0.2.2] said: 550 Invalid recipient: <ghost@c.example> (in reply to RCPT TO command))",
	);

	it("belongs to the message whose sending host tells of both", () => {
		const journeys = trace(of(...text), located("out", `${bounced}\n${handed}`));
		expect(told(journeys).filter((each) => each.includes("ghost"))).toEqual([
			"message ghost@c.example failed out",
		]);
	});

	it("stays a journey of its own, with the client, where nobody tells", () => {
		const journeys = trace(of(...text));
		expect(told(journeys)).toContain("refused ghost@c.example failed mx");
		expect(journeys.find(({ kind }) => kind === "refused")?.client?.ip).toBe("192.0.2.3");
	});
});
