import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinHops } from "./index.ts";
import { fold, located, trace } from "./tracing.testing.ts";

const SUB = `
2026-11-22T02:51:40.837427+00:00 sub postfix/smtpd[183]: 4jXD9m5xg8zprJ7: client=app02.corp.example[127.0.2.2]
2026-11-22T02:51:40.837732+00:00 sub postfix/cleanup[187]: 4jXD9m5xg8zprJ7: message-id=<m4@web01.corp.example>
2026-11-22T02:51:40.838824+00:00 sub postfix/qmgr[182]: 4jXD9m5xg8zprJ7: from=<bob@corp.example>, size=424, nrcpt=1 (queue active)
2026-11-22T02:51:40.895256+00:00 sub postfix/smtp[188]: 4jXD9m5xg8zprJ7: to=<u5@c.example>, relay=relay1.corp.example[127.0.1.2]:25, delay=0.06, delays=0/0/0.05/0.01, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as D992656C552)
2026-11-22T02:51:40.895546+00:00 sub postfix/qmgr[182]: 4jXD9m5xg8zprJ7: removed`;

const RELAY = `
2026-11-22T02:51:40.891000+00:00 relay1 postfix/smtpd[200]: D992656C552: client=sub.corp.example[127.0.1.1]
2026-11-22T02:51:40.891500+00:00 relay1 postfix/cleanup[201]: D992656C552: message-id=<m4@web01.corp.example>
2026-11-22T02:51:40.892000+00:00 relay1 postfix/qmgr[202]: D992656C552: from=<bob@corp.example>, size=700, nrcpt=1 (queue active)
2026-11-22T02:51:41.100000+00:00 relay1 postfix/smtp[203]: D992656C552: to=<u5@c.example>, relay=mx.c.example[127.0.1.13]:25, delay=0.2, delays=0/0/0.1/0.1, dsn=5.1.1, status=bounced (host mx.c.example[127.0.1.13] said: 550 5.1.1 <u5@c.example>: Recipient address rejected: User unknown (in reply to RCPT TO command))
2026-11-22T02:51:41.200000+00:00 relay1 postfix/bounce[204]: D992656C552: sender non-delivery notification: E000056C553
2026-11-22T02:51:41.200100+00:00 relay1 postfix/qmgr[202]: D992656C552: removed
2026-11-22T02:51:41.190000+00:00 relay1 postfix/cleanup[201]: E000056C553: message-id=<20261122025141.E000056C553@relay1.corp.example>
2026-11-22T02:51:41.195000+00:00 relay1 postfix/qmgr[202]: E000056C553: from=<>, size=2700, nrcpt=1 (queue active)
2026-11-22T02:51:41.300000+00:00 relay1 postfix/smtp[203]: E000056C553: to=<bob@corp.example>, relay=sub.corp.example[127.0.1.1]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4jXD9n0000zprJ8)
2026-11-22T02:51:41.300100+00:00 relay1 postfix/qmgr[202]: E000056C553: removed`;

