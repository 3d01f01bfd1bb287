/** The veil: no shape of an address passes it, what is needed to ask on does, and enums stay what they are. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { veil } from "./mask.ts";

const masked = (value: unknown) => veil(value, { masked: true, lines: true });
const text = (value: string) => masked({ text: value }) as { text: string };

describe("an address", () => {
	it("is masked in whatever shape it stands", () => {
		for (const [written, seen] of [
			["tanaka@example.jp", "t***@example.jp"],
			["<tanaka.ichiro+tag@example.jp>", "<t***@example.jp>"],
			['"tanaka ichiro"@example.jp', '"***@example.jp'],
			["to=<tanaka@example.jp>, relay=mx", "to=<t***@example.jp>, relay=mx"],
			["bounces+tanaka=example.jp@lists.example.net", "b***@lists.example.net"],
			["o'brien@[192.0.2.1]", "o***@[192.0.2.1]"],
			["田中@例え.jp", "田***@例え.jp"],
			["tanaka%example.jp@relay.example", "t***@relay.example"],
			["mailto:tanaka@example.jp", "mailto:t***@example.jp"],
			["a@b and c@d", "a***@b and c***@d"],
		]) {
			expect(text(written ?? "").text).toBe(seen);
		}
	});

	it("never passes whole, whatever stands around it", () => {
		const around = fc.string({ maxLength: 40 });
		const local = fc.stringMatching(/^[a-z][a-z0-9.+=_'/-]{4,20}$/);
		fc.assert(
			fc.property(around, local, around, (before, name, after) => {
				const seen = text(`${before}<${name}@example.jp>${after}`).text;
				return !seen.includes(`${name}@`);
			}),
		);
	});

	it("is found again where a remote names the user without the domain", () => {
		const seen = masked({
			recipients: [
				{
					recipient: "tanaka@example.jp",
					reply: { text: "550 Tanaka unknown here (tanaka)" },
					outcome: "failed",
				},
			],
		});
		expect(JSON.stringify(seen)).not.toMatch(/tanaka/i);
	});

	it("is found again at a sentence's end, and without what stands behind its plus", () => {
		const seen = masked({
			recipients: [
				{
					recipient: "tanaka+shop@example.jp",
					original: "suzuki@example.jp",
					reply: { text: "There is no suzuki. The mailbox of tanaka... is full" },
				},
			],
		});
		expect(JSON.stringify(seen)).not.toMatch(/tanaka|suzuki/i);
	});

	it("is found again in a line, with a log-in name that is neither an address nor long", () => {
		const seen = masked({
			sender: "tanaka@example.jp",
			lines: [
				{
					ref: "a:x:tanaka:0",
					raw: "A1: client=x, sasl_username=ab, uid tanaka, A=plain:cd, from=<tanaka@example.jp>",
				},
			],
		});
		expect(seen).toMatchObject({
			lines: [
				{
					ref: "a:x:tanaka:0",
					raw: "A1: client=x, sasl_username=a***, uid t***, A=plain:c***, from=<t***@example.jp>",
				},
			],
		});
	});

	it("is masked where it stands without a domain, as in local delivery", () => {
		expect(masked({ sender: "", recipient: "tanaka", original: "suzuki" })).toEqual({
			sender: "",
			recipient: "t***",
			original: "s***",
		});
	});

	it("does not cost the square of a long word's length", () => {
		const long = `${"a".repeat(200_000)} @`;
		const started = performance.now();
		expect(text(long).text).toBe(long);
		expect(performance.now() - started).toBeLessThan(5_000);
	});
});

describe("what is not personal", () => {
	it("stays: ids, hosts, and words with a meaning of their own", () => {
		const row = {
			id: "mx/4XyZ/abc",
			messageId: "m1@web.example.org",
			host: "mx",
			outcome: "failed",
			cause: "mailbox-full",
			sender: "failed@example.org",
			mailbox: "INBOX",
			terms: [{ field: "from", value: "failed@example.org", negated: false }],
		};
		expect(masked(row)).toEqual({ ...row, sender: "f***@example.org" });
	});

	it("goes with the lines where those may not be seen", () => {
		const journey = {
			lines: [{ ref: "mx:/var/log/mail.log:g:0", raw: "…" }],
			path: [{ lines: ["mx:/var/log/mail.log:g:0"], link: { via: "queued-as", evidence: ["x"] } }],
			attempts: [{ line: "x", replyLine: "y", refusal: { line: "z", host: "in" } }],
		};
		expect(veil(journey, { masked: false, lines: false })).toEqual({
			lines: [],
			path: [{ lines: [], link: { via: "queued-as", evidence: [] } }],
			attempts: [{ refusal: { line: "", host: "in" } }],
		});
	});

	it("is not taken from the answer itself", () => {
		const answer = { sender: "tanaka@example.jp", subject: "x" };
		masked(answer);
		expect(answer).toEqual({ sender: "tanaka@example.jp", subject: "x" });
	});
});
