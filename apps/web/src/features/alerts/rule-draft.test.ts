import type { AlertRule } from "@mailtrail/core/wire";
import { expect, test } from "vitest";
import { draftOf, formOf, KINDS, newRule } from "./rule-draft.ts";

test.each(KINDS)(
	"a new rule of %s clears on the quiet side of where it fires, and asks for no minimum of nothing",
	(kind) => {
		const draft = draftOf(newRule(kind, " A name ", ["c1"]));
		expect(draft).toMatchObject({ name: "A name", kind, enabled: true, channels: ["c1"] });
		expect(draft.clear ?? 0).toBeLessThan(draft.threshold);
		expect(draft.minimum ?? 1).toBeGreaterThanOrEqual(1);
		expect(JSON.stringify(draft)).not.toContain("null");
	},
);

test("a rule goes through its form unchanged; an emptied field is left out", () => {
	const rule: AlertRule = {
		id: "r",
		name: "Puts us off",
		enabled: false,
		kind: "deferral-rate",
		subject: "*.example",
		threshold: 40,
		clear: 10,
		windowMinutes: 60,
		holdMinutes: 0,
		minimum: 5,
		repeatHours: 4,
		channels: ["c1"],
		createdAt: "",
		firing: 0,
	};
	const { id, createdAt, firing, ...draft } = rule;
	expect([id, createdAt, firing]).toEqual(["r", "", 0]);
	expect(draftOf(formOf(rule))).toEqual(draft);
	expect(draftOf({ ...formOf(rule), clear: null, subject: " " })).not.toHaveProperty("subject");
});
