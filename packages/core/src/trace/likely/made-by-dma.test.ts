import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

// dma 0.13, Debian 12, whose id has no letter this time, to Postfix 3.7.11: mail of cron has no Message-ID, and dma makes one
const CLIENT = `
Nov 23 20:45:24 nc1 dma[326971]: new mail from user=www-data uid=33 envelope_from=<bob@corp.example>
Nov 23 20:45:24 nc1 dma[326971]: mail to=<u1@b.example> queued as 326971.55c41fc291a0
Nov 23 20:45:24 nc1 dma[326971.55c41fc291a0]: <u1@b.example> trying delivery
Nov 23 20:45:24 nc1 dma[326971.55c41fc291a0]: using smarthost (192.0.2.1:25)
Nov 23 20:45:24 nc1 dma[326971.55c41fc291a0]: trying remote delivery to 192.0.2.1 [192.0.2.1] pref 0
Nov 23 20:45:24 nc1 dma[326971.55c41fc291a0]: Server greeting successfully completed
Nov 23 20:45:24 nc1 dma[326971.55c41fc291a0]: <u1@b.example> delivery successful`;
const RELAY = `
Nov 23 20:45:24 sub postfix/smtpd[175]: 4jYHyD5bKvzStWt: client=nc1.corp.example[192.0.2.4]
Nov 23 20:45:24 sub postfix/cleanup[170]: 4jYHyD5bKvzStWt: message-id=<6b04a5e4.326971.32c5c90f@nc1.corp.example>
Nov 23 20:45:24 sub postfix/qmgr[161]: 4jYHyD5bKvzStWt: from=<bob@corp.example>, size=442, nrcpt=1 (queue active)
Nov 23 20:45:24 sub postfix/virtual[173]: 4jYHyD5bKvzStWt: to=<u1@b.example>, relay=virtual, delay=0.08, delays=0.05/0/0/0.02, dsn=2.0.0, status=sent (delivered to maildir)
Nov 23 20:45:24 sub postfix/qmgr[161]: 4jYHyD5bKvzStWt: removed`;

const ways = (client: string, relay: string) =>
	trace(located("nc1", client), located("sub", relay)).map(({ recipients }) =>
		recipients.map(({ path, outcome }) => `${path.map(({ queueId }) => queueId).join(" > ")} ${outcome}`),
	);

it("goes on where the next host's Message-ID has dma's queue id in it", () => {
	expect(ways(CLIENT, RELAY)).toEqual([["326971 > 4jYHyD5bKvzStWt delivered"]]);
});

it("stays alone where the message brought an id of its own, or was another one's", () => {
	const apart = [["326971 relayed"], ["4jYHyD5bKvzStWt delivered"]];
	expect(ways(CLIENT, RELAY.replace(/message-id=<.*>/, "message-id=<m@web01.corp.example>"))).toEqual(apart);
	expect(ways(CLIENT, RELAY.replace("from=<bob@", "from=<carol@"))).toEqual(apart);
	expect(ways(CLIENT, RELAY.replaceAll("u1@b.example", "u2@b.example"))).toEqual(apart);
});
