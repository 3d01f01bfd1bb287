/** sendmail 8.17 on Debian 12, a user's message handed in with sendmail(1): two queues of one host, the first with the bare user. */
import { expect, it } from "vitest";
import { parseLine } from "../../parse/index.ts";
import { foldQueue, joinHops, queueKeys } from "../index.ts";

const LINES = [
	"Nov 22 08:38:26 edge sendmail[105]: 6AM8cQoS000105: from=app, size=15, class=0, nrcpts=1, msgid=<202611220838.6AM8cQoS000105@edge.corp.example>, relay=app@localhost",
	"Nov 22 08:38:26 edge sendmail[106]: 6AM8cQOY000106: from=<app@edge.corp.example>, size=289, class=0, nrcpts=1, msgid=<202611220838.6AM8cQoS000105@edge.corp.example>, proto=ESMTP, daemon=MTA-v4, relay=localhost [127.0.0.1]",
	"Nov 22 08:38:26 edge sendmail[105]: 6AM8cQoS000105: to=hoge@w1.example, ctladdr=app (5001/5001), delay=00:00:00, xdelay=00:00:00, mailer=relay, pri=30015, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (6AM8cQOY000106 Message accepted for delivery)",
	"Nov 22 08:38:26 edge sendmail[108]: 6AM8cQOY000106: to=<hoge@w1.example>, ctladdr=<app@edge.corp.example> (5001/5001), delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=30289, relay=mx.w.example. [10.25.0.16], dsn=2.0.0, stat=Sent (Ok: queued as 32D0E22A96D)",
];

it("has the sender by which its user is known to others", () => {
	const options = { zone: "UTC", now: Date.parse("2026-11-22T09:00:00Z") };
	const located = LINES.map((line, order) => ({
		host: "edge",
		ref: `edge:mail.log:${order}`,
		order,
		event: parseLine(line, options),
	}));
	const queues = Map.groupBy(located, ({ event }) => queueKeys("edge", event)[0]!);
	const [journey, ...others] = joinHops([...queues].flatMap(([key, events]) => foldQueue(key, events)));
	expect(others).toEqual([]);
	expect(journey).toMatchObject({
		id: expect.stringContaining("6AM8cQoS000105"),
		sender: "app@edge.corp.example",
	});
});
