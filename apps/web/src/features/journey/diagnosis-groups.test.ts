import type { Diagnosis } from "@mailtrail/core/diagnose";
import { expect, test } from "vitest";
import { en } from "../../messages/en.ts";
import { groupDiagnoses, isUnderWay, wordsOf, worstRecipient } from "./diagnosis-groups.ts";
import { madeUpJourney as journey, madeUpRecipient as to } from "./made-up-journey.ts";

const diagnosis = (cause: string): Diagnosis => ({
	cause,
	reason: "undefined",
	permanent: false,
	retryHelps: false,
	actor: "sender",
	title: cause,
	explanation: "",
	steps: [],
	links: [],
	evidence: [],
	confidence: "proven",
	rule: cause,
});

test("alike are told once, the worst first, good news not beside bad", () => {
	const mixed = journey([
		to("a@a.example", "delivered", [], { diagnosis: diagnosis("ok") }),
		to("b@b.example", "delayed", [], { diagnosis: diagnosis("slow") }),
		to("c@c.example", "failed", [], { diagnosis: diagnosis("full") }),
		to("d@d.example", "failed", [], { diagnosis: diagnosis("full") }),
	]);
	expect(groupDiagnoses(mixed).map((g) => [g.diagnosis.cause, g.recipients.length])).toEqual([
		["full", 2],
		["slow", 1],
	]);
	expect(worstRecipient(mixed)?.recipient).toBe("c@c.example");
	expect(isUnderWay(mixed, 0)).toBe(true);
	const good = journey([to("a@a.example", "delivered", [], { diagnosis: diagnosis("ok") })]);
	expect(groupDiagnoses(good).map((g) => g.diagnosis.cause)).toEqual(["ok"]);
	expect(isUnderWay(good, 0)).toBe(false);
});

test("who is asked about comes first, good news too", () => {
	const mixed = journey([
		to("a@a.example", "delivered", [], { diagnosis: diagnosis("ok") }),
		to("b@b.example", "delivered", [], { diagnosis: diagnosis("ok") }),
		to("c@c.example", "failed", [], { diagnosis: diagnosis("full") }),
	]);
	const groups = groupDiagnoses(mixed, "b@b.example");
	expect(groups.map((g) => g.diagnosis.cause)).toEqual(["ok", "full"]);
	expect(groups[0]?.recipients[0]?.recipient).toBe("b@b.example");
});

test("many mailboxes of one domain are one cause, told for all of them; another domain's words are its own", () => {
	const unknown = (recipient: string) => {
		const title = `There is no mailbox for ${recipient}`;
		return to(recipient, "failed", [], {
			diagnosis: { ...diagnosis("user-unknown"), title, steps: [`Ask ${recipient}.`] },
		});
	};
	const groups = groupDiagnoses(
		journey([unknown("a@a.example"), unknown("b@b.example"), unknown("aa@a.example")]),
	);
	expect(groups.map((g) => g.recipients.map((r) => r.recipient))).toEqual([
		["a@a.example", "aa@a.example"],
		["b@b.example"],
	]);
	const words = groups.map((group) => wordsOf(group, en, "en"));
	expect(words.map(({ title, steps }) => [title, ...steps])).toEqual([
		["There is no mailbox for 2 recipients at a.example", "Ask 2 recipients at a.example."],
		["There is no mailbox for b@b.example", "Ask b@b.example."],
	]);
});

test("what a log that ended left waiting is not under way", () => {
	const now = Date.parse("2026-03-09T08:00:00Z");
	const waits = (givenUpAt: string) =>
		journey([to("a@a.example", "delayed", [], { nextTry: { givenUpAt } })]);
	expect(isUnderWay(waits("2026-03-10T08:00:00Z"), now)).toBe(true);
	expect(isUnderWay(waits("2026-03-08T08:00:00Z"), now)).toBe(false);
	const unnamed = (submittedAt: string) => ({ ...journey([]), submittedAt });
	expect(isUnderWay(unnamed("2026-03-09T07:00:00Z"), now)).toBe(true);
	expect(isUnderWay(unnamed("2026-03-01T07:00:00Z"), now)).toBe(false);
});
