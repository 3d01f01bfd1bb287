import { describe, expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

/** Postfix 3.7.11 with amavis 2.13 by LMTP, `$final_banned_destiny = D_BOUNCE`, Debian 12. */
const taken = `
2026-11-23T03:16:18.511175+00:00 a1 postfix/smtpd[180]: 7CC8824AF87: client=out.corp.example[127.0.1.1]
2026-11-23T03:16:18.511417+00:00 a1 postfix/cleanup[183]: 7CC8824AF87: message-id=<m@web01.corp.example>
2026-11-23T03:16:18.512138+00:00 a1 postfix/qmgr[178]: 7CC8824AF87: from=<alice@corp.example>, size=1080, nrcpt=1 (queue active)`;
const notice = `
2026-11-23T03:16:18.640000+00:00 a1 postfix/smtpd[187]: 9C4B124AFCA: client=a1.corp.example[127.0.1.2]
2026-11-23T03:16:18.641922+00:00 a1 postfix/cleanup[193]: 9C4B124AFCA: message-id=<VSmEVK3QGF0ZFe@a1.corp.example>
2026-11-23T03:16:18.642922+00:00 a1 postfix/qmgr[178]: 9C4B124AFCA: from=<>, size=2600, nrcpt=1 (queue active)
2026-11-23T03:16:18.690000+00:00 a1 postfix/smtp[189]: 9C4B124AFCA: to=<alice@corp.example>, relay=127.0.1.1[127.0.1.1]:25, delay=0.05, delays=0.01/0/0.02/0.02, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as A35FF24AFCC)`;
const kept = `
2026-11-23T03:16:18.673900+00:00 a1 amavis[89]: (00089-07) Blocked BANNED (application/octet-stream,.exe,.exe-ms,setup.exe) {BouncedInbound,Quarantined}, [127.0.1.1]:46963 <alice@corp.example> -> <u1@aa.example>, quarantine: m/banned-mEVK3QGF0ZFe, Queue-ID: 7CC8824AF87, Message-ID: <m@web01.corp.example>, mail_id: mEVK3QGF0ZFe, Hits: -, size: 1079, 140 ms
2026-11-23T03:16:18.681591+00:00 a1 postfix/lmtp[186]: 7CC8824AF87: to=<u1@aa.example>, relay=127.0.1.2[127.0.1.2]:10024, delay=0.17, delays=0/0/0.02/0.15, dsn=2.5.0, status=sent (250 2.5.0 Ok <u1@aa.example>, DSN was sent (554 5.7.0 Bounce, id=00089-07 - BANNED: application/octet-stream,.exe,.exe-ms,setup.exe))`;

describe("a message that amavis returned to its sender", () => {
	const of = (text: string) => trace(located("a1", text));

	it("has failed in the queue before it, and the bounce that amavis made reports on it", () => {
		const [message, bounce] = of(taken + notice + kept);
		expect(message?.recipients).toMatchObject([
			{ recipient: "u1@aa.example", outcome: "failed", path: [{ queueId: "7CC8824AF87" }] },
		]);
		expect(message?.recipients[0]?.path).toHaveLength(1);
		expect(bounce?.parent).toEqual({ journeyId: message?.id, why: "non-delivery" });
		expect(message?.bounces).toEqual([
			{ journeyId: bounce?.id, recipient: "u1@aa.example", childQueueId: "9C4B124AFCA" },
		]);
	});

	it("has failed also where amavis' own lines are not read", () => {
		const [message] = of([taken, notice, kept.split("\n").at(-1)].join("\n"));
		expect(message?.recipients).toMatchObject([{ recipient: "u1@aa.example", outcome: "failed" }]);
	});

	it.each([
		["it is from somebody", notice.replace("from=<>", "from=<mallory@x.example>")],
		["it goes to somebody else", notice.replace("to=<alice@", "to=<mallory@")],
		["it came minutes later", notice.replaceAll("T03:16:18", "T03:26:18")],
		["its id is no notice's", notice.replace("<VS", "<VA")],
	])("is not reported on by a message that bears amavis' id where %s", (_why, other) => {
		const journeys = of(taken + other + kept);
		expect(journeys.map(({ parent }) => parent)).toEqual([undefined, undefined]);
	});
});
