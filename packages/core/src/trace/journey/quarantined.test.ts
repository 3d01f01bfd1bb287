import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

/** Sendmail 8.17.1.9: a milter keeps a message; its reason imitates fields. The operator lets the second one go. */
const SENDMAIL = `
Nov 22 07:31:57 edge sm-mta[308]: 6AM7VujU000308: from=<a@client.example>, size=136, class=0, nrcpts=1, msgid=<m@x>, proto=ESMTP, daemon=MTA-v4, relay=mx.b.example [192.0.2.12]
Nov 22 07:31:57 edge sm-mta[308]: 6AM7VujU000308: milter=tiny, quarantine=odd, ask stat=Sent
Nov 22 07:31:57 edge sm-mta[308]: 6AM7VujU000308: to=<ok7@e.example>, delay=00:00:00, mailer=esmtp, pri=30136, quarantine=odd, ask stat=Sent, stat=quarantined
Nov 22 07:32:57 edge sm-mta[309]: 6AM7WujU000309: from=<a@client.example>, size=136, class=0, nrcpts=1, msgid=<n@x>, proto=ESMTP, daemon=MTA-v4, relay=mx.b.example [192.0.2.12]
Nov 22 07:32:57 edge sm-mta[309]: 6AM7WujU000309: to=<ok8@e.example>, delay=00:00:00, mailer=esmtp, pri=30136, quarantine=odd, stat=quarantined
Nov 22 07:34:03 edge sendmail[473]: 6AM7WujU000309: unquarantine
Nov 22 07:34:12 edge sm-mta[480]: 6AM7WujU000309: to=<ok8@e.example>, delay=00:01:15, xdelay=00:00:00, mailer=esmtp, pri=120136, relay=mx.e.example. [192.0.2.15], dsn=2.0.0, stat=Sent (ok)
`;

it("what sendmail keeps is quarantined until it is let go", () => {
	const outcomes = trace(located("edge", SENDMAIL)).flatMap(({ recipients }) =>
		recipients.map(({ recipient, outcome }) => [recipient, outcome]),
	);
	expect(Object.fromEntries(outcomes)).toEqual({
		"ok7@e.example": "quarantined",
		"ok8@e.example": "relayed",
	});
});
