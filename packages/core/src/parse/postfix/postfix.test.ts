import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeliveryEvent, MailEvent, RejectEvent } from "../../event/index.ts";
import { createLineParser, parseLine, parseMessage } from "../index.ts";

/** Everywhere, but not of the language itself. */
declare const performance: { now(): number };

const OPTIONS = { zone: "Asia/Tokyo", now: Date.parse("2026-11-22T12:00:00Z") };
const head = (daemon: string) => `Nov 22 11:38:16 mx postfix/${daemon}[147]: `;
const parse = (daemon: string, message: string) => parseLine(head(daemon) + message, OPTIONS);

const forged = fc.constantFrom(
	", status=sent (250 2.0.0 Ok: queued as 0123456789)",
	">, relay=evil.example[192.0.2.99]:25, delay=0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 0123456789)",
	"; from=<f@f.example> to=<t@t.example> proto=ESMTP helo=<h>",
	" from local; from=<f@f.example> to=<t@t.example> proto=ESMTP helo=<h>: no",
	", sasl_username=root, orig_queue_id=0123456789",
	"): host x[192.0.2.1] said: 550 (in reply to RCPT TO command)",
	"postfix/smtp[1]: 0123456789: removed",
);

/** Any UTF-16 at all: control characters, NUL, lone surrogates. */
const anything = fc.uint16Array({ maxLength: 100 }).map((codes) => String.fromCharCode(...codes));

/** An address whose local part holds the forged words, quoted as RFC 5321 has it. */
const address = fc
	.tuple(
		fc.string({ unit: "grapheme-ascii", maxLength: 60 }),
		forged,
		fc.string({ maxLength: 9 }),
		fc.domain(),
	)
	.map(
		([before, words, after, domain]) =>
			`"${`${before}${words}${after}`.replace(/["\\]/g, "\\$&")}"@${domain}`,
	);

describe("strangers' words", () => {
	it("in a recipient change no field of a delivery", () => {
		fc.assert(
			fc.property(address, (recipient) => {
				const event = parse(
					"smtp",
					`8B84D8D1CF: to=<${recipient}>, orig_to=<${recipient}>, relay=none, delay=1, delays=1/0/0/0, dsn=5.4.4, status=bounced (Host not found)`,
				) as DeliveryEvent;
				expect(event.recipients).toEqual([recipient]);
				expect(event.originalRecipient).toBe(recipient);
				expect([event.relay, event.nextQueueId, event.status, event.reason]).toEqual([
					undefined,
					undefined,
					"bounced",
					"Host not found",
				]);
			}),
		);
	});

	it("in a reply change no field but the reply's text", () => {
		fc.assert(
			fc.property(forged, fc.string(), (words, more) => {
				const event = parse(
					"smtp",
					`8B84D8D1CF: to=<a@b.example>, relay=mx[192.0.2.1]:25, delay=1, delays=1/0/0/0, dsn=5.0.0, status=bounced (host mx[192.0.2.1] said: 550 5.1.1 x${words}${more}y (in reply to RCPT TO command))`,
				) as DeliveryEvent;
				expect(event).toMatchObject({
					recipients: ["a@b.example"],
					status: "bounced",
					action: "failed",
					reply: { code: 550, enhanced: "5.1.1", command: "RCPT", text: `x${words}${more}y` },
				});
				expect(event.nextQueueId).toBeUndefined();
			}),
		);
	});

	it("in a HELO or an address change no other field of a refusal", () => {
		fc.assert(
			fc.property(address, (sender) => {
				const helo = `x, status=sent (250 2.0.0 Ok: queued as ABC)`;
				const event = parse(
					"smtpd",
					`NOQUEUE: reject: RCPT from unknown[192.0.2.90]: 550 5.1.8 <${sender}>: Sender address rejected: no; from=<${sender}> to=<b@a.example> proto=ESMTP helo=<${helo}>`,
				) as RejectEvent;
				expect(event).toMatchObject({
					sender,
					recipient: "b@a.example",
					helo,
					protocol: "ESMTP",
					stage: "RCPT",
					client: { ip: "192.0.2.90" },
				});
				expect(event.reply?.text).toBe(`<${sender}>: Sender address rejected: no`);
				expect(event.queueId).toBeUndefined();
			}),
		);
	});

	it("a hundred times over hide no field", () => {
		const recipient = `"${"; from=<f@f.example> to=<t>".repeat(60)}"@a.example`;
		const event = parse(
			"smtpd",
			`NOQUEUE: reject: RCPT from unknown[192.0.2.90]: 550 5.1.1 <${recipient}>: no; from=<a@b.example> to=<${recipient}> proto=ESMTP helo=<mx>`,
		);
		expect(event).toMatchObject({ sender: "a@b.example", recipient, helo: "mx", protocol: "ESMTP" });
	});

	it("in a header change no field of the check but the header", () => {
		fc.assert(
			fc.property(forged, forged, (one, two) => {
				const event = parse(
					"cleanup",
					`8B84D8D1CF: warning: header Subject: ${one}${two} from mx.x.example[192.0.2.30]; from=<a@x.example> to=<b@y.example> proto=SMTP helo=<mx>: seen`,
				);
				expect(event).toMatchObject({
					kind: "header",
					verb: "warning",
					header: { name: "Subject", value: `${one}${two}`.trim() },
					client: { name: "mx.x.example", ip: "192.0.2.30" },
					sender: "a@x.example",
					recipient: "b@y.example",
					text: "seen",
				});
			}),
		);
	});
});

