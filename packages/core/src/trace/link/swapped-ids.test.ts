/**
 * Postfix 3.7.11 with short queue ids and amavis 2.13 on the next host, Debian 12, microseconds rounded so that ids come back at once: two messages
 * of one second bear 7A120290B24 and 7A120290B0B on both hosts, each the other way round before and behind the filter.
 */
import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

const OUT = `
2026-11-22T09:08:17.502220+00:00 out postfix/pickup[157]: 7A120290B24: uid=33 from=<www-data>
2026-11-22T09:08:17.502570+00:00 out postfix/cleanup[166]: 7A120290B24: message-id=<20261122090817.7A120290B24@out.corp.test>
2026-11-22T09:08:17.505141+00:00 out postfix/qmgr[158]: 7A120290B24: from=<www-data@out.corp.test>, size=336, nrcpt=1 (queue active)
2026-11-22T09:08:17.508104+00:00 out postfix/smtp[164]: 7A120290B24: to=<u13@grey.test>, relay=relay.corp.test[127.0.1.2]:25, delay=0.01, delays=0.01/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 7A120290B0B)
2026-11-22T09:08:17.508229+00:00 out postfix/qmgr[158]: 7A120290B24: removed
2026-11-22T09:08:17.724086+00:00 out postfix/smtpd[165]: 7A120290B0B: client=app02.corp.test[127.0.2.2]
2026-11-22T09:08:17.724910+00:00 out postfix/cleanup[163]: 7A120290B0B: message-id=<L67-00019.d8415860d7@web01.corp.test>
2026-11-22T09:08:17.725782+00:00 out postfix/qmgr[158]: 7A120290B0B: from=<carol@corp.test>, size=399, nrcpt=1 (queue active)
2026-11-22T09:08:17.728449+00:00 out postfix/smtp[167]: 7A120290B0B: to=<fan@pool.test>, relay=relay.corp.test[127.0.1.2]:25, delay=0.01, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 7A120290B24)
2026-11-22T09:08:17.728594+00:00 out postfix/qmgr[158]: 7A120290B0B: removed`;
const R1 = `
2026-11-22T09:08:17.506849+00:00 relay postfix/smtpd[211]: 7A120290B0B: client=out.corp.test[127.0.1.1]
2026-11-22T09:08:17.507072+00:00 relay postfix/cleanup[204]: 7A120290B0B: message-id=<20261122090817.7A120290B24@out.corp.test>
2026-11-22T09:08:17.507743+00:00 relay postfix/qmgr[188]: 7A120290B0B: from=<www-data@out.corp.test>, size=512, nrcpt=1 (queue active)
2026-11-22T09:08:17.593350+00:00 relay postfix/smtpd[201]: 7A120290B24: client=relay.corp.test[127.0.1.2]
2026-11-22T09:08:17.605583+00:00 relay postfix/cleanup[193]: 7A120290B24: message-id=<20261122090817.7A120290B24@out.corp.test>
2026-11-22T09:08:17.606379+00:00 relay postfix/qmgr[188]: 7A120290B24: from=<www-data@out.corp.test>, size=886, nrcpt=1 (queue active)
2026-11-22T09:08:17.610655+00:00 relay amavis[89]: (00089-14) Passed CLEAN {RelayedInbound}, [127.0.1.1]:41191 <www-data@out.corp.test> -> <u13@grey.test>, Queue-ID: 7A120290B0B, Message-ID: <20261122090817.7A120290B24@out.corp.test>, mail_id: ygz3ogGJiCai, Hits: -, size: 512, queued_as: 7A120290B24, 102 ms
2026-11-22T09:08:17.611341+00:00 relay postfix/smtp[194]: 7A120290B0B: to=<u13@grey.test>, relay=127.0.1.2[127.0.1.2]:10024, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.1.2]:10025): 250 2.0.0 Ok: queued as 7A120290B24)
2026-11-22T09:08:17.611699+00:00 relay postfix/qmgr[188]: 7A120290B0B: removed
2026-11-22T09:08:17.626414+00:00 relay postfix/smtp[199]: 7A120290B24: to=<u13@grey.test>, relay=Edge.Corp.Test[127.0.1.3]:25, delay=0.03, delays=0.01/0/0.01/0.01, dsn=2.0.0, status=sent (250 2.0.0 6AM98HoE000156 Message accepted for delivery)
2026-11-22T09:08:17.629144+00:00 relay postfix/qmgr[188]: 7A120290B24: removed
2026-11-22T09:08:17.727443+00:00 relay postfix/smtpd[221]: 7A120290B24: client=out.corp.test[127.0.1.1]
2026-11-22T09:08:17.727692+00:00 relay postfix/cleanup[204]: 7A120290B24: message-id=<L67-00019.d8415860d7@web01.corp.test>
2026-11-22T09:08:17.728324+00:00 relay postfix/qmgr[188]: 7A120290B24: from=<carol@corp.test>, size=575, nrcpt=1 (queue active)
2026-11-22T09:08:17.803156+00:00 relay postfix/smtpd[203]: 7A120290B0B: client=relay.corp.test[127.0.1.2]
2026-11-22T09:08:17.805408+00:00 relay postfix/cleanup[193]: 7A120290B0B: message-id=<L67-00019.d8415860d7@web01.corp.test>
2026-11-22T09:08:17.806859+00:00 relay postfix/qmgr[188]: 7A120290B0B: from=<carol@corp.test>, size=949, nrcpt=1 (queue active)
2026-11-22T09:08:17.810081+00:00 relay amavis[88]: (00088-05) Passed CLEAN {RelayedInbound}, [127.0.1.1]:58323 <carol@corp.test> -> <fan@pool.test>, Queue-ID: 7A120290B24, Message-ID: <L67-00019.d8415860d7@web01.corp.test>, mail_id: GthW5KgjyPNZ, Hits: -, size: 575, queued_as: 7A120290B0B, 80 ms
2026-11-22T09:08:17.810880+00:00 relay postfix/smtp[196]: 7A120290B24: to=<fan@pool.test>, relay=127.0.1.2[127.0.1.2]:10024, delay=0.08, delays=0/0/0/0.08, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.1.2]:10025): 250 2.0.0 Ok: queued as 7A120290B0B)
2026-11-22T09:08:17.811456+00:00 relay postfix/qmgr[188]: 7A120290B24: removed
2026-11-22T09:08:17.816994+00:00 relay postfix/smtp[199]: 7A120290B0B: to=<fan@pool.test>, relay=Edge.Corp.Test[127.0.1.3]:25, delay=0.01, delays=0/0/0.01/0, dsn=2.0.0, status=sent (250 2.0.0 6AM98HI4000159 Message accepted for delivery)
2026-11-22T09:08:17.817309+00:00 relay postfix/qmgr[188]: 7A120290B0B: removed`;

it("messages whose ids are each other's, on two hosts, stay apart, and each passed its own filter", () => {
	const ways = trace(located("out", OUT), located("r1", R1)).map(({ messageIds, recipients }) => [
		...messageIds,
		recipients[0]?.path.map(({ host, queueId }) => `${host}/${queueId}`).join(" > "),
	]);
	expect(ways).toEqual([
		[
			"20261122090817.7A120290B24@out.corp.test",
			"out/7A120290B24 > r1/7A120290B0B > r1/ygz3ogGJiCai > r1/7A120290B24",
		],
		[
			"L67-00019.d8415860d7@web01.corp.test",
			"out/7A120290B0B > r1/7A120290B24 > r1/GthW5KgjyPNZ > r1/7A120290B0B",
		],
	]);
});
