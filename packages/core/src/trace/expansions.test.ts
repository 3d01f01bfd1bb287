import { expect, it } from "vitest";
import { located, trace } from "./tracing.testing.ts";

// sendmail 8.17.1 at LogLevel 14, `fan: u1@t.example, staff` and `staff: u2@t.example`, beside an address that is no alias
const EDGE = `
Nov 22 07:50:12 edge sm-mta[103]: 6AM7oCPe000103: from=<bob@corp.example>, size=956, class=0, nrcpts=2, msgid=<m@web>, proto=ESMTP, daemon=MTA-v4, relay=out.corp.example [192.0.2.1]
Nov 22 07:50:12 edge sm-mta[104]: 6AM7oCPe000103: alias fan => u1@t.example, staff
Nov 22 07:50:12 edge sm-mta[104]: 6AM7oCPe000103: alias staff => u2@t.example
Nov 22 07:50:12 edge sm-mta[104]: 6AM7oCPe000103: to=u1@t.example,u2@t.example,<u3@t.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=31148, relay=mx.t.example. [192.0.2.9], dsn=2.0.0, stat=Sent (Ok: queued as 4jXLp3361zzPFyS)`;
const OUT = `
Nov 22 07:50:12 out postfix/smtpd[1]: 4jXLnw02vyHznDx: client=web01.corp.example[192.0.2.77]
Nov 22 07:50:12 out postfix/cleanup[2]: 4jXLnw02vyHznDx: message-id=<m@web>
Nov 22 07:50:12 out postfix/qmgr[3]: 4jXLnw02vyHznDx: from=<bob@corp.example>, size=800, nrcpt=2 (queue active)
Nov 22 07:50:12 out postfix/smtp[4]: 4jXLnw02vyHznDx: to=<fan@edge.corp.example>, relay=edge.corp.example[192.0.2.3]:25, delay=0.1, delays=0/0/0.1/0, dsn=2.0.0, status=sent (250 2.0.0 6AM7oCPe000103 Message accepted for delivery)
Nov 22 07:50:12 out postfix/smtp[4]: 4jXLnw02vyHznDx: to=<u3@t.example>, relay=edge.corp.example[192.0.2.3]:25, delay=0.1, delays=0/0/0.1/0, dsn=2.0.0, status=sent (250 2.0.0 6AM7oCPe000103 Message accepted for delivery)`;

const originals = (...logs: ReturnType<typeof located>[]) =>
	trace(...logs).flatMap(({ recipients }) =>
		recipients.map((each) => `${each.original} -> ${each.recipient}`),
	);

it("gives an alias' members the address that stood for them, through aliases of aliases", () => {
	expect(originals(located("out", OUT), located("edge", EDGE))).toEqual([
		"fan@edge.corp.example -> u1@t.example",
		"fan@edge.corp.example -> u2@t.example",
		"u3@t.example -> u3@t.example",
	]);
});

it("knows the alias alone where nobody tells what was handed over", () => {
	expect(originals(located("edge", EDGE))).toEqual([
		"fan -> u1@t.example",
		"fan -> u2@t.example",
		"u3@t.example -> u3@t.example",
	]);
});
