/** A bounce in the spool gives the words that sendmail keeps out of its log; it changes no other try and no other message. */
import { expect, it } from "vitest";
import { diagnoseJourney } from "../../diagnose/index.ts";
import type { BounceReportEvent } from "../../event/index.ts";
import { parseLine } from "../../parse/index.ts";
import { foldQueue, joinHops, type LocatedEvent, queueKeys } from "../index.ts";

const ID = "x08GX10R014009";
const LINES = [
	`Jan  8 15:03:09 ip-10-0-0-1 sendmail[14009]: ${ID}: from=apache, size=319, class=0, nrcpts=1, msgid=<201901081503.${ID}@ip-10-0-0-1>, relay=apache@localhost`,
	`Jan  8 16:33:01 ip-10-0-0-1 sendmail[14009]: ${ID}: to=<hogehoge@icloud.com>, ctladdr=<apache@ip-10-0-0-1> (501/501), delay=01:29:52, xdelay=00:09:03, mailer=esmtp, pri=210319, relay=mx5.mail.icloud.com. [17.172.34.69], dsn=5.0.0, stat=Service unavailable`,
	`Jan  8 16:33:01 ip-10-0-0-1 sendmail[14009]: ${ID}: x08GX10S014009: DSN: Service unavailable`,
];
const options = { zone: "UTC", now: Date.parse("2019-01-09T00:00:00Z") };

function located(event: LocatedEvent["event"], order: number): LocatedEvent {
	return { host: "web", ref: `web:mail.log:${order}`, order, event };
}

function report(recipient: string): LocatedEvent {
	const event: BounceReportEvent = {
		kind: "bounce-report",
		raw: "bounce",
		at: "2019-01-08T16:33:01.000Z",
		queueId: ID,
		recipient,
		dsn: "5.7.0",
		reply: {
			code: 550,
			enhanced: "5.7.0",
			text: "Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=192.0.2.1",
		},
	};
	return { host: "web", ref: "web:spool:/var/mail/apache:0", order: 0, event };
}

function journeyOf(events: LocatedEvent[]) {
	const key = queueKeys("web", events[0]!.event)[0]!;
	const [journey] = joinHops(foldQueue(key, events));
	return diagnoseJourney(journey!, "en");
}

it("tells why the service was unavailable, whichever was read first", () => {
	const lines = LINES.map((line, at) => located(parseLine(line, options), at));
	for (const events of [
		[...lines, report("hogehoge@icloud.com")],
		[report("HogeHoge@icloud.com"), ...lines],
	]) {
		const [recipient] = journeyOf(events).recipients;
		expect(recipient?.outcome).toBe("failed");
		expect(recipient?.attempts.at(-1)).toMatchObject({
			reply: { code: 550 },
			line: "web:mail.log:1",
			replyLine: "web:spool:/var/mail/apache:0",
		});
		expect(recipient?.diagnosis).toMatchObject({
			cause: "dnsbl-listed",
			evidence: ["web:mail.log:1", "web:spool:/var/mail/apache:0"],
		});
		expect(recipient?.diagnosis?.links[0]?.href).toBe(
			"https://support.proofpoint.com/dnsbl-lookup.cgi?ip=192.0.2.1",
		);
	}
});

it("is of no use for another recipient", () => {
	const lines = LINES.map((line, at) => located(parseLine(line, options), at));
	const [recipient] = journeyOf([...lines, report("other@icloud.com")]).recipients;
	expect(recipient?.diagnosis?.cause).toBe("reason-hidden-in-bounce");
});
