import { describe, expect, it } from "vitest";
import { completed } from "./completed-hops.ts";
import { fold, located, trace } from "../tracing.testing.ts";

/** sendmail 8.17.1; its own notice has no `from=` line. */
const EDGE = `
2026-11-22T05:24:02.720824+00:00 edge sendmail[104]: 6AM5O2rK000104: from=<alice@corp.example>, size=377, class=0, nrcpts=1, msgid=<m@web01>, proto=ESMTP, daemon=MTA-v4, relay=out.corp.example [192.0.2.1]
2026-11-22T05:24:04.720824+00:00 edge sendmail[106]: 6AM5O2rK000104: to=<ghost@b.example>, delay=00:00:02, xdelay=00:00:00, mailer=esmtp, pri=30377, relay=mx.b.example. [192.0.2.12], dsn=5.1.1, stat=User unknown
2026-11-22T05:24:04.720824+00:00 edge sendmail[106]: 6AM5O2rK000104: 6AM5O4rK000106: DSN: User unknown`;
const handed = (at: string, delay: string) =>
	`${at}+00:00 edge sendmail[106]: 6AM5O4rK000106: to=<alice@corp.example>, delay=${delay}, xdelay=00:00:00, mailer=esmtp, pri=32187, relay=relay1.corp.example. [192.0.2.2], dsn=2.0.0, stat=Sent (Ok: queued as B07D721E21F)`;
const AT_ONCE = handed("2026-11-22T05:24:04.765938", "00:00:00");

const senders = (text: string) =>
	completed(fold(located("edge", text))).map(({ queueId, sender }) => [queueId, sender]);

describe("what sendmail itself reports", () => {
	it("has the empty sender where the line of its parent names it", () => {
		expect(senders(`${EDGE}\n${AT_ONCE}`)).toContainEqual(["6AM5O4rK000106", ""]);
	});

	it("is known by its own age where its first line came at the next queue run", () => {
		const late = handed("2026-11-22T05:54:04.765938", "00:30:00");
		expect(senders(`${EDGE}\n${late}`)).toContainEqual(["6AM5O4rK000106", ""]);
		const [journey, bounce] = trace(located("edge", `${EDGE}\n${late}`));
		expect(journey?.bounces.map(({ childQueueId }) => childQueueId)).toEqual(["6AM5O4rK000106"]);
		expect([bounce?.sender, bounce?.parent?.journeyId]).toEqual(["", journey?.id]);
	});

	it.each([
		["whose lines are of another time", handed("2026-11-22T05:54:04.765938", "00:00:00")],
		["of which no line says so", AT_ONCE.replaceAll("6AM5O4rK000106", "6AM5O4rK000107")],
	])("does not make a message without `from=` a notice %s", (_, line) => {
		expect(senders(`${EDGE}\n${line}`).at(-1)?.[1]).toBeUndefined();
	});

	it("does not go on as somebody's message under the id that a stranger answers with", () => {
		const other = `
2026-11-22T05:24:04.76+00:00 relay1 postfix/smtpd[1]: B07D721E21F: client=edge.corp.example[192.0.2.3]
2026-11-22T05:24:04.77+00:00 relay1 postfix/qmgr[3]: B07D721E21F: from=<bob@corp.example>, size=1000, nrcpt=1 (queue active)
2026-11-22T05:24:04.78+00:00 relay1 postfix/virtual[4]: B07D721E21F: to=<alice@corp.example>, relay=virtual, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to maildir)`;
		const taken = (from: string) =>
			trace(
				located("edge", `${EDGE}\n${AT_ONCE}`),
				located("relay1", other.replace("bob@corp.example", from)),
			);
		expect(taken("bob@corp.example")).toHaveLength(3);
		expect(taken("")).toHaveLength(2);
	});
});