describe("joining two hosts by the queue id in the reply", () => {
	it("gives one journey with both stops and the proof", () => {
		const journey = trace(located("sub", SUB), located("relay1", RELAY)).find((each) => !each.parent);
		const entry = journey?.recipients[0];
		expect(entry?.path.map((stop) => [stop.host, stop.queueId])).toEqual([
			["sub", "4jXD9m5xg8zprJ7"],
			["relay1", "D992656C552"],
		]);
		expect(entry?.path[1]?.link).toEqual({
			via: "queued-as",
			confidence: "proven",
			evidence: ["sub:mail.log:4", "relay1:mail.log:1"],
		});
		expect(entry?.outcome).toBe("failed");
		expect(entry?.reply).toMatchObject({ code: 550, enhanced: "5.1.1", command: "RCPT" });
		expect(entry?.attempts).toHaveLength(2);
	});

	it("joins the bounce both ways and keeps it a journey of its own", () => {
		const [original, bounce] = trace(located("sub", SUB), located("relay1", RELAY));
		expect(original?.bounces).toEqual([
			{ journeyId: bounce?.id, recipient: "u5@c.example", childQueueId: "E000056C553" },
		]);
		expect(bounce?.parent).toEqual({ journeyId: original?.id, why: "non-delivery" });
		expect(bounce?.sender).toBe("");
	});

	it("says relayed, and that nobody watches the next host, where its log is not there", () => {
		const [journey] = trace(located("sub", SUB));
		expect(journey?.recipients[0]?.outcome).toBe("relayed");
		expect(journey?.notices.map((notice) => notice.code)).toEqual(["host-not-watched"]);
	});

	it("does not join an equal queue id with another Message-ID", () => {
		const other = RELAY.replaceAll("m4@web01", "other@web01");
		const [journey] = trace(located("sub", SUB), located("relay1", other));
		expect(journey?.recipients[0]?.path).toHaveLength(1);
	});

	it("joins none of two hosts that could both be meant", () => {
		const journeys = trace(located("sub", SUB), located("relay1", RELAY), located("relay2", RELAY));
		const journey = journeys.find((each) => each.id.startsWith("sub/"));
		expect(journey?.recipients[0]?.path).toHaveLength(1);
	});

	const EDGE = `
2026-11-22T02:51:42.000000+00:00 edge postfix/smtpd[1]: 4jXD9q0000zprJ9: client=relay1.corp.example[127.0.1.2]
2026-11-22T02:51:42.100000+00:00 edge postfix/cleanup[2]: 4jXD9q0000zprJ9: message-id=<m4@web01.corp.example>
2026-11-22T02:51:42.200000+00:00 edge postfix/qmgr[3]: 4jXD9q0000zprJ9: from=<bob@corp.example>, size=900, nrcpt=1 (queue active)
2026-11-22T02:51:42.300000+00:00 edge postfix/virtual[4]: 4jXD9q0000zprJ9: to=<u5@c.example>, relay=virtual, delay=0.06, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to maildir)`;

	it("joins across a host without lines only as likely", () => {
		const [journey] = trace(located("sub", SUB), located("edge", EDGE));
		expect(journey?.recipients[0]?.outcome).toBe("delivered");
		expect(journey?.recipients[0]?.path[1]?.link).toMatchObject({
			via: "message-id",
			confidence: "likely",
		});
		expect(journey?.notices.map((notice) => notice.code)).toEqual(["stop-missing"]);
	});

	it("joins across a host without lines not at all where two messages fit", () => {
		const twice = EDGE + EDGE.replaceAll("4jXD9q0000zprJ9", "4jXD9q1111zprJ9");
		const [journey] = trace(located("sub", SUB), located("edge", twice));
		expect(journey?.recipients[0]?.path).toHaveLength(1);
	});

	it("joins hosts whose clocks differ by an hour and says so", () => {
		const late = RELAY.replaceAll("T02:51", "T03:51");
		const [journey] = trace(located("sub", SUB), located("relay1", late));
		expect(journey?.recipients[0]?.path).toHaveLength(2);
		expect(journey?.notices.map((notice) => notice.code)).toEqual(["clock-differs"]);
	});
});

