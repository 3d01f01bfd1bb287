import { expect, it } from "vitest";
import { STALL_CAUSES } from "../wire/index.ts";
import { describeStall } from "./log-stall.ts";

it("has words for every cause that an agent reports, in both languages, with a command to run", () => {
	for (const cause of STALL_CAUSES) {
		for (const lang of ["en", "ja"] as const) {
			const { title, steps } = describeStall(cause, "/var/log/maillog", lang);
			expect(title).toContain("log");
			expect(steps.join(" "), `${cause} ${lang}`).toMatch(/`systemctl restart rsyslog`/);
		}
	}
	expect(describeStall("disk-full", "/var/log/mail.log", "en").steps[0]).toContain("df -h /var/log");
});
