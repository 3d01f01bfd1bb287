import { describe, expect, it } from "vitest";
import { queueKeys } from "../index.ts";
import { located, trace } from "../tracing.testing.ts";

/** OpenSMTPD 6.8.0p2: two sessions of one process at once; the client stands on the line of its connecting only. */
const OPENSMTPD = `
Nov 22 07:34:02 mx smtpd[177]: cf719342cb87de05 smtp connected address=127.0.1.9 host=client.example
Nov 22 07:34:02 mx smtpd[177]: cf71935a55f05b3a smtp connected address=127.0.1.2 host=relay1.corp.example
Nov 22 07:34:02 mx smtpd[177]: cf71935a55f05b3a smtp failed-command command="" result="550 no, "you" not"
Nov 22 07:34:02 mx smtpd[177]: cf719342cb87de05 smtp failed-command command="MAIL FROM:<spammer@client.example>" result="554 5.7.1 sender blocked"
Nov 22 07:34:02 mx smtpd[177]: cf719342cb87de05 smtp disconnected reason=quit
Nov 22 07:34:02 mx smtpd[177]: cf71935a55f05b3a smtp disconnected reason=disconnect
`;

describe("refusals of a program whose lines share a session's id", () => {
	it("are one journey per session, with the client that connected", () => {
		const journeys = trace(located("mx", OPENSMTPD));
		expect(journeys.map(({ kind, client, sender }) => ({ kind, ip: client?.ip, sender }))).toEqual([
			{ kind: "refused", ip: "127.0.1.2", sender: undefined },
			{ kind: "refused", ip: "127.0.1.9", sender: "spammer@client.example" },
		]);
	});
});

describe("a recipient whom smtpd takes and throws away", () => {
	// Postfix 3.7.11 with a milter that answers DISCARD, two messages in one session
	const text = `
2026-11-22T07:35:36.02+00:00 gw postfix/smtpd[187]: connect from out.corp.example[192.0.2.1]
2026-11-22T07:35:36.02+00:00 gw postfix/smtpd[187]: NOQUEUE: reject: RCPT from out.corp.example[192.0.2.1]: 550 5.1.1 <x@a.example>: no; from=<alice@corp.example> to=<x@a.example> proto=ESMTP helo=<out.corp.example>
2026-11-22T07:35:36.03+00:00 gw postfix/smtpd[187]: NOQUEUE: milter-discard: RCPT from out.corp.example[192.0.2.1]: milter triggers DISCARD action; from=<alice@corp.example> to=<mdis@a.example> proto=ESMTP helo=<out.corp.example>
2026-11-22T07:35:36.04+00:00 gw postfix/smtpd[187]: 067702AEAC7: client=out.corp.example[192.0.2.1]
2026-11-22T07:35:36.33+00:00 gw postfix/smtpd[187]: 4FC172AEAC5: client=out.corp.example[192.0.2.1]
2026-11-22T07:35:38.61+00:00 gw postfix/smtpd[187]: disconnect from out.corp.example[192.0.2.1] ehlo=1 mail=3 rcpt=2/3 data=2 commands=8/9`;
	const handed = `
2026-11-22T07:35:36.05+00:00 out postfix/smtp[9]: 5CA572AEAA8: to=<mdis@a.example>, relay=gw.corp.example[192.0.2.2]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 067702AEAC7)`;
	const told = (journeys: ReturnType<typeof trace>) =>
		journeys.flatMap((journey) =>
			journey.recipients.map(
				(each) => `${journey.kind} ${each.recipient} ${each.outcome} ${each.path.length}`,
			),
		);

	it("is discarded in the message of that transaction, the others of the session are refused", () => {
		expect(told(trace(located("gw", text))).sort()).toEqual([
			"message mdis@a.example discarded 1",
			"refused x@a.example failed 1",
		]);
		expect(told(trace(located("out", handed), located("gw", text))).sort()).toEqual([
			"message mdis@a.example discarded 2",
			"refused x@a.example failed 1",
		]);
	});
});

it("makes one journey of what exim refused in one connection", () => {
	// exim 4.96
	const text = `
Nov 22 02:52:00 mx exim[64]: 2026-11-22 02:52:00 H=edge.corp.example [192.0.2.3] F=<alice@corp.example> rejected RCPT <ghost7@b.example>: User unknown
Nov 22 02:52:01 mx exim[64]: 2026-11-22 02:52:01 H=edge.corp.example [192.0.2.3] F=<alice@corp.example> rejected RCPT <ghost8@b.example>: User unknown
Nov 22 02:52:01 mx exim[65]: 2026-11-22 02:52:01 H=edge.corp.example [192.0.2.3] F=<alice@corp.example> rejected RCPT <ghost9@b.example>: User unknown`;
	const journeys = trace(located("mx", text));
	expect(journeys.map(({ kind, recipients }) => [kind, recipients.map((each) => each.recipient)])).toEqual([
		["refused", ["ghost7@b.example", "ghost8@b.example"]],
		["refused", ["ghost9@b.example"]],
	]);
});

describe("a client that postscreen turns away again and again", () => {
	// Postfix 3.7.11: two connections of one client at once
	const line = (second: string, text: string) =>
		`2026-11-22T11:38:${second}+00:00 mx postfix/postscreen[153]: ${text}`;
	const refused = (port: number, to: string) =>
		`NOQUEUE: reject: RCPT from [192.0.2.6]:${port}: 550 5.7.1 Service unavailable; client [192.0.2.6] blocked using dnsbl.example.net; from=<a@sub.example>, to=<${to}>, proto=ESMTP, helo=<edge.example>`;
	const events = located(
		"mx",
		[
			line("06.1", "CONNECT from [192.0.2.6]:55759 to [192.0.2.1]:25"),
			line("06.2", "CONNECT from [192.0.2.6]:55760 to [192.0.2.1]:25"),
			line("07.1", refused(55759, "u1@d.example")),
			line("07.2", refused(55760, "u2@d.example")),
			line("08.1", "DISCONNECT [192.0.2.6]:55759"),
			line("08.2", "DISCONNECT [192.0.2.6]:55760"),
		].join("\n"),
	);

	it("has a session for each connection, and the lines of one are not folded with those of all", () => {
		expect(trace(events).map(({ recipients }) => recipients.map(({ recipient }) => recipient))).toEqual([
			["u1@d.example"],
			["u2@d.example"],
		]);
		expect(new Set(events.flatMap(({ host, event }) => queueKeys(host, event))).size).toBe(2);
	});
});
