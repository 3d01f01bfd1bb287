/**
 * The cases of two admins' articles on mail that does not arrive, in the articles' own words: what they conclude from a
 * log by hand is what a diagnosis has to say by itself.
 */
import { describe, expect, it } from "vitest";
import { parseReply } from "../event/index.ts";
import type { Journey, JourneyAttempt, Outcome } from "../trace/index.ts";
import { diagnoseJourney, diagnoseReply, type Diagnosis } from "./index.ts";

const POSTFIX_RELAY = { name: "mail.example.net", ip: "203.0.113.112", port: 25 };

function journey(outcome: Outcome, attempt: Partial<JourneyAttempt>, change: Partial<Journey> = {}): Journey {
	return {
		id: "tu8/8B84D8D1CF/rmf4qk",
		kind: "message",
		messageIds: ["20221205183811.8983.30194A77@example.com"],
		sender: "tu@example.com",
		client: { name: "example.org", ip: "198.51.100.100" },
		sasl: { method: "CRAM-MD5", username: "tu@example.com" },
		recipients: [
			{
				recipient: "tu@example.net",
				original: "tu@example.net",
				outcome,
				path: [
					{ host: "tu8", mta: "postfix", queueId: "8B84D8D1CF", lines: ["tu8:maillog:1", "tu8:maillog:4"] },
				],
				attempts: [
					{
						at: "2022-12-05T18:38:12+09:00",
						host: "tu8",
						queueId: "8B84D8D1CF",
						line: "tu8:maillog:4",
						...attempt,
					},
				],
			},
		],
		bounces: [],
		notices: [],
		...change,
	};
}

function diagnosisOf(asked: Journey, lang: "en" | "ja" = "ja"): Diagnosis {
	const diagnosis = diagnoseJourney(asked, lang).recipients[0]?.diagnosis;
	if (!diagnosis) throw new Error("no diagnosis");
	return diagnosis;
}

describe("Postfix: メールが送れない時の調査", () => {
	it("成功: status=sent、その先は迷惑メールかセキュリティソフト", () => {
		const sent = journey("relayed", {
			relay: POSTFIX_RELAY,
			status: "sent",
			action: "relayed",
			dsn: "2.0.0",
			reply: parseReply("250 2.0.0 Ok: queued as EEC702AAC0E"),
		});
		const diagnosis = diagnosisOf(sent);
		expect(diagnosis).toMatchObject({
			cause: "accepted-by-next-host",
			reason: "delivered",
			permanent: false,
			replyCode: 250,
			evidence: ["tu8:maillog:4"],
		});
		expect(diagnosis.steps.join()).toMatch(/迷惑メールフォルダー.*セキュリティソフト/s);
		expect(diagnosis.title).toContain("mail.example.net");
	});

	it("タイムアウト: ダウン、接続の拒否、外向き 25 番の制限", () => {
		const timedOut = journey("delayed", {
			status: "deferred",
			action: "delayed",
			dsn: "4.4.1",
			reason: "connect to mail.example.net[203.0.113.112]:25: Connection timed out",
		});
		const diagnosis = diagnosisOf(timedOut);
		expect(diagnosis).toMatchObject({
			cause: "connect-timeout",
			permanent: false,
			retryHelps: true,
			actor: "network",
		});
		expect(diagnosis.explanation).toMatch(/ダウン.*拒否.*25 番ポート/s);
		expect(diagnosis.steps.join()).toContain("申請");
	});

	it("タイムアウト: the fleet's figures leave one of the three, and its step", () => {
		const timedOut = journey("delayed", {
			dsn: "4.4.1",
			reason: "connect to mail.example.net[203.0.113.112]:25: Connection timed out",
		});
		const way = { host: "tu8", destination: "example.net", days: 7, toDestination: [], formatTime: String };
		const count = { host: "tu8", destination: "example.org", messages: 1, firstAt: 0, lastAt: 0 };
		const open = { ...way, fromHost: [{ ...count, cause: "", result: "accepted" as const }] };
		const closed = { ...way, fromHost: [{ ...count, cause: "connect-timeout", result: "delayed" as const }] };
		const told = (figures: typeof open | typeof closed) =>
			diagnoseJourney(timedOut, "en", { ways: [figures] }).recipients[0]?.diagnosis;
		expect(told(open)).toMatchObject({
			actor: "destination",
			steps: [expect.stringContaining("ask the administrators of example.net")],
		});
		expect(told(closed)).toMatchObject({
			actor: "our-provider",
			steps: [expect.stringContaining("outgoing port 25 is closed")],
		});
	});

	it("タイムアウト: another destination reached by the same host shows that port 25 is open", () => {
		const timedOut = journey("delayed", {
			status: "deferred",
			dsn: "4.4.1",
			reason: "connect to mail.example.net[203.0.113.112]:25: Connection timed out",
		});
		timedOut.recipients.push({
			recipient: "taro@example.org",
			original: "taro@example.org",
			outcome: "relayed",
			path: [],
			attempts: [
				{
					at: "2022-12-05T18:38:13+09:00",
					host: "tu8",
					relay: { name: "mx.example.org", ip: "192.0.2.25", port: 25 },
					reply: { code: 250, text: "Ok" },
					line: "tu8:maillog:9",
				},
			],
		});
		const diagnosis = diagnosisOf(timedOut, "en");
		expect(diagnosis.explanation).toContain("reached mx.example.org");
		expect(diagnosis.evidence).toEqual(["tu8:maillog:4", "tu8:maillog:9"]);
	});

	it("SPAMデータベース: deferred with a 554 at the greeting, and the look-up page", () => {
		const listed = journey("delayed", {
			relay: POSTFIX_RELAY,
			status: "deferred",
			dsn: "4.7.0",
			reply: parseReply(
				"host mail.example.net[203.0.113.112] refused to talk to me: 554 5.7.0 Blocked – see https://dnsbl.example.net/dnsbl-lookup.cgi?ip=203.0.113.111",
			),
		});
		const diagnosis = diagnosisOf(listed);
		expect(diagnosis).toMatchObject({
			cause: "dnsbl-listed",
			reason: "blocked",
			permanent: true,
			retryHelps: false,
			actor: "our-operator",
		});
		expect(diagnosis.title).toContain("203.0.113.111");
		expect(diagnosis.links[0]?.href).toBe("https://dnsbl.example.net/dnsbl-lookup.cgi?ip=203.0.113.111");
		expect(diagnosis.steps[0]).toContain("https://dnsbl.example.net/");
		expect(diagnosis.steps.join()).toContain("登録の解除");
		expect(diagnosis.explanation).toContain("再送しても届きません");
	});

	const fromWebServer = {
		relay: POSTFIX_RELAY,
		status: "deferred",
		dsn: "4.0.0",
		reply: parseReply(
			"host mail.example.net[203.0.113.112]: refused to talk to me: 554 Local Policy Violation – see https://ipcheck.example.net/dnsbl-lookup.cgi?ip=203.0.113.111",
		),
	};

	it("エンベロープFrom 指定なし: apache@ が差出人になり拒否", () => {
		const {
			client: _client,
			sasl: _sasl,
			...local
		} = journey("delayed", fromWebServer, { sender: "apache@example.com" });
		const diagnosis = diagnosisOf(local);
		expect(diagnosis).toMatchObject({ cause: "default-envelope-sender", actor: "sender", retryHelps: false });
		expect(diagnosis.title).toContain("apache@example.com");
		expect(diagnosis.steps.join()).toMatch(/-f .*Return-Path/s);
		expect(diagnosis.evidence).toEqual(["tu8:maillog:4", "tu8:maillog:1"]);
	});

	it("the same refusal of a person's mail is not about a default sender", () => {
		expect(diagnosisOf(journey("delayed", fromWebServer)).cause).toBe("policy-refused");
	});
});

