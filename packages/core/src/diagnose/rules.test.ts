import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CAUSES, REASONS } from "./cause.ts";
import { classify } from "./classify.ts";
import { matchRules } from "./match-rules.ts";
import { normalForm, normalise } from "./normal-form.ts";
import { FoundPhrases } from "./found-phrases.ts";
import { PhraseScan } from "./phrase-scan.ts";
import { readReply } from "./read-reply.ts";
import { RULES } from "./rules/index.ts";

const winner = (text: string) => matchRules(readReply({ reply: text }))?.rule.id;

describe("every rule wins its samples and stays out of the others", () => {
	for (const rule of RULES) {
		it.each(rule.matches.map((sample) => [sample]))(`${rule.id}: %s`, (sample) => {
			expect(winner(sample)).toBe(rule.id);
		});
		it.each((rule.misses ?? []).map((sample) => [sample]))(`not ${rule.id}: %s`, (sample) => {
			expect(winner(sample)).not.toBe(rule.id);
		});
	}
});

describe("the table", () => {
	it("has unique ids, a source and samples everywhere, and phrases in normal form", () => {
		expect(new Set(RULES.map((rule) => rule.id)).size).toBe(RULES.length);
		for (const rule of RULES) {
			expect(rule.source, rule.id).not.toBe("");
			expect(rule.matches.length, rule.id).toBeGreaterThan(0);
			for (const phrase of [...rule.any.flat(2), ...(rule.none ?? [])]) {
				expect(phrase, rule.id).toBe(normalForm(`x${phrase}x`).slice(1, -1));
			}
		}
	});

	it("names causes and reasons that exist", () => {
		const reasons: readonly string[] = REASONS;
		for (const cause of Object.values(CAUSES)) expect(reasons).toContain(cause.reason);
		for (const rule of RULES) expect(CAUSES).toHaveProperty(rule.cause);
	});

	it("holds every id that is promised to scripts", () => {
		const promised =
			"name-not-found name-lookup-failed port-refused connect-timeout connection-lost tls-failed auth-required auth-failed accepted-by-next-host delivered-to-mailbox filed-as-junk discarded-by-filter dnsbl-listed address-blocked default-envelope-sender sender-policy greylisted rate-limited mailbox-full user-unknown relay-denied message-too-large content-refused virus-found expired-in-queue reason-hidden-in-bounce only-this-destination-fails log-silent host-not-watched unknown";
		expect(Object.keys(CAUSES)).toEqual(expect.arrayContaining(promised.split(" ")));
	});
});

describe("what the words do not say", () => {
	it.each([
		["550 5.7.25 nope", "reverse-name-missing"],
		["550 5.7.26 nope", "sender-policy"],
		["534 5.7.9 nope", "auth-failed"],
		["525 5.7.13 nope", "account-paused"],
		["550 5.7.133 nope", "refused-by-recipient"],
		["452 nope", "host-full"],
		["552 nope", "mailbox-full"],
		["550 5.7.608 nope", "address-blocked"],
		["host mx.example.net[192.0.2.25] said: 550 nope (in reply to MAIL FROM command)", "sender-refused"],
		["host mx.example.net[192.0.2.25] said: 550 nope (in reply to RCPT TO command)", "user-unknown"],
		["host mx.example.net[192.0.2.25] refused to talk to me: 554 nope", "address-blocked"],
		["451 nope", "unknown"],
		["", "unknown"],
	])("%s", (reply, cause) => {
		const { verdict } = classify({ reply });
		expect(verdict.cause).toBe(cause);
		expect(verdict.confidence).toBe("likely");
	});

	it("an address that looks like a phrase changes nothing", () => {
		const spam = classify({ reply: "550 5.1.1 <spam-detected@over-quota.example>: User unknown" });
		expect(spam.verdict.cause).toBe("user-unknown");
	});

	it("the class of the answer decides what is permanent", () => {
		expect(classify({ reply: "452 4.2.2 mailbox full" }).verdict.permanent).toBe(false);
		expect(classify({ reply: "552 5.2.2 mailbox full" }).verdict.permanent).toBe(true);
		expect(classify({ reason: "Connection refused", status: "deferred" }).verdict.permanent).toBe(false);
	});

	it("only 2xx accepts", () => {
		expect(classify({ reply: "250 2.0.0 Ok: queued as EEC702AAC0E" }).verdict.cause).toBe(
			"accepted-by-next-host",
		);
		expect(classify({ reply: "250 2.7.0 Ok, discarded, id=1-2 - INFECTED: Eicar" }).verdict.cause).toBe(
			"discarded-by-filter",
		);
		expect(classify({ reply: "354 go on" }).verdict.cause).not.toBe("accepted-by-next-host");
	});
});

describe("the phrase scan", () => {
	it("finds what includes finds", () => {
		const letters = fc.string({
			unit: fc.constantFrom("a", "b", "c", " ", "é", "字"),
			minLength: 3,
			maxLength: 6,
		});
		fc.assert(
			fc.property(
				fc.uniqueArray(letters, { minLength: 1, maxLength: 12 }),
				fc.string({ unit: fc.constantFrom("a", "b", "c", "d", " ", "é", "字") }),
				(phrases, text) => {
					const found = new FoundPhrases(phrases.length);
					new PhraseScan(phrases).find(normalise(text), found);
					expect(phrases.filter((_, index) => found.hasOneOf([index]))).toEqual(
						phrases.filter((phrase) => normalForm(text).includes(phrase)),
					);
				},
			),
		);
	});

	it("never throws, whatever a remote says", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary", maxLength: 60 }), fc.string(), (reply, dsn) => {
				const { verdict } = classify({ reply, dsn });
				expect(CAUSES).toHaveProperty(verdict.cause);
			}),
		);
	}, 30_000);

	it("takes no longer for a hostile text than its length", () => {
		const started = Date.now();
		for (const piece of ["a@", "<", "http://", "5.1.1.", "::", " by a.", "550 "])
			classify({ reply: piece.repeat(100_000) });
		expect(Date.now() - started).toBeLessThan(1500);
	});

	it("compares no more phrases at a place than share its four characters", () => {
		const hardest = RULES.flatMap((rule) => [...rule.any.flat(2), ...(rule.none ?? [])])
			.filter((phrase, index) => phrase.length < 40 && index % 6 === 0)
			.map((phrase) => phrase.slice(0, -1));
		const once = (texts: readonly string[]) => {
			const started = Date.now();
			for (const reply of texts) classify({ reply });
			return Date.now() - started;
		};
		const time = (length: number) => {
			const texts = hardest.map((piece) => piece.repeat(length).slice(0, length));
			return Math.min(once(texts), once(texts), once(texts));
		};
		time(400);
		expect(time(3200) / time(400)).toBeLessThan(16);
	});
});