describe("queue ids that are used again", () => {
	const REUSED = `${SUB}\n${SUB.replaceAll("T02:51", "T04:51").replaceAll("m4@", "m5@").replaceAll("u5@", "u6@").trim()}`;

	it("are two messages after `removed`", () => {
		const hops = fold(located("sub", REUSED));
		expect(hops.map((hop) => hop.messageId)).toEqual(["m4@web01.corp.example", "m5@web01.corp.example"]);
		expect(hops.map((hop) => hop.attempts.map((each) => each.recipient))).toEqual([
			["u5@c.example"],
			["u6@c.example"],
		]);
	});

	it("are two messages where `removed` was never logged but a new one arrived", () => {
		const withoutEnd = REUSED.split("\n")
			.filter((line) => !line.endsWith("removed"))
			.join("\n");
		expect(fold(located("sub", withoutEnd))).toHaveLength(2);
	});

	it("are two messages within one second of a log that was rotated between", () => {
		const line = (text: string) => `Nov 22 02:51:40 sub postfix/${text}`;
		const first = [
			"smtpd[1]: 8B84D8D1CF: client=a[192.0.2.1]",
			"qmgr[2]: 8B84D8D1CF: from=<a@a.example>, size=1, nrcpt=1 (queue active)",
			"qmgr[2]: 8B84D8D1CF: removed",
		];
		const second = [
			"smtpd[1]: 8B84D8D1CF: client=b[192.0.2.2]",
			"qmgr[2]: 8B84D8D1CF: from=<b@b.example>, size=1, nrcpt=1 (queue active)",
		];
		const before = located("sub", first.map(line).join("\n")).map((each) => ({ ...each, generation: "a" }));
		const after = located("sub", second.map(line).join("\n")).map((each) => ({
			...each,
			ref: `${each.ref}b`,
			generation: "b",
		}));
		expect(fold([...after, ...before]).map((hop) => hop.sender)).toEqual(["a@a.example", "b@b.example"]);
	});

	it("are two messages where the second one's arrival is missing, by their senders", () => {
		const second = REUSED.split("\n")
			.slice(6)
			.filter((line) => line.includes("T04:51"));
		const lines = [...SUB.trim().split("\n").slice(0, 4), ...second.slice(2)].join("\n");
		const other = lines.replace(/(T04:51.*from=<)bob/, "$1eve");
		expect(fold(located("sub", other)).map((hop) => hop.sender)).toEqual([
			"bob@corp.example",
			"eve@corp.example",
		]);
		// the queue manager takes up again what somebody waits for (qmgr_active.c); of one sender, too, it is another message else
		expect(fold(located("sub", lines))).toHaveLength(2);
		const waits = lines.replace(/dsn=2.0.0, status=sent/, "dsn=4.4.1, status=deferred");
		expect(fold(located("sub", waits))).toHaveLength(1);
	});

	it("are one message though its lines stand in two files", () => {
		const copy = located("sub", SUB).map((each) => ({
			...each,
			ref: each.ref.replace("mail.log", "mail.info"),
		}));
		const [hop, ...rest] = fold([...copy, ...located("sub", SUB)]);
		expect(rest).toEqual([]);
		expect(hop?.attempts).toHaveLength(1);
		expect(hop?.refs).toHaveLength(10);
		expect(fold([...located("sub", SUB), ...copy])).toEqual([hop]);
	});

	it("are one message though each stands in one file twice", () => {
		const twice = (text: string) =>
			text
				.trim()
				.split("\n")
				.flatMap((line) => [line, line])
				.join("\n");
		const [hop, ...rest] = fold(located("sub", twice(SUB)));
		expect(rest).toEqual([]);
		expect(hop?.attempts).toHaveLength(1);
		expect(hop?.refs).toHaveLength(10);
		const whole = SUB.replaceAll(/2026-11-22T(\S{8})\.\d+\+00:00/g, "Nov 22 $1");
		expect(fold(located("sub", twice(whole)))[0]?.attempts).toHaveLength(1);
		// one of a whole second's lines alone twice: it was written twice
		const again = whole.replace(/^.*status=sent.*$/m, "$&\n$&");
		expect(fold(located("sub", again))[0]?.attempts).toHaveLength(2);
	});

	it("are one message while the clock is set back", () => {
		const set = SUB.replace("02:51:40.895256", "02:46:40.895256").replace(
			"02:51:40.895546",
			"02:46:40.895546",
		);
		const hops = fold(located("sub", set));
		expect(hops.map((hop) => [hop.messageId, hop.attempts.length, hop.state?.kind])).toEqual([
			["m4@web01.corp.example", 1, "removed"],
		]);
		const later = located("sub", set).map((each, i) => ({ ...each, ref: `sub:mail.log.${i % 2}:${i}` }));
		expect(fold(later)).toHaveLength(2);
	});

	it("are one message while it is deferred for days", () => {
		const deferred = [0, 1, 2, 3, 4]
			.map(
				(day) =>
					`2026-11-0${day + 1}T02:51:40.895256+00:00 sub postfix/smtp[188]: 4jXD9m5xg8zprJ7: to=<u5@c.example>, relay=none, delay=0.06, delays=0/0/0.05/0.01, dsn=4.4.1, status=deferred (connect to mx.c.example[127.0.1.13]:25: Connection timed out)`,
			)
			.join("\n");
		const hops = fold(located("sub", deferred));
		expect(hops).toHaveLength(1);
		expect(hops[0]?.attempts).toHaveLength(5);
	});
});

