import { expect, it } from "vitest";
import { joinHops } from "../index.ts";
import { fold, located, trace } from "../tracing.testing.ts";

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

it("does not take exim's automatic reply for a bounce", () => {
	// exim 4.98.2 (Debian 13): an autoreply transport beside the mailbox, `unseen`
	const text = (mailbox: string) => `
2026-11-22T13:46:45.62+00:00 xa exim[106]: 2026-11-22 13:46:45 1xV7u1-0000000001i-2c8O <= alice@corp.example H=out.corp.example [192.0.2.1] P=esmtp S=583 id=m@web
2026-11-22T13:46:45.65+00:00 xa exim[136]: 2026-11-22 13:46:45 1xV7u1-0000000001i-2c8O ${mailbox}
2026-11-22T13:46:45.69+00:00 xa exim[140]: 2026-11-22 13:46:45 1xV7u1-0000000002G-2qme <= <> R=1xV7u1-0000000001i-2c8O U=vmail P=local S=475
2026-11-22T13:46:45.70+00:00 xa exim[136]: 2026-11-22 13:46:45 1xV7u1-0000000001i-2c8O => u7 <u7@xa.example> R=vac T=vacation
2026-11-22T13:46:45.71+00:00 xa exim[136]: 2026-11-22 13:46:45 1xV7u1-0000000001i-2c8O Completed`;
	expect(notices(text("=> u7 <u7@xa.example> R=localuser T=local_maildir"))).toEqual([]);
	// a failure beside it is reported
	expect(notices(text("** u8@xa.example: Unrouteable address"))).toEqual([["non-delivery", "u8@xa.example"]]);
	// all were tried before and nobody failed: a receipt
	const lost = text("=> u7 <u7@xa.example> R=localuser T=local_maildir").replace(/^.*T=vacation$\n/m, "");
	const late = lost.replace("S=475", "S=1765");
	expect(notices(late)).toEqual([["success", "u7@xa.example"]]);
	// a receipt is longer: the line of the reply's transport is lost
	expect(notices(lost)).toEqual([]);
	expect(notices(lost.replace(/^.*T=local_maildir$\n/m, ""))).toEqual([]);
	// in whole seconds the places of the lines tell
	const whole = (fractions: string) => fractions.replace(/^2026-11-22T(\S{8})\S+/gm, "Nov 22 $1");
	expect(notices(whole(text("=> u7 <u7@xa.example> R=localuser T=local_maildir")))).toEqual([]);
	expect(notices(whole(late))).toEqual([["success", "u7@xa.example"]]);
});

it("joins the postmaster's copies, which Postfix sends under a name of its own", () => {
	// Postfix 3.10.13, notify_classes with bounce and delay
	const text = (sender: string) => `
2026-11-22T13:46:19.9+00:00 hc postfix/smtpd[220]: E6A17322043: client=out.corp.example[192.0.2.1]
2026-11-22T13:46:24.8+00:00 hc postfix/qmgr[218]: E6A17322043: from=<alice@corp.example>, size=553, nrcpt=1 (queue active)
2026-11-22T13:46:24.9+00:00 hc postfix/error[226]: E6A17322043: to=<u11@hc2st.example>, relay=none, delay=5, delays=5/0/0/0, dsn=4.3.0, status=deferred (deferred transport)
2026-11-22T13:46:24.952+00:00 hc postfix/bounce[227]: E6A17322043: sender delay notification: E78643220B3
2026-11-22T13:46:24.953+00:00 hc postfix/qmgr[218]: E78643220B3: from=<>, size=2440, nrcpt=1 (queue active)
2026-11-22T13:46:24.953+00:00 hc postfix/cleanup[230]: E8B0E3220C2: message-id=<20261122134624.E8B0E3220C2@hc.corp.example>
2026-11-22T13:46:24.956+00:00 hc postfix/bounce[227]: E6A17322043: postmaster delay notification: E8B0E3220C2
2026-11-22T13:46:24.957+00:00 hc postfix/qmgr[218]: E8B0E3220C2: from=<${sender}>, size=2440, nrcpt=1 (queue active)`;
	expect(notices(text("double-bounce@hc.corp.example"))).toEqual([
		["delay", "u11@hc2st.example"],
		["delay", "u11@hc2st.example"],
	]);
	// a short id may be another message's a moment later
	expect(notices(text("bob@hc.corp.example"))).toEqual([["delay", "u11@hc2st.example"]]);
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

it("tells exim's receipts from its bounces", () => {
	// exim 4.96 with dsn_advertise_hosts, Debian 12, `NOTIFY=SUCCESS,FAILURE,DELAY`: the next host writes receipts of its own
	const at = (second: string, words: string) =>
		`2026-11-22T19:53:${second}+00:00 ex exim[9]: 2026-11-22 19:53:${second.slice(0, 2)} ${words}`;
	const taken = (id: string) =>
		at("40.98", `${id} <= alice@corp.example H=out.corp.example [192.0.2.1] P=esmtp S=556 id=m@web`);
	const failed = [
		taken("1xVDd6-00001h-38"),
		at("41.03", "1xVDd6-00001h-38 => u1 <u1@ex.example> R=localuser T=local_maildir"),
		at(
			"41.04",
			"1xVDd6-00001h-38 ** nosuch@exst.example R=static T=remote_smtp H=192.0.2.41 [192.0.2.41]: SMTP error from remote mail server after RCPT TO:<nosuch@exst.example>: 550 5.1.1 <nosuch@exst.example>",
		),
		at("41.09", "1xVDd7-00001m-0F <= <> R=1xVDd6-00001h-38 U=Debian-exim P=local S=1765"),
		at("41.14", "1xVDd7-00001o-0Q <= <> R=1xVDd6-00001h-38 U=Debian-exim P=local S=2200"),
		at("41.15", "1xVDd6-00001h-38 Completed"),
	];
	expect(notices(failed.join("\n"))).toEqual([
		["success", "u1@ex.example"],
		["non-delivery", "nosuch@exst.example"],
	]);
	const relayed = [
		taken("1xVDd7-00001V-0S"),
		at("41.20", "1xVDd7-00001V-0S => u2 <u2@ex.example> R=localuser T=local_maildir"),
		at(
			"41.21",
			'1xVDd7-00001V-0S => u1@exst.example R=static T=remote_smtp H=192.0.2.41 [192.0.2.41] K C="250 2.0.0 Ok: 569 bytes queued as 324152B8C80"',
		),
		at("41.26", "1xVDd7-00001y-0m <= <> R=1xVDd7-00001V-0S U=Debian-exim P=local S=1761"),
	];
	expect(notices(relayed.join("\n"))).toEqual([["success", "u2@ex.example"]]);
	// the first try of somebody else waits: too young for a warning. The next run's notice is one
	const waits = (second: string) =>
		at(second, "1xVDd7-00001V-0S == u1@exst.example R=static T=remote_smtp defer (111): Connection refused");
	const mixed = [
		relayed[0],
		relayed[1],
		waits("41.21"),
		relayed[3],
		waits("51.21"),
		relayed[3]?.replaceAll("41", "51").replaceAll("1xVDd7-00001y-0m", "1xVDdH-00001y-0m"),
	];
	expect(notices(mixed.join("\n"))).toEqual([
		["success", "u2@ex.example"],
		["delay", "u1@exst.example"],
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