const LINES = [
	"8B84D8D1CF: to=<u5@b.example>, orig_to=<fan@b.example>, relay=relay1.corp.example[127.0.1.2]:25, conn_use=2, delay=0.11, delays=0.07/0.01/0.01/0.02, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as D08FF538054)",
	"8B84D8D1CF: from=<alice@corp.example>, size=1136, nrcpt=2 (queue active)",
	"8B84D8D1CF: client=web01.corp.example[127.0.2.1], sasl_method=PLAIN, sasl_username=alice@corp.example",
	"NOQUEUE: reject: RCPT from edge[127.0.1.3]: 550 5.1.1 <x@h.example>: Recipient address rejected: No such user; from=<b@c.example> to=<x@h.example> proto=ESMTP helo=<edge>",
	"8B84D8D1CF: info: header Subject: Invoice from sub[127.0.1.1]; from=<a@c.example> to=<u@d.example> proto=ESMTP helo=<sub>",
	"Untrusted TLS connection established to mx[127.0.1.2]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519",
	"warning: unknown[192.0.2.70]: SASL LOGIN authentication failed: no, sasl_username=postmaster@example.org",
	"disconnect from edge[127.0.1.3] ehlo=2 starttls=1 mail=1 rcpt=0/1 quit=1 commands=6/8",
	"8B84D8D1CF: host mx[192.0.2.7] said: 450 4.2.0 <u@g.example>: Greylisted (in reply to RCPT TO command)",
	"PREGREET 14 after 0.22 from [192.0.2.6]:55759: EHLO ylmf-pc\\r\\n",
];

describe("a line cut anywhere", () => {
	const facts = (event: MailEvent) => {
		const { recipients, sender, recipient, queueId, nextQueueId, relay, client } = event as unknown as Record<
			string,
			unknown
		>;
		return { recipients, sender, recipient, queueId, nextQueueId, relay, client };
	};

	it.each(LINES)("says nothing false: %s", (line) => {
		const whole = facts(parse("smtpd", line));
		for (let length = 0; length < line.length; length++) {
			const cut = facts(parse("smtpd", line.slice(0, length)));
			for (const [field, value] of Object.entries(cut)) {
				if (value === undefined || field === "client" || field === "relay") continue;
				expect({ length, [field]: value }).toEqual({ length, [field]: whole[field as keyof typeof whole] });
			}
		}
	});
});

