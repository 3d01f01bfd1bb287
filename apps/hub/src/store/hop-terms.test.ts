import { parseLine } from "@mailtrail/core/parse";
import { foldQueue } from "@mailtrail/core/trace";
import { expect, it } from "vitest";
import { hasOneOf, hopTerms } from "./hop-terms.ts";

it("the last of a list's thousands of members finds its message too", () => {
	const COUNT = 25_000;
	const options = { zone: "UTC", now: Date.parse("2026-03-02T12:00:00Z") };
	const lines = Array.from({ length: COUNT }, (_, order) => {
		const text = `2026-03-02T08:00:00.000000+00:00 mx postfix/smtp[3]: 4A1234567890: to=<u${order}@d${order}.example.net>, relay=none, delay=0.3, delays=0.1/0/0.1/0.1, dsn=4.4.1, status=deferred (timed out)`;
		return { host: "mx", ref: `mx:mail.log:${order}`, order, event: parseLine(text, options) };
	});
	const [hop] = foldQueue("mx 4A1234567890", lines);
	if (!hop) throw new Error("there is no hop");
	const last = `u${COUNT - 1}@d${COUNT - 1}.example.net`;
	expect(new Set(hopTerms(hop))).toContain(`t:${last}`);
	expect(hasOneOf(hop, [{ field: "recipient", value: last }])).toBe(true);
	expect(hasOneOf(hop, [{ field: "recipient", value: "u1@d2.example.net" }])).toBe(false);
});
