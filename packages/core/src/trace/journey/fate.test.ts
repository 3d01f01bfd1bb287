import { describe, expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

/** Postfix 3.7.11 with a milter, Debian 12: the host before hands three recipients over in one transaction. */
const SENDER = (reply = "250 2.0.0 Ok: queued as 5E3032AEAAC") =>
	["u5", "u6", "u7"]
		.map(
			(user) =>
				`2026-11-22T07:35:35.4+00:00 out postfix/smtp[9]: 5CA572AEAA8: to=<${user}@a.example>, relay=gw.corp.example[192.0.2.2]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (${reply})`,
		)
		.join("\n");
const TAKEN = `
2026-11-22T07:35:35.37+00:00 gw postfix/smtpd[191]: 5E3032AEAAC: client=out.corp.example[192.0.2.1]
2026-11-22T07:35:35.38+00:00 gw postfix/cleanup[190]: 5E3032AEAAC: message-id=<m@web01.corp.example>`;
const FIELDS = "from=<alice@corp.example> to=<u7@a.example> proto=ESMTP helo=<out.corp.example>";
const MILTER = (verb: string, words: string) =>
	`${TAKEN}\n2026-11-22T07:35:35.39+00:00 gw postfix/cleanup[190]: 5E3032AEAAC: ${verb}: END-OF-MESSAGE from out.corp.example[192.0.2.1]: ${words}; ${FIELDS}`;
const CHECK = (verb: string, words: string) =>
	`${TAKEN}\n2026-11-22T07:35:35.39+00:00 gw postfix/cleanup[190]: 5E3032AEAAC: ${verb}: header Subject: x from out.corp.example[192.0.2.1]; ${FIELDS}: ${words}`;
const SUPER = (what: string) =>
	`\n2026-11-22T07:40:00.1+00:00 gw postfix/postsuper[400]: 5E3032AEAAC: ${what}`;

const outcomes = (receiver: string) => {
	const [journey, ...rest] = trace(located("out", SENDER()), located("gw", receiver));
	expect(rest).toEqual([]);
	return journey?.recipients.map((entry) => `${entry.path.length} ${entry.outcome}`).sort();
};
const all = (outcome: string) => Array.from({ length: 3 }, () => `2 ${outcome}`);

describe("a line that names one recipient and is about all", () => {
	it.each([
		["milter-discard", MILTER("milter-discard", "milter triggers DISCARD action"), "discarded"],
		["milter-hold", MILTER("milter-hold", "milter triggers HOLD action"), "quarantined"],
		["discard", CHECK("discard", "no thanks"), "discarded"],
		["hold", CHECK("hold", "look at it"), "delayed"],
	])("%s", (_verb, receiver, outcome) => {
		expect(outcomes(receiver)).toEqual(all(outcome));
	});

	it("is removed by hand where it was on hold, though the line cuts off by whom", () => {
		const short = SUPER("removed").replace("postfix/postsuper[400]", "postfix[400]");
		expect(outcomes(CHECK("hold", "look at it") + short)).toEqual(all("discarded"));
	});

	it("names those whom the filter named, where nobody else does", () => {
		const rspamd = `
2026-11-22T07:35:35.385+00:00 gw rspamd[71]: <4a7376>; proxy; rspamd_task_write_log: id: <m@web01.corp.example>, qid: <5E3032AEAAC>, ip: 192.0.2.1, from: <alice@corp.example>, (default: T (reject): [0.10/15.00] [X(0.10){}]), len: 411, time: 0.9ms, dns req: 0, digest: <95da>, rcpts: <u6@a.example,u7@a.example>, mime_rcpts: <u6@a.example>`;
		const [journey] = trace(located("gw", MILTER("milter-reject", "5.7.1 Spam") + rspamd));
		expect(journey?.recipients.map((entry) => `${entry.recipient} ${entry.outcome}`)).toEqual([
			"u7@a.example failed",
			"u6@a.example failed",
		]);
	});

	it("leaves the recipient of a redirection to the one address that all goes to", () => {
		const redirected = `${CHECK("redirect", "u10@a.example")}
2026-11-22T07:35:35.5+00:00 gw postfix/qmgr[3]: 5E3032AEAAC: from=<alice@corp.example>, size=580, nrcpt=2 (queue active)
2026-11-22T07:35:35.6+00:00 gw postfix/virtual[4]: 5E3032AEAAC: to=<u10@a.example>, orig_to=<u5@a.example>, relay=virtual, delay=0.2, delays=0/0/0.1/0.1, dsn=2.0.0, status=sent (delivered to maildir)
2026-11-22T07:35:35.7+00:00 gw postfix/qmgr[3]: 5E3032AEAAC: removed`;
		expect(outcomes(redirected)).toEqual(["2 delivered", "2 expanded", "2 expanded"]);
	});
});

describe("a message that waits for somebody", () => {
	const queued = `${TAKEN}\n2026-11-22T07:35:35.5+00:00 gw postfix/qmgr[3]: 5E3032AEAAC: from=<alice@corp.example>, size=580, nrcpt=3 (queue active)`;

	it("is delayed while it is on hold, and once it is released", () => {
		expect(outcomes(queued)).toEqual(all("unknown"));
		expect(outcomes(queued + SUPER("placed on hold"))).toEqual(all("delayed"));
		expect(outcomes(queued + SUPER("placed on hold") + SUPER("released from hold"))).toEqual(all("delayed"));
	});

	it("is nobody's any more once a command removed it", () => {
		expect(outcomes(queued + SUPER("placed on hold") + SUPER("removed"))).toEqual(all("discarded"));
		expect(outcomes(MILTER("milter-hold", "milter triggers HOLD action") + SUPER("removed"))).toEqual(
			all("discarded"),
		);
	});

	it("is unknown where the queue is done with it and the lines of its tries are missing", () => {
		expect(
			outcomes(`${queued}\n2026-11-22T07:40:00.1+00:00 gw postfix/qmgr[3]: 5E3032AEAAC: removed`),
		).toEqual(all("unknown"));
	});
});

describe("exim's commands for one message", () => {
	// exim 4.96 -Mg and -Mrm
	const WAITS = `
Nov 22 08:15:40 mx exim[113]: 2026-11-22 08:15:40 1xV2jc-00001p-0g <= alice@corp.example H=out.corp.example [192.0.2.1] P=esmtp S=575 id=m@web
Nov 22 08:15:43 mx exim[119]: 2026-11-22 08:15:43 1xV2jc-00001p-0g == u6@t2.example routing defer (-52): retry time not reached`;
	const COMPLETED = "\nNov 22 08:15:43 mx exim[124]: 2026-11-22 08:15:43 1xV2jc-00001p-0g Completed";

	it.each([
		["cancelled by root", "failed"],
		["removed by root", "discarded"],
	])("%s", (words, outcome) => {
		const done = `\nNov 22 08:15:43 mx exim[124]: 2026-11-22 08:15:43 1xV2jc-00001p-0g ${words}`;
		const [journey] = trace(located("mx", WAITS + done + COMPLETED));
		expect(journey?.recipients.map((each) => each.outcome)).toEqual([outcome]);
		// before any try the host that handed the message over alone tells for whom it is
		const [arrival] = WAITS.trim().split("\n");
		const [untried] = trace(
			located("out", SENDER("250 OK id=1xV2jc-00001p-0g")),
			located("mx", arrival + done + COMPLETED),
		);
		expect(new Set(untried?.recipients.map((each) => each.outcome))).toEqual(new Set([outcome]));
	});
});

it("exim's ACL behind the message's text throws away for all", () => {
	// exim 4.96, acl_smtp_data with `discard`
	const text = `
Nov 22 08:29:40 mx exim[90]: 2026-11-22 08:29:40 1xV2xR-00001Q-0C <= alice@corp.example H=out.corp.example [192.0.2.1] P=esmtp S=575 id=m@web
Nov 22 08:29:40 mx exim[90]: 2026-11-22 08:29:40 1xV2xR-00001Q-0C => blackhole (DATA ACL discarded recipients): thrown away
Nov 22 08:29:40 mx exim[90]: 2026-11-22 08:29:40 1xV2xR-00001Q-0C Completed`;
	const handed = SENDER("250 OK id=1xV2xR-00001Q-0C");
	const [journey] = trace(located("out", handed), located("mx", text));
	expect(journey?.recipients.map((each) => each.outcome)).toEqual(["discarded", "discarded", "discarded"]);
});

describe("whoever waits when the message leaves the queue", () => {
	const waiting = `${TAKEN}
2026-11-22T07:35:35.5+00:00 gw postfix/smtp[192]: 5E3032AEAAC: to=<u7@a.example>, relay=mx.a.example[192.0.2.3]:25, delay=0.1, delays=0/0/0/0.1, dsn=4.2.0, status=deferred (host mx.a.example[192.0.2.3] said: 450 4.2.0 later (in reply to RCPT TO command))`;
	const outcome = (text: string) =>
		trace(located("gw", text)).flatMap(({ recipients, notices }) => [
			...recipients.map((each) => each.outcome),
			...notices.map(({ code }) => code),
		]);

	it("lost it to who removed it by hand", () => {
		expect(outcome(waiting + SUPER("removed"))).toContain("discarded");
	});

	it("met something that no line tells, where the queue is done with it", () => {
		const done = SUPER("removed").replace("postsuper[400]", "qmgr[180]");
		expect(outcome(waiting + done)).toEqual(expect.arrayContaining(["unknown", "no-outcome-logged"]));
	});
});
