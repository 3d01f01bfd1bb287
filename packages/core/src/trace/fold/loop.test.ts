import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

// sendmail 8.17.1.9, Debian 12: a FILTER of the next host leads back to this one
const LOOP =
	"SYSERR(root): Too many hops 26 (25 max): from <carol@corp.example> via localhost, to <both@x.example>";
const at = (second: string, rest: string) => `2026-11-23T06:40:${second}+00:00 rs sendmail[171]: ${rest}`;
const lines = (count: number) =>
	[
		at(
			"38.200",
			`6AN6ecM8000171: from=<carol@corp.example>, size=5291, class=0, nrcpts=${count}, msgid=<m@web>, proto=ESMTP, daemon=MTA-v4, relay=relay.corp.example [192.0.2.4]`,
		),
		at("38.203", `6AN6ecM8000171: ${LOOP}`),
		at("39.429", `6AN6ecM8000171: 6AN6ed3r000175: DSN: ${LOOP.slice("SYSERR(root): ".length)}`),
		at(
			"39.440",
			"6AN6ed3r000175: to=<carol@corp.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=37891, relay=sub.corp.example. [192.0.2.1], dsn=2.0.0, stat=Sent (Ok: queued as 4jXxCV1chzzKGtc)",
		),
	].join("\n");

it("has failed where sendmail says that it came round too often, for whom it names", () => {
	const [journey, notice] = trace(located("rs", lines(1)));
	expect(journey?.recipients).toMatchObject([
		{ recipient: "both@x.example", outcome: "failed", path: [{ queueId: "6AN6ecM8000171" }] },
	]);
	expect(journey?.bounces).toMatchObject([{ recipient: "both@x.example", childQueueId: "6AN6ed3r000175" }]);
	expect(notice?.parent?.journeyId).toBe(journey?.id);
});

it("has failed for all others too, of whom the host before tells", () => {
	const before = [
		"postfix/smtpd[1]: 23F35230068: client=web[192.0.2.9]",
		"postfix/cleanup[2]: 23F35230068: message-id=<m@web>",
		"postfix/qmgr[3]: 23F35230068: from=<carol@corp.example>, size=5000, nrcpt=2 (queue active)",
		...["both", "u2"].map(
			(name) =>
				`postfix/smtp[4]: 23F35230068: to=<${name}@x.example>, relay=rs.corp.example[192.0.2.5]:25, delay=0.06, delays=0.05/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 6AN6ecM8000171 Message accepted for delivery)`,
		),
	];
	const first = before.map((line) => `2026-11-23T06:40:38.203+00:00 rp ${line}`).join("\n");
	const [journey] = trace(located("rp", first), located("rs", lines(2)));
	const told = journey?.recipients.map(({ recipient, outcome, path }) => [recipient, outcome, path.length]);
	expect(told).toEqual([
		["both@x.example", "failed", 2],
		["u2@x.example", "failed", 2],
	]);
});
