import { expect, it } from "vitest";
import { joinHops } from "./index.ts";
import { fold, located, trace } from "./tracing.testing.ts";

/** Node's and the browser's: core is written against neither. */
declare const performance: { now(): number };

/** What each notice of the journeys is, and whom it reports on. */
const notices = (text: string) => {
	const journeys = trace(located("mx", text));
	return journeys.flatMap((journey) =>
		journey.bounces.map(({ journeyId, recipient }) => [
			journeys.find(({ id }) => id === journeyId)?.parent?.why,
			recipient,
		]),
	);
};

it("tells exim's delay warnings from its bounces", () => {
	// exim 4.96 with delay_warning = 6s, Debian 12
	const text = `
2026-11-22T08:05:15.9+00:00 mx exim[103]: 2026-11-22 08:05:15 1xV2ZX-00001f-2p <= alice@corp.example H=out.corp.example [192.0.2.1] P=esmtp S=585 id=m@web
2026-11-22T08:05:16.03+00:00 mx exim[104]: 2026-11-22 08:05:16 1xV2ZX-00001f-2p ** nosuch4@t2.example R=dnslookup T=remote_smtp H=mx.t.example [192.0.2.15]: SMTP error from remote mail server after RCPT TO:<nosuch4@t2.example>: 550 5.1.1 no such user here
2026-11-22T08:05:16.04+00:00 mx exim[104]: 2026-11-22 08:05:16 1xV2ZX-00001f-2p == tmp4@t2.example R=dnslookup T=remote_smtp defer (-44) H=mx.t.example [192.0.2.15]: SMTP error from remote mail server after RCPT TO:<tmp4@t2.example>: 450 4.2.0 try later
2026-11-22T08:05:16.13+00:00 mx exim[111]: 2026-11-22 08:05:16 1xV2ZY-00001n-0L <= <> R=1xV2ZX-00001f-2p U=Debian-exim P=local S=2132
2026-11-22T08:05:24.17+00:00 mx exim[175]: 2026-11-22 08:05:24 1xV2ZX-00001f-2p == tmp4@t2.example R=dnslookup T=remote_smtp defer (-44) H=mx.t.example [192.0.2.15]: SMTP error from remote mail server after RCPT TO:<tmp4@t2.example>: 450 4.2.0 try later
2026-11-22T08:05:24.22+00:00 mx exim[177]: 2026-11-22 08:05:24 1xV2Zg-00002r-0d <= <> R=1xV2ZX-00001f-2p U=Debian-exim P=local S=2601
2026-11-22T08:05:44.00+00:00 mx exim[251]: 2026-11-22 08:05:44 1xV2ZX-00001f-2p ** tmp4@t2.example: retry timeout exceeded
2026-11-22T08:05:44.02+00:00 mx exim[253]: 2026-11-22 08:05:44 1xV2a0-000045-04 <= <> R=1xV2ZX-00001f-2p U=Debian-exim P=local S=2199
2026-11-22T08:05:44.03+00:00 mx exim[251]: 2026-11-22 08:05:44 1xV2ZX-00001f-2p Completed`;
	expect(notices(text)).toEqual([
		["non-delivery", "nosuch4@t2.example"],
		["delay", "tmp4@t2.example"],
		["non-delivery", "tmp4@t2.example"],
	]);
});

it("names whom a delivery receipt is about", () => {
	// Postfix 3.7.11, `NOTIFY=SUCCESS` for one message with a recipient that failed
	const text = `
2026-11-22T08:05:08.1+00:00 mx postfix/smtpd[161]: 7022C2B09AC: client=out.corp.example[192.0.2.1]
2026-11-22T08:05:08.2+00:00 mx postfix/virtual[165]: 7022C2B09AC: to=<u1@t1.example>, relay=virtual, delay=0.04, delays=0.01/0/0.01/0.01, dsn=2.0.0, status=sent (delivered to maildir)
2026-11-22T08:05:08.2+00:00 mx postfix/virtual[165]: 7022C2B09AC: to=<u2@t1.example>, relay=virtual, delay=0.04, delays=0.01/0/0.01/0.01, dsn=5.1.1, status=bounced (unknown user: "u2@t1.example")
2026-11-22T08:05:08.3+00:00 mx postfix/bounce[181]: 7022C2B09AC: sender delivery status notification: 800EC2B09AB
2026-11-22T08:05:08.3+00:00 mx postfix/bounce[181]: 7022C2B09AC: sender non-delivery notification: 900EC2B09AB
2026-11-22T08:05:08.3+00:00 mx postfix/qmgr[174]: 800EC2B09AB: from=<>, size=2572, nrcpt=1 (queue active)
2026-11-22T08:05:08.3+00:00 mx postfix/qmgr[174]: 900EC2B09AB: from=<>, size=2572, nrcpt=1 (queue active)`;
	expect(notices(text)).toEqual([
		["success", "u1@t1.example"],
		["non-delivery", "u2@t1.example"],
	]);
});

it("costs thousands of receipts of one message no more than their number", () => {
	const lines = [
		`2026-11-22T08:05:08.1+00:00 mx postfix/smtpd[161]: 7022C2B09AC: client=out.corp.example[192.0.2.1]`,
	];
	for (let i = 0; i < 3_000; i++) {
		const second = String(i % 60).padStart(2, "0");
		const at = `2026-11-22T0${8 + Math.floor(i / 3600)}:${String(Math.floor(i / 60) % 60).padStart(2, "0")}:${second}.3+00:00`;
		const id = `8${i.toString(16).toUpperCase().padStart(6, "0")}2B09A`;
		lines.push(`${at} mx postfix/bounce[181]: 7022C2B09AC: sender delivery status notification: ${id}`);
		lines.push(`${at} mx postfix/qmgr[174]: ${id}: from=<>, size=2572, nrcpt=1 (queue active)`);
	}
	const hops = fold(located("mx", lines.join("\n")));
	const start = performance.now();
	expect(joinHops(hops)).toHaveLength(3_001);
	expect(performance.now() - start).toBeLessThan(2_500);
});
