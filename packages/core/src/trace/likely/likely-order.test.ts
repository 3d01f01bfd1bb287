import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

// Postfix 3.10.13 → an unseen Postfix with exim 4.96 as its content filter → a store: whoever does not see the middle sees the filter's message come from
// where it goes to
const OUT = `
2026-11-22T16:44:33.746145+00:00 out postfix/smtpd[224]: B624C27E7F9: client=unknown[198.51.100.1]
2026-11-22T16:44:33.748519+00:00 out postfix/cleanup[227]: B624C27E7F9: message-id=<Lh1-048.1beb47eb@web01.corp.example>
2026-11-22T16:44:33.749792+00:00 out postfix/qmgr[222]: B624C27E7F9: from=<alice@corp.example>, size=389, nrcpt=1 (queue active)
2026-11-22T16:44:33.760375+00:00 out postfix/smtp[230]: B624C27E7F9: to=<u1@filt.example>, relay=192.0.2.6[192.0.2.6]:25, delay=0.01, delays=0/0/0.01/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as B96EC27E858)
2026-11-22T16:44:33.762362+00:00 out postfix/qmgr[222]: B624C27E7F9: removed`;
const FILTER = `
2026-11-22T16:44:33.766556+00:00 xf exim[126]: 2026-11-22 16:44:33 1xVAg5-000022-2S <= alice@corp.example H=p2.corp.example [192.0.2.6] P=esmtp S=760 id=Lh1-048.1beb47eb@web01.corp.example
2026-11-22T16:44:33.789693+00:00 xf exim[127]: 2026-11-22 16:44:33 1xVAg5-000022-2S => u1@filt.example R=static T=remote_smtp H=192.0.2.6 [192.0.2.6] K C="250 2.0.0 Ok: 798 bytes queued as BFC3727E7F7"
2026-11-22T16:44:33.791122+00:00 xf exim[127]: 2026-11-22 16:44:33 1xVAg5-000022-2S Completed`;

const STORE = `
2026-11-22T16:44:33.787904+00:00 st postfix/smtpd[410]: C059327E897: client=p2.corp.example[192.0.2.6]
2026-11-22T16:44:33.788085+00:00 st postfix/cleanup[409]: C059327E897: message-id=<Lh1-048.1beb47eb@web01.corp.example>
2026-11-22T16:44:33.789834+00:00 st postfix/qmgr[404]: C059327E897: from=<alice@corp.example>, size=1162, nrcpt=1 (queue active)
2026-11-22T16:44:33.799063+00:00 st postfix/lmtp[413]: C059327E897: to=<u1@filt.example>, relay=st.corp.example[private/dovecot-lmtp], delay=0.01, delays=0/0/0/0.01, dsn=2.0.0, status=sent (250 2.0.0 <u1@filt.example> iYcgL/EbA2ufAQAA9H160w Saved)
2026-11-22T16:44:33.799293+00:00 st postfix/qmgr[404]: C059327E897: removed`;

const ways = (...logs: ReturnType<typeof located>[]) =>
	trace(...logs).map((journey) =>
		journey.recipients.map(({ path }) => path.map(({ queueId }) => queueId).join(" > ")),
	);

it("does not turn a message round where the middle of its way is not seen", () => {
	const journeys = ways(located("out", OUT), located("xf", FILTER), located("st", STORE)).flat();
	// which of the two hosts behind it got the first message, and whether by the other, nothing tells
	expect(journeys.sort()).toEqual(["1xVAg5-000022-2S", "B624C27E7F9", "C059327E897"]);
});

it("does not lead a message to where it goes on to a host that it has been on", () => {
	// the filter is not seen: its host's second message goes to nobody known, and comes from nobody known
	const first = `
2026-11-22T16:44:37.85+00:00 gw postfix/smtpd[3]: 0558C27E605: client=out.corp.example[192.0.2.1]
2026-11-22T16:44:37.86+00:00 gw postfix/cleanup[4]: 0558C27E605: message-id=<Lh1-048.1beb47eb@web01.corp.example>
2026-11-22T16:44:37.87+00:00 gw postfix/qmgr[6]: 0558C27E605: from=<alice@corp.example>, size=800, nrcpt=1 (queue active)
2026-11-22T16:44:37.9+00:00 gw postfix/smtp[5]: 0558C27E605: to=<u1@filt.example>, relay=192.0.2.7[192.0.2.7]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 OK id=1xVAg5-000022-2S)
2026-11-22T16:44:38.1+00:00 gw postfix/qmgr[6]: 0558C27E605: removed`;
	const second = `
2026-11-22T16:44:37.95+00:00 gw postfix/smtpd[3]: 42B6427E617: client=xf.corp.example[192.0.2.7]
2026-11-22T16:44:37.96+00:00 gw postfix/cleanup[4]: 42B6427E617: message-id=<Lh1-048.1beb47eb@web01.corp.example>
2026-11-22T16:44:37.97+00:00 gw postfix/qmgr[6]: 42B6427E617: from=<alice@corp.example>, size=800, nrcpt=1 (queue active)
2026-11-22T16:44:38.0+00:00 gw postfix/smtp[5]: 42B6427E617: to=<u1@filt.example>, relay=192.0.2.41[192.0.2.41]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as C059327E897)
2026-11-22T16:44:38.1+00:00 gw postfix/qmgr[6]: 42B6427E617: removed`;
	const out = OUT.replace(/queued as \w+/, "queued as 0558C27E605");
	for (const journey of ways(located("out", out), located("gw", first + second)).flat())
		expect(["B624C27E7F9 > 0558C27E605", "B624C27E7F9 > 0558C27E605 > 42B6427E617", "42B6427E617"]).toContain(
			journey,
		);
});
