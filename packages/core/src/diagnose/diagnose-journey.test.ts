import { describe, expect, it } from "vitest";
import type { Journey, JourneyAttempt, JourneyRecipient } from "../trace/index.ts";
import { diagnoseJourney, type JourneyFacts } from "./diagnose-journey.ts";

const at = "2022-12-05T18:38:12+09:00";
const tried = (attempt: Partial<JourneyAttempt>): JourneyAttempt => ({ at, host: "relay1", ...attempt });

function diagnose(recipient: Partial<JourneyRecipient>, change: Partial<Journey> = {}, facts?: JourneyFacts) {
	const whole: JourneyRecipient = {
		recipient: "hanako@example.jp",
		original: "hanako@example.jp",
		outcome: "failed",
		path: [{ host: "relay1", mta: "postfix", lines: ["relay1:mail.log:1"] }],
		attempts: [],
		...recipient,
	};
	const journey: Journey = {
		id: "x",
		kind: "message",
		messageIds: [],
		recipients: [whole],
		bounces: [],
		notices: [],
		...change,
	};
	const diagnosis = diagnoseJourney(journey, "en", facts).recipients[0]?.diagnosis;
	if (!diagnosis) throw new Error("no diagnosis");
	return diagnosis;
}

describe("where it ended", () => {
	it.each([
		["INBOX", "delivered-to-mailbox"],
		["Junk", "filed-as-junk"],
		["INBOX.Spam", "filed-as-junk"],
		["迷惑メール", "filed-as-junk"],
		["&j,dg0TDhMPww6w-", "filed-as-junk"],
		["Junkyard", "delivered-to-mailbox"],
	])("stored in %s", (mailbox, cause) => {
		expect(diagnose({ outcome: "delivered", mailbox }).cause).toBe(cause);
	});

	it.each([
		["discarded", "discarded-by-filter"],
		["quarantined", "quarantined"],
		["expanded", "passed-on"],
		["unknown", "no-outcome-logged"],
	] as const)("%s", (outcome, cause) => {
		const diagnosis = diagnose({ outcome });
		expect(diagnosis.cause).toBe(cause);
		expect(diagnosis.confidence).toBe("proven");
		expect(diagnosis.evidence).toEqual(["relay1:mail.log:1"]);
	});

	it("deleted by a command while it waited: no filter did that", () => {
		const attempts = [
			tried({
				status: "deferred",
				action: "delayed",
				reason: "Connection timed out",
				line: "relay1:mail.log:4",
			}),
		];
		const path = [{ host: "relay1", mta: "postfix", lines: ["relay1:mail.log:1", "relay1:mail.log:5"] }];
		const diagnosis = diagnose({ outcome: "discarded", attempts, path });
		expect(diagnosis.cause).toBe("deleted-from-queue");
		expect(diagnosis.evidence).toEqual(["relay1:mail.log:4", "relay1:mail.log:5"]);
	});

	it("unknown because a log is silent, or because nobody watches", () => {
		expect(diagnose({ outcome: "unknown" }, {}, { silentHosts: ["relay1"] }).cause).toBe("log-silent");
		expect(diagnose({ outcome: "unknown", path: [] }).cause).toBe("host-not-watched");
	});
});

