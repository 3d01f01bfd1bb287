import type { Diagnosis } from "@mailtrail/core/diagnose";
import { expect, test } from "vitest";
import { en } from "../../messages/en.ts";
import { madeUpJourney, madeUpRecipient as to, madeUpStop as stop } from "./made-up-journey.ts";
import { journeyAsText } from "./journey-as-text.ts";

const diagnosis = (title: string, evidence: string[]): Diagnosis => ({
	cause: title,
	reason: "undefined",
	permanent: true,
	retryHelps: false,
	actor: "sender",
	title,
	explanation: `${title}, explained.`,
	steps: ["Write to them."],
	links: [],
	evidence,
	confidence: "proven",
	rule: title,
});
const journey = madeUpJourney([
	to("worst@a.example", "failed", [stop("mx1", "A")], { diagnosis: diagnosis("No mailbox", ["1"]) }),
	to("asked@a.example", "delivered", [stop("mx1", "A"), stop("mx2", "B")], {
		diagnosis: diagnosis("Delivered", ["2"]),
	}),
]);
const lines = ["1", "2", "3"].map((ref) => ({
	ref,
	host: "mx1",
	source: "mail.log",
	offset: 0,
	raw: `line ${ref}`,
}));
const text = (asked?: string) =>
	journeyAsText(journey, lines, "https://hub/journey/x", en, "en", asked).split("\n");

test("opens with whom the reader asked about; each reason says for whom it is, and its lines prove it", () => {
	const told = text("asked@a.example");
	expect(told[0]).toMatch(/→ asked@a.example, worst@a.example$/);
	const [answer, other] = ["asked@a.example: Delivered", "worst@a.example: No mailbox"].map((each) =>
		told.indexOf(each),
	);
	expect(answer).toBeGreaterThan(0);
	expect(other).toBeGreaterThan(Number(answer));
	expect(told).toContain("asked@a.example: delivered (mx1 → mx2)");
	expect(told.filter((each) => each.startsWith("mx1: line"))).toEqual(["mx1: line 1", "mx1: line 2"]);
	expect(told.at(-1)).toBe("https://hub/journey/x");
});

test("without one asked about the worst is told alone, as on the page", () => {
	expect(text()).toContain("No mailbox");
	expect(text()).not.toContain("Delivered, explained.");
});
