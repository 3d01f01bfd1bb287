import { expect, it } from "vitest";
import { otherMessageId } from "./message-id.ts";

const other = (a: string, b: string) => otherMessageId({ messageId: a }, { messageId: b });

/** One message each, as Postfix 3.7, exim 4.96, sendmail 8.17, Dovecot 2.3 and amavis 2.13 logged it. */
const SPELLINGS = [
	["é-a1@x", "?-a1@x", "??-a1@x", String.raw`\303\251-a1@x`, "#303#251-a1@x"],
	['"quoted,comma-a1"@x', "quoted,comma-a1@x"],
	["a-a1@? b", "a-a1@b", String.raw`a-a1@\n b`, "a-a1@ b"],
	["?t-a1@x", "t-a1@x", String.raw`\tt-a1@x`, " t-a1@x"],
	[String.raw`b\\s-a1@x`, String.raw`b\\\\s-a1@x`],
	["a>b-a1@x", "a"],
];

it.each(SPELLINGS)("%s is one Message-ID however it is logged", (...spellings) => {
	for (const one of spellings) for (const two of spellings) expect(other(one, two)).toBe(false);
});

it("differs in any plain character", () => {
	for (const [i, [one = ""]] of SPELLINGS.entries())
		for (const [two = ""] of SPELLINGS.slice(i + 1)) expect(other(one, two)).toBe(true);
	expect(other("é-a1@x", "é-a2@x")).toBe(true);
	expect(other("a-1@x", "a-2@x")).toBe(true);
});

it.each([
	["ticket#100@x", "ticket#101@x"],
	["a>1@x", "a>2@x"],
	[String.raw`\303\251@x`, String.raw`\303\266@x`],
])("%s and %s are two, for both are logged in one spelling", (one, two) => {
	expect(other(one, two)).toBe(true);
});
