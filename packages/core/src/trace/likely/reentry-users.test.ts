import { describe, expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

const ways = (...logs: ReturnType<typeof located>[]) =>
	trace(...logs)
		.map((journey) =>
			journey.recipients.map(
				(entry) =>
					`${entry.original} ${entry.outcome} at ${entry.recipient}: ${entry.path.map((stop) => stop.queueId).join(" > ")}`,
			),
		)
		.sort();

describe("of several users of one message, whose scripts send it on", () => {
	const line = (second: string, rest: string) => `2026-11-23T06:41:${second}+00:00 mx ${rest}`;

	// sendmail 8.17.1.9 with procmail as its local mailer, Debian 12: u3 has `:0 c` and `! u1@x.example`
	it("is that user's, who called sendmail(1)", () => {
		const text = [
			line(
				"49.98",
				"sendmail[333]: 6AN6eTf8000333: from=<dave@corp.example>, size=585, class=0, nrcpts=2, msgid=<m@web>, proto=ESMTP, daemon=MTA-v4, relay=ro.corp.example [192.0.2.6]",
			),
			line(
				"50.03",
				"sendmail[751]: 6AN6fow3000751: from=u3, size=795, class=0, nrcpts=1, msgid=<m@web>, relay=u3@localhost",
			),
			line(
				"50.11",
				"sendmail[751]: 6AN6fow3000751: to=u1@x.example, ctladdr=u3 (5003/5003), delay=00:00:00, xdelay=00:00:00, mailer=relay, pri=30795, relay=[192.0.2.14] [192.0.2.14], dsn=2.0.0, stat=Sent (6AN6fotj000752 Message accepted for delivery)",
			),
			...["u9", "u3"].map((user) =>
				line(
					"50.20",
					`sendmail[747]: 6AN6eTf8000333: to=<${user}@s.example>, delay=00:00:01, xdelay=00:00:00, mailer=local, pri=90769, dsn=2.0.0, stat=Sent`,
				),
			),
		].join("\n");
		expect(ways(located("mx", text))).toEqual(
			[
				[
					"u3@s.example delivered at u3@s.example: 6AN6eTf8000333",
					"u3@s.example relayed at u1@x.example: 6AN6eTf8000333 > 6AN6fow3000751",
					"u9@s.example delivered at u9@s.example: 6AN6eTf8000333",
				].sort(),
			].map((each) => expect.arrayContaining(each)),
		);
	});
});
