import { describe, expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

// Postfix 3.7.11 on both sides, Debian 12
const TRY = (
	second: string,
	to = "tmp@t1.example",
	words = "450 4.2.0 <tmp@t1.example>: Recipient address rejected: try later",
) =>
	`2026-11-22T08:05:${second}+00:00 pr postfix/smtp[9]: 5CA572AEAA8: to=<${to}>, relay=mx.t.example[192.0.2.15]:25, delay=0.1, delays=0/0/0/0.1, dsn=4.2.0, status=deferred (host mx.t.example[192.0.2.15] said: ${words} (in reply to RCPT TO command))`;
const QUEUED =
	"2026-11-22T08:05:00.1+00:00 pr postfix/qmgr[3]: 5CA572AEAA8: from=<alice@corp.example>, size=580, nrcpt=1 (queue active)";
const REFUSED = (second: string, client = "mx.p.example[192.0.2.11]") => `
2026-11-22T08:05:${second}+00:00 de postfix/smtpd[187]: connect from ${client}
2026-11-22T08:05:${second}+00:00 de postfix/smtpd[187]: NOQUEUE: reject: RCPT from ${client}: 450 4.2.0 <tmp@t1.example>: Recipient address rejected: try later; from=<alice@corp.example> to=<tmp@t1.example> proto=ESMTP helo=<mx.p.example>
2026-11-22T08:05:${second}+00:00 de postfix/smtpd[187]: disconnect from ${client} ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4`;

const told = (sender: string, receiver: string) => {
	const journeys = trace(located("pr", sender), located("de", receiver));
	const tries = journeys.flatMap((each) => each.recipients.flatMap(({ attempts }) => attempts));
	return {
		met: tries.map((each) => each.refusal?.line),
		confidence: tries.map((each) => each.refusal?.confidence),
		kinds: journeys.map(({ kind, answers }) => `${kind} ${answers?.length ?? 0}`),
	};
};

describe("a refusal that a watched sender met", () => {
	it("and the try name each other, and stay two journeys", () => {
		expect(told(`${QUEUED}\n${TRY("01.1")}`, REFUSED("01.0"))).toEqual({
			met: ["de:mail.log:2"],
			confidence: ["likely"],
			kinds: ["message 0", "refused 1"],
		});
	});

	it("is each try's own", () => {
		const { met } = told(
			`${QUEUED}\n${TRY("01.1")}\n${TRY("09.1")}`,
			`${REFUSED("01.0").trim()}${REFUSED("09.0")}`,
		);
		expect(met).toEqual(["de:mail.log:2", "de:mail.log:5"]);
	});

	it("is proven where the client's address is known to be the sender's, and none where it is another's", () => {
		const known = `${QUEUED}
2026-11-22T08:05:00.5+00:00 pr postfix/smtp[9]: 5CA572AEAA8: to=<u1@t1.example>, relay=mx.t.example[192.0.2.15]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ABCDEF0001)
${TRY("01.1")}`;
		const taken =
			"2026-11-22T08:05:00.4+00:00 de postfix/smtpd[186]: ABCDEF0001: client=mx.p.example[192.0.2.11]";
		expect(told(known, taken + REFUSED("01.0")).confidence).toContain("proven");
		expect(told(known, taken + REFUSED("01.0", "x.example[198.51.100.7]")).met).toEqual([
			undefined,
			undefined,
		]);
	});

	it.each([
		["other words", TRY("01.1", "tmp@t1.example", "450 4.2.0 busy")],
		["another recipient", TRY("01.1", "other@t1.example")],
		["another minute", TRY("59.1")],
	])("is not this one: %s", (_why, attempt) => {
		expect(told(`${QUEUED}\n${attempt}`, REFUSED("01.0")).met).toEqual([undefined]);
	});

	it("is nobody's where two messages met such a one at that moment", () => {
		const twin = `${QUEUED}\n${TRY("01.1")}`.replaceAll("5CA572AEAA8", "5CA572AEAA9");
		expect(told(`${QUEUED}\n${TRY("01.1")}\n${twin}`, REFUSED("01.0")).met).toEqual([undefined, undefined]);
	});

	it("shows that what a filter took was kept", () => {
		const kept = TRY("01.1").replace(/dsn=.*/, "dsn=2.7.1, status=sent (250 2.7.1 Ok, kept)");
		const session = `
2026-11-22T08:05:01.0+00:00 de postfix/smtpd[163]: proxy-accept: END-OF-MESSAGE: 250 2.7.1 Ok, kept; from=<alice@corp.example> to=<tmp@t1.example> proto=ESMTP helo=<mx.p.example>`;
		const journeys = trace(located("pr", `${QUEUED}\n${kept}`), located("de", session));
		expect(journeys.flatMap((each) => each.recipients.map(({ outcome }) => outcome))).toEqual([
			"quarantined",
			"quarantined",
		]);
	});
});
