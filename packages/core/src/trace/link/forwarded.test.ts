import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

/** Postfix 3.7.11, Debian 12: an alias with an owner (`owner-badteam`), and a message that bears no Message-ID. */
const LOCAL = `
2026-11-23T07:26:45.540+00:00 mx postfix/smtpd[280]: 88DAE268906: client=re.corp.example[192.0.2.2]
2026-11-23T07:26:45.541+00:00 mx postfix/cleanup[263]: 88DAE268906: message-id=<>
2026-11-23T07:26:45.560+00:00 mx postfix/qmgr[257]: 88DAE268906: from=<carol@corp.example>, size=650, nrcpt=1 (queue active)
2026-11-23T07:26:45.578+00:00 mx postfix/cleanup[263]: 8A262268A49: message-id=<>
2026-11-23T07:26:45.579+00:00 mx postfix/local[286]: 88DAE268906: to=<badteam@lists.l.example>, relay=local, delay=0.03, delays=0.01/0/0/0.01, dsn=2.0.0, status=sent (forwarded as 8A262268A49)
2026-11-23T07:26:45.579+00:00 mx postfix/qmgr[257]: 88DAE268906: removed
2026-11-23T07:26:45.580+00:00 mx postfix/qmgr[257]: 8A262268A49: from=<owner-badteam@mx.l.example>, size=936, nrcpt=1 (queue active)
2026-11-23T07:26:45.618+00:00 mx postfix/local[271]: 8A262268A49: to=<p1@mx.l.example>, relay=local, delay=0.05, delays=0.01/0/0/0.04, dsn=2.0.0, status=sent (delivered to mailbox)
2026-11-23T07:26:45.959+00:00 mx postfix/qmgr[257]: 8A262268A49: removed`;

const ways = (text: string) =>
	trace(located("mx", text)).map(({ recipients }) => recipients[0]?.path.map(({ queueId }) => queueId));

it("goes on under the id that local(8) names, whoever the list makes its sender", () => {
	expect(ways(LOCAL)).toEqual([["88DAE268906", "8A262268A49"]]);
});

it("knows the list that several members were reached by", () => {
	const second = LOCAL.replace(
		"nrcpt=1 (queue active)\n2026-11-23T07:26:45.618",
		"nrcpt=2 (queue active)\n2026-11-23T07:26:45.618",
	);
	const [journey] = trace(
		located(
			"mx",
			`${second}\n${LOCAL.split("\n")
				.find((line) => line.includes("p1@"))
				?.replace("p1@", "p2@")}`,
		),
	);
	expect(journey?.recipients.map(({ original, recipient }) => `${original} -> ${recipient}`)).toEqual([
		"badteam@lists.l.example -> p1@mx.l.example",
		"badteam@lists.l.example -> p2@mx.l.example",
	]);
});

// seen at Postfix 3.7.11, whose local(8) puts the owner in the place of any sender
it("goes on so for mail without a sender, too, which a list with an owner gives one", () => {
	expect(ways(LOCAL.replace("from=<carol@corp.example>", "from=<>"))).toEqual([
		["88DAE268906", "8A262268A49"],
	]);
});

it("does not where another host's answer says the same", () => {
	const remote = LOCAL.replace("relay=local", "relay=mx.x.example[198.51.100.1]:25").replace(
		"forwarded as",
		"250 2.0.0 Ok: queued as",
	);
	expect(ways(remote)).toHaveLength(2);
});