describe("why it failed", () => {
	it("greylisted: nobody has to move", () => {
		const diagnosis = diagnose({
			outcome: "delayed",
			attempts: [
				tried({
					status: "deferred",
					reply: { code: 450, enhanced: "4.2.0", text: "Greylisted, see http://postgrey.example/" },
				}),
			],
		});
		expect(diagnosis).toMatchObject({
			cause: "greylisted",
			reason: "greylisted",
			actor: "nobody",
			retryHelps: true,
			permanent: false,
		});
	});

	it("given up: the queue's time, and what stood in the way until then", () => {
		const diagnosis = diagnose({
			attempts: [
				tried({
					status: "deferred",
					reason: "connect to mx.example.jp[192.0.2.25]:25: Connection refused",
					line: "relay1:mail.log:3",
				}),
				tried({ status: "expired", reason: "message expired", line: "relay1:mail.log:9" }),
			],
		});
		expect(diagnosis).toMatchObject({
			cause: "expired-in-queue",
			reason: "expired",
			permanent: true,
			evidence: ["relay1:mail.log:3", "relay1:mail.log:9"],
		});
		expect(diagnosis.explanation).toContain("mx.example.jp [192.0.2.25] refused the connection");
	});

	it("a refusal of our own speaks of the client's address", () => {
		const diagnosis = diagnose(
			{
				attempts: [
					tried({
						action: "failed",
						reply: {
							code: 554,
							enhanced: "5.7.1",
							text: "Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org",
						},
					}),
				],
			},
			{ kind: "refused" },
		);
		expect(diagnosis).toMatchObject({ cause: "dnsbl-listed", actor: "sender" });
		expect(diagnosis.title).toContain("The client's address 192.0.2.9");
		expect(diagnosis.steps[1]).toContain("exception");
	});

	it.each([
		[450, "4.2.0", "Recipient address rejected: Greylisted", "greylisted", "tries again by itself"],
		[452, "4.2.2", "Recipient address rejected: Mailbox full", "mailbox-full", "is one of yours"],
		[550, "5.1.1", "Recipient address rejected: User unknown", "user-unknown", "nothing to do here"],
	])(
		"what to do about a refusal of our own depends on whose move it is: %i %s",
		(code, enhanced, text, cause, first) => {
			const attempts = [tried({ action: "failed", reply: { code, enhanced, text } })];
			const diagnosis = diagnose({ attempts }, { kind: "refused" });
			expect(diagnosis.cause).toBe(cause);
			expect(diagnosis.steps[0]).toContain(first);
		},
	);

	describe("a content filter's refusal", () => {
		const refusal = "554 5.7.0 Bounce, id=00089-07 - BANNED: application/octet-stream,.exe,setup.exe";
		const returned = `Ok <hanako@example.jp>, DSN was sent (${refusal})`;
		const byLmtp = (relay: JourneyAttempt["relay"]) =>
			tried({
				status: "sent",
				dsn: "2.5.0",
				reply: { code: 250, enhanced: "2.5.0", text: returned },
				...(relay && { relay }),
			});

		it("is told by what it decided, not by its taking the message", () => {
			const diagnosis = diagnose({ attempts: [byLmtp({ ip: "192.0.2.9", port: 10024 })] });
			expect(diagnosis).toMatchObject({ cause: "content-refused", permanent: true, actor: "sender" });
			expect(diagnosis.title).toBe("relay1 refused the content of the message");
			expect(diagnosis.explanation).toContain("the content filter of relay1");
		});

		it("is our own on this machine, whatever its words", () => {
			const reply = { code: 554, enhanced: "5.7.1", text: "Spam message rejected" };
			const attempts = [tried({ status: "bounced", reply, relay: { ip: "127.0.0.1", port: 10025 } })];
			expect(diagnose({ attempts }).title).toBe("relay1 took the message for spam");
		});

		it("is none where a list server on this machine knows nobody of that name", () => {
			const reply = { code: 550, enhanced: "5.1.1", text: "No such list here" };
			const attempts = [tried({ status: "bounced", reply, relay: { ip: "127.0.0.1", port: 8024 } })];
			expect(diagnose({ attempts }).explanation).not.toContain("content filter");
		});

		it("is the destination's where a mail server answers, in the same words too", () => {
			const diagnosis = diagnose({ attempts: [byLmtp({ ip: "192.0.2.9", port: 25 })] });
			expect(diagnosis.title).toBe("example.jp refused the content of the message");
			expect(diagnosis.explanation).not.toContain("our own");
		});
	});

	it("a local delivery that failed is no refusal of a client", () => {
		const diagnosis = diagnose({
			attempts: [
				tried({
					transport: "virtual",
					status: "bounced",
					dsn: "5.1.1",
					reason: 'unknown user: "hanako@example.jp"',
				}),
			],
		});
		expect(diagnosis.cause).toBe("user-unknown");
		expect(diagnosis.title).toContain("hanako@example.jp");
	});

	it("a default sender is blamed only where the refusal is about the sender", () => {
		const local = { sender: "www-data@web1.example.com" };
		const unknown = {
			attempts: [
				tried({
					reply: { code: 550, enhanced: "5.1.1", text: "User unknown", host: { name: "mx.example.jp" } },
				}),
			],
		};
		expect(diagnose(unknown, local).cause).toBe("user-unknown");
	});

	it("every language keeps the ids", () => {
		const attempts = [
			tried({ reply: { code: 552, enhanced: "5.2.2", text: "over quota", host: { name: "mx.example.jp" } } }),
		];
		const journey: Journey = {
			id: "x",
			kind: "message",
			messageIds: [],
			recipients: [
				{ recipient: "a@example.jp", original: "a@example.jp", outcome: "failed", path: [], attempts },
			],
			bounces: [],
			notices: [],
		};
		const [en, ja] = (["en", "ja"] as const).map(
			(lang) => diagnoseJourney(journey, lang).recipients[0]?.diagnosis,
		);
		expect(en?.cause).toBe("mailbox-full");
		expect(ja).toMatchObject({ cause: en?.cause, reason: en?.reason, rule: en?.rule });
		expect(ja?.title).toBe("a@example.jp のメールボックスがいっぱいです");
	});
});