describe("refusals without a queue id", () => {
	const SESSION = `
2026-11-22T02:00:00.000000+00:00 mx postfix/smtpd[9]: connect from a.example[192.0.2.1]
2026-11-22T02:00:00.100000+00:00 mx postfix/smtpd[9]: NOQUEUE: reject: RCPT from a.example[192.0.2.1]: 550 5.1.1 <x@b.example>: Recipient address rejected: User unknown; from=<s@a.example> to=<x@b.example> proto=ESMTP helo=<a.example>
2026-11-22T02:00:00.200000+00:00 mx postfix/smtpd[9]: NOQUEUE: reject: RCPT from a.example[192.0.2.1]: 550 5.1.1 <y@b.example>: Recipient address rejected: User unknown; from=<s@a.example> to=<y@b.example> proto=ESMTP helo=<a.example>`;

	it("are one journey per session", () => {
		const again = SESSION.replaceAll("T02:00", "T02:10").replace("x@b", "z@b").replace("x@b", "z@b");
		const end =
			"\n2026-11-22T02:00:01.000000+00:00 mx postfix/smtpd[9]: disconnect from a.example[192.0.2.1] ehlo=1 mail=1 rcpt=0/2 quit=1 commands=3/5\n";
		const journeys = trace(located("mx", SESSION + end + again.trim()));
		expect(journeys.map((each) => [each.kind, each.recipients.map((entry) => entry.recipient)])).toEqual([
			["refused", ["x@b.example", "y@b.example"]],
			["refused", ["z@b.example", "y@b.example"]],
		]);
		expect(journeys[0]?.recipients[0]).toMatchObject({
			outcome: "failed",
			path: [{ host: "mx", mta: "postfix" }],
		});
		expect(journeys[0]?.recipients[0]?.path[0]).not.toHaveProperty("queueId");
	});

	it("are told too where the tag names no daemon, as in RFC 5424 files of rsyslog", () => {
		const lines = SESSION.trim()
			.split("\n")
			.map((line) => line.replace(/^(\S+) mx postfix\/smtpd\[9\]: /, "<22>1 $1 mx postfix 9 - - "));
		expect(trace(located("mx", lines.join("\n"))).map((each) => [each.kind, each.recipients.length])).toEqual(
			[["refused", 2]],
		);
	});

	it("belong to the message that the session then brought", () => {
		const accepted = `
2026-11-22T02:00:00.300000+00:00 mx postfix/smtpd[9]: 4jXD9m5xg8zprJ7: client=a.example[192.0.2.1]
2026-11-22T02:00:00.400000+00:00 mx postfix/qmgr[8]: 4jXD9m5xg8zprJ7: from=<s@a.example>, size=424, nrcpt=1 (queue active)
2026-11-22T02:00:00.500000+00:00 mx postfix/virtual[7]: 4jXD9m5xg8zprJ7: to=<ok@b.example>, relay=virtual, delay=0.06, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to maildir)
2026-11-22T02:00:00.600000+00:00 mx postfix/smtpd[9]: disconnect from a.example[192.0.2.1] ehlo=1 mail=1 rcpt=1/3 data=1 quit=1 commands=5/7`;
		const journeys = trace(located("mx", SESSION + accepted));
		expect(trace(located("mx", SESSION + accepted.replace("mail=1", "mail=2")))).toHaveLength(2);
		expect(journeys).toHaveLength(1);
		expect(journeys[0]?.kind).toBe("message");
		expect(
			journeys[0]?.recipients.map((each) => [each.recipient, each.outcome, each.path.at(-1)?.queueId]),
		).toEqual([
			["ok@b.example", "delivered", "4jXD9m5xg8zprJ7"],
			["x@b.example", "failed", "4jXD9m5xg8zprJ7"],
			["y@b.example", "failed", "4jXD9m5xg8zprJ7"],
		]);
	});
});

describe("folding", () => {
	it("is order-free and idempotent", () => {
		const events = [...located("sub", SUB), ...located("relay1", RELAY)];
		const expected = JSON.stringify(joinHops(fold(events)));
		fc.assert(
			fc.property(
				fc.shuffledSubarray(events, { minLength: events.length }),
				fc.array(fc.constantFrom(...events), { maxLength: 20 }),
				(shuffled, repeated) => {
					expect(JSON.stringify(joinHops(fold([...shuffled, ...repeated])))).toBe(expected);
				},
			),
			{ numRuns: 100 },
		);
	});
});
