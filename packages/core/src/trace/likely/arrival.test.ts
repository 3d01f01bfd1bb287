import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

const START = `
2026-11-23T21:37:02.151021+00:00 mx sendmail[280]: 6ANLb23P000280: from=<>, size=1315, class=0, nrcpts=2, msgid=<one@web01.corp.example>, proto=ESMTP, daemon=MTA-v4, relay=edge.corp.example [192.0.2.3]
2026-11-23T21:37:02.227857+00:00 mx sendmail[282]: 6ANLb23P000280: to=<ghost7@b.example>, delay=00:00:00, xdelay=00:00:00, mailer=cyrusv2, pri=61315, relay=localhost, dsn=5.1.1, reply=550 5.1.1 <ghost7> User doesn't exist: ghost7, stat=User unknown
2026-11-23T21:37:02.241048+00:00 mx dovecot: lmtp(u19)<283><06lWDP6xBGsbAQAAm4/A4A>: msgid=<one@web01.corp.example>: saved mail to INBOX
2026-11-23T21:37:02.241331+00:00 mx sendmail[282]: 6ANLb23P000280: to=<u19@b.example>, delay=00:00:00, xdelay=00:00:00, mailer=cyrusv2, pri=61315, relay=localhost, dsn=2.0.0, stat=Sent`;
const NOTICE = `
2026-11-23T21:37:02.241844+00:00 mx sendmail[282]: 6ANLb23P000280: 6ANLb23P000282: postmaster notify: User unknown`;
const STORE = `
2026-11-23T21:37:02.252122+00:00 mx dovecot: lmtp(root)<283><06lWDP6xBGsbAQAAm4/A4A:T2>: msgid=<202611232137.6ANLb23P000282@mx.b.example>: saved mail to INBOX`;
const TRY = `
2026-11-23T21:37:02.252373+00:00 mx sendmail[282]: 6ANLb23P000282: to=root, delay=00:00:00, xdelay=00:00:00, mailer=cyrusv2, pri=32339, relay=localhost [[UNIX: /run/dovecot/lmtp]], dsn=2.0.0, stat=Sent`;

const wayOfNotice = (text: string) =>
	trace(located("mx", text))
		.flatMap(({ recipients }) => recipients)
		.filter(({ recipient }) => recipient === "root")
		.map(({ path }) => path.map(({ queueId }) => queueId));

it("follows a notice of sendmail's own into a store whose line stands before its first", () => {
	const way = [["6ANLb23P000282", "06lWDP6xBGsbAQAAm4/A4A:T2"]];
	expect(wayOfNotice(START + NOTICE + STORE + TRY)).toEqual(way);
	expect(wayOfNotice(START + NOTICE + TRY + STORE)).toEqual(way);
});

it("joins no store's line that was there before the notice", () => {
	expect(wayOfNotice(START + STORE + NOTICE + TRY)).toHaveLength(2);
});