describe("Sendmail: あるドメインにだけ届かない", () => {
	it("stat=Sent: 届いている。迷惑メールフォルダの確認", () => {
		const sent = diagnoseReply(
			{ status: "sent", dsn: "2.0.0", reply: { text: "2BAJe5xm014009 Message accepted for delivery" } },
			"ja",
		);
		expect(sent.cause).toBe("accepted-by-next-host");
		expect(sent.steps[0]).toContain("迷惑メールフォルダー");
	});

	it("dsn=5.0.0, stat=Service unavailable: 理由はスプールのバウンスの中", () => {
		const hidden = diagnoseReply(
			{
				reason: "Service unavailable",
				dsn: "5.0.0",
				status: "service unavailable",
				relay: { name: "mx5.mail.icloud.com.", ip: "17.172.34.69" },
			},
			"ja",
		);
		expect(hidden).toMatchObject({ cause: "reason-hidden-in-bounce", permanent: true });
		expect(hidden.explanation).toContain("mx5.mail.icloud.com [17.172.34.69]");
		expect(hidden.steps.join()).toMatch(/\/var\/spool\/mail.*reason:/s);
	});

	it.each([
		"(reason: 550 5.7.0 Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=203.0.113.111)",
		"<<< 550 5.7.0 Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=203.0.113.111",
	])("the bounce's own line: IP アドレスがブロックされている (%s)", (reason) => {
		const blocked = diagnoseReply({ reason }, "ja");
		expect(blocked).toMatchObject({ cause: "dnsbl-listed", replyCode: 550, status: "5.7.0" });
		expect(blocked.links[0]?.href).toBe("https://support.proofpoint.com/dnsbl-lookup.cgi?ip=203.0.113.111");
	});

	it("only this domain fails, which only a fleet can say", () => {
		const hidden = journey("failed", {
			status: "service unavailable",
			dsn: "5.0.0",
			reason: "Service unavailable",
			relay: { name: "mx5.mail.icloud.com" },
		});
		const way = { host: hidden.recipients[0]?.attempts[0]?.host ?? "", destination: "example.net" };
		const count = { ...way, cause: "", messages: 5, firstAt: 0, lastAt: 0 };
		const others = ["hotmail.example", "gmail.example", "yahoo.example"];
		const figures = {
			...way,
			days: 7,
			toDestination: [{ ...count, result: "failed" as const, cause: "reason-hidden-in-bounce" }],
			fromHost: others.map((destination) => ({ ...count, destination, result: "accepted" as const })),
			formatTime: String,
		};
		const alone = diagnoseJourney(hidden, "en", { ways: [figures] }).recipients[0]?.diagnosis;
		expect(alone?.cause).toBe("only-this-destination-fails");
		expect(alone?.facts).toContain(
			`Only example.net does this: all 3 other destinations accepted mail from ${way.host} in the last 7 days.`,
		);
	});
});