describe("any line", () => {
	const any = fc.oneof(
		anything,
		fc.tuple(fc.constantFrom(...LINES), fc.nat(), anything).map(([line, place, noise]) => {
			const at = place % line.length;
			return line.slice(0, at) + noise + line.slice(at);
		}),
	);

	it("gives one event with its raw line and no empty field, and never throws", () => {
		const parser = createLineParser(OPTIONS);
		fc.assert(
			fc.property(any, (message) => {
				const raw = head("smtpd") + message;
				const event = parser.parse(raw);
				expect(event.raw).toBe(raw);
				for (const value of Object.values(event)) expect(value).not.toBeUndefined();
			}),
			{ numRuns: 500 },
		);
	});

	it("is read in linear time, however long", () => {
		const parser = createLineParser(OPTIONS);
		const seeds = [
			"a",
			" ",
			"<",
			">, ",
			'"',
			"; from=<",
			" from local; from=<a>",
			"(",
			"550-",
			"=",
			", ",
			"[",
			": ",
			"\\",
			">x",
			"; to=<a",
			" said: ",
		];
		const starts = [
			"",
			...LINES.map((line) => line.slice(0, line.lastIndexOf(" ") + 1)),
			"8B84D8D1CF: warning: header X: ",
			"connect to ",
			"8B84D8D1CF: to=<",
			"NOQUEUE: reject: RCPT from a[1]: ",
		];
		const slow: string[] = [];
		const time = (raw: string) => {
			const before = performance.now();
			parser.parse(raw);
			return performance.now() - before;
		};
		for (const start of starts) {
			for (const seed of seeds) {
				const raw = head("smtpd") + start + seed.repeat(Math.ceil(100_000 / seed.length));
				// the best of three, and generous: on a busy machine anything may pause, but a quadratic reader needs seconds
				const took = Math.min(time(raw), time(raw), time(raw));
				if (took > 40) slow.push(start + seed);
			}
		}
		expect(slow).toEqual([]);
	});
});

describe("parseMessage", () => {
	it("tells instance and daemon apart at the last slash", () => {
		expect(parseMessage("postfix-out/relay/smtp", "8B84D8D1CF: removed")).toEqual({
			kind: "removed",
			mta: "postfix",
			instance: "postfix-out/relay",
			daemon: "smtp",
			queueId: "8B84D8D1CF",
		});
		expect(parseMessage("postfix", "8B84D8D1CF: removed")).toEqual({
			kind: "removed",
			mta: "postfix",
			instance: "postfix",
			queueId: "8B84D8D1CF",
		});
	});

	it("knows where a tag without its daemon delivered", () => {
		const sent = (relay: string, words: string) =>
			parseMessage(
				"postfix",
				`8B84D8D1CF: to=<a@b.example>, relay=${relay}, delay=1, dsn=2.0.0, status=sent (${words})`,
			);
		expect(sent("virtual", "delivered to maildir")).toMatchObject({
			action: "delivered",
			transport: "virtual",
		});
		expect(sent("mx[private/lmtp]", "250 2.0.0 <a@b.example> KEHEHfNUAmuqAAAAZN5P0Q Saved")).toMatchObject({
			action: "delivered",
		});
		expect(sent("mx[192.0.2.1]:25", "250 2.0.0 Ok")).toMatchObject({ action: "relayed" });
	});

	it.each(["local", "virtual", "pipe", "error", "retry", "discard", "cleanup"])(
		"takes the words of %s(8) for no remote's, even where they begin with a code",
		(daemon) => {
			const event = parseMessage(
				`postfix/${daemon}`,
				"8B84D8D1CF: to=<a@b.example>, relay=none, delay=1, delays=1/0/0/0, dsn=5.2.2, status=bounced (552 5.2.2 full)",
			) as DeliveryEvent;
			expect([event.reply, event.reason, event.action]).toEqual([undefined, "552 5.2.2 full", "failed"]);
		},
	);

	it("takes a broken session for QMQP's from qmqpd(8) alone", () => {
		const line = "web.example[192.0.2.3]: lost connection while receiving message content";
		expect(parseMessage("postfix/qmqpd", line).kind).toBe("connection-lost");
		expect(parseMessage("postfix/smtpd", line).kind).toBe("other");
	});

	it("knows a try that failed from smtp(8) and lmtp(8) alone", () => {
		const line = "8B84D8D1CF: mail for b.example loops back to myself";
		expect(parseMessage("postfix/lmtp", line)).toMatchObject({ kind: "attempt", reason: line.slice(12) });
		expect(parseMessage("postfix/qmgr", line).kind).toBe("unparsed");
	});

	it("reads every severity of msg(3)", () => {
		for (const severity of ["warning", "error", "fatal", "panic"]) {
			expect(parseMessage("postfix/qmgr", `${severity}: 8B84D8D1CF: x`)).toMatchObject({
				kind: "problem",
				severity,
				queueId: "8B84D8D1CF",
				text: "x",
			});
		}
	});
});
