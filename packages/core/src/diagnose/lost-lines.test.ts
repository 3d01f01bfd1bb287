import { expect, it } from "vitest";
import { describeLoss } from "./lost-lines.ts";

it.each(["en", "ja"] as const)("names the number, whose lines they were, and commands (%s)", (lang) => {
	const cases = [
		["journald", "postfix@-.service"],
		["rsyslog", "imjournal"],
	] as const;
	for (const [by, of] of cases) {
		const { title, steps } = describeLoss({ lines: 276, by, of }, lang);
		expect(title).toContain("276");
		expect(title).toContain(of);
		expect(steps.join(" ")).toMatch(/`[^`]*systemctl restart [^`]*`/);
	}
	expect(describeLoss({ lines: 7, by: "forwarding", of: "" }, lang).steps[0]).toContain(
		'sources = ["journal"]',
	);
});

it("says that it has begun where the number is not known, and takes a newer agent's word for another way", () => {
	expect(describeLoss({ lines: 0, by: "rsyslog", of: "imuxsock" }, "en").title).toContain("some lines");
	expect(describeLoss({ lines: 3, by: "syslog-ng", of: "" }, "en").title).toBe(
		"syslog-ng threw 3 lines away",
	);
});
