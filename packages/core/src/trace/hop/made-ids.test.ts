import { describe, expect, it } from "vitest";
import { queueIdIn } from "./made-ids.ts";
import { located, trace } from "../tracing.testing.ts";

it.each([
	["202611220532.6AM5WaDE000585@edge.corp.example", "6AM5WaDE000585"],
	["20261122053232.CE77C22835E@relay1.corp.example", "CE77C22835E"],
	["20261122053232.4jXHlS1nn9zK2c2@sub.corp.example", "4jXHlS1nn9zK2c2"],
	["E1xUxQU-00002I-0X@mx.b.example", "1xUxQU-00002I-0X"],
	["E1u5PAX-00000000Dnd-0abc@mx.b.example", "1u5PAX-00000000Dnd-0abc"],
	["6b04a5e9.326d85.32c5c90f@nc1.corp.example", "326d85"],
	["6b04a5e9.326d85@nc1.corp.example", undefined],
	["L11-00149.fe020ef264@web01.corp.example", undefined],
	["2026112205323x.CE77C22835E@a", undefined],
	["202611220532.@a", undefined],
	["202611220532.6AM5WaDE000585", undefined],
])("%s names the queue id %s", (messageId, queueId) => expect(queueIdIn(messageId)).toBe(queueId));

describe("a notice of sendmail's, whose Message-ID its own host does not log, behind a host without lines", () => {
	// sendmail 8.17.1 → a host whose syslog was down → Postfix 3.7.11
	const edge = (id: string) => `
2026-11-22T05:32:36.010+00:00 edge sendmail[585]: 6AM5WZDE000583: ${id}: DSN: User unknown
2026-11-22T05:32:36.058+00:00 edge sendmail[585]: ${id}: to=<bob@corp.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=32201, relay=relay1.corp.example. [192.0.2.2], dsn=2.0.0, stat=Sent (Ok: queued as 0301622837F)`;
	const sub = `
2026-11-22T05:32:36.253663+00:00 sub postfix/smtpd[213]: 4jXHlS1nn9zK2c2: client=relay1.corp.example[192.0.2.2]
2026-11-22T05:32:36.253822+00:00 sub postfix/cleanup[228]: 4jXHlS1nn9zK2c2: message-id=<202611220532.6AM5WaDE000585@edge.corp.example>
2026-11-22T05:32:36.257056+00:00 sub postfix/qmgr[171]: 4jXHlS1nn9zK2c2: from=<>, size=4370, nrcpt=1 (queue active)
2026-11-22T05:32:36.257859+00:00 sub postfix/virtual[179]: 4jXHlS1nn9zK2c2: to=<bob@corp.example>, relay=virtual, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to maildir)
2026-11-22T05:32:36.257904+00:00 sub postfix/qmgr[171]: 4jXHlS1nn9zK2c2: removed`;
	const parent =
		"2026-11-22T05:32:35.900+00:00 edge sendmail[583]: 6AM5WZDE000583: from=<bob@corp.example>, size=612, class=0, nrcpts=1, msgid=<m@web>, relay=relay1.corp.example [192.0.2.2]\n2026-11-22T05:32:36.000+00:00 edge sendmail[585]: 6AM5WZDE000583: to=<ghost@b.example>, delay=00:00:00, mailer=esmtp, relay=mx.b.example. [192.0.2.9], dsn=5.1.1, stat=User unknown";
	const pathsOf = (id: string) =>
		trace(located("edge", parent + edge(id)), located("sub", sub)).map(({ recipients }) =>
			recipients[0]?.path.map(({ queueId, link }) => `${queueId}${link ? ` ${link.confidence}` : ""}`),
		);

	it("is one with what the next host knows by an id that names its queue id", () => {
		expect(pathsOf("6AM5WaDE000585")).toContainEqual(["6AM5WaDE000585", "4jXHlS1nn9zK2c2 likely"]);
	});

	it("is none where the id names another queue id", () => {
		expect(pathsOf("6AM5WaDE000586")).toContainEqual(["4jXHlS1nn9zK2c2"]);
	});
});
