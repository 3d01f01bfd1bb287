import type { Diagnosis } from "@mailtrail/core/diagnose";
import { expect, test } from "vitest";
import { groupDiagnoses, isUnderWay, worstRecipient } from "./diagnosis-groups.ts";
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
	expect(isUnderWay(mixed)).toBe(true);
	const good = journey([to("a@a.example", "delivered", [], { diagnosis: diagnosis("ok") })]);
	expect(groupDiagnoses(good).map((g) => g.diagnosis.cause)).toEqual(["ok"]);
	expect(isUnderWay(good)).toBe(false);
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
