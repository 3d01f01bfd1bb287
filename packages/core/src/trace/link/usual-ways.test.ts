import { describe, expect, it } from "vitest";
import type { Journey } from "../index.ts";
import { located, trace } from "../tracing.testing.ts";

interface Message {
	host: string;
	id: string;
	messageId: string;
	to: string;
	client: string;
	relay: string;
	reply: string;
}

function message({ host, id, messageId, to, client, relay, reply }: Message) {
	const at = (second: string) => `2026-11-22T02:51:${second}+00:00 ${host} postfix`;
	return located(
		host,
		`${at("40.1")}/smtpd[1]: ${id}: client=${client}
${at("40.2")}/cleanup[2]: ${id}: message-id=<${messageId}>
${at("40.3")}/qmgr[3]: ${id}: from=<ann@corp.example>, size=1000, nrcpt=1 (queue active)
${at("40.4")}/smtp[4]: ${id}: to=<${to}>, relay=${relay}, delay=0.2, delays=0/0/0.1/0.1, dsn=2.0.0, status=sent (${reply})
${at("40.5")}/qmgr[3]: ${id}: removed`,
	).map((each) => ({ ...each, ref: `${each.ref}/${id}` }));
}

const MX = { host: "mx", client: "sub.example[192.0.2.1]", relay: "inner.example[192.0.2.8]:25" };
const INNER = { host: "inner", client: "mx.example[192.0.2.2]", relay: "box.example[10.0.0.5]:24" };
const usual = [
	message({
		...MX,
		id: "ABCDEF0001",
		messageId: "u@x",
		to: "bob@b.example",
		reply: "250 Ok: queued as DDDDDD0001",
	}),
	message({ ...INNER, id: "DDDDDD0001", messageId: "u@x", to: "bob@b.example", reply: "250 Ok" }),
];
/** came from a partner that nobody watches, to an attacker too, who knows its ids from the header */
const victim = message({
	...INNER,
	id: "DDDDDD0002",
	messageId: "victim@x",
	to: "bob@b.example",
	client: "partner.example[198.51.100.7]",
	reply: "250 Ok",
});
const liar = message({
	...MX,
	id: "ABCDEF0002",
	messageId: "victim@x",
	to: "eve@evil.example",
	relay: "mx.evil.example[203.0.113.66]:25",
	reply: "250 2.0.0 Ok: queued as DDDDDD0002",
});
const stops = (journeys: Journey[]) =>
	journeys.flatMap((each) => each.recipients.map(({ path }) => path.map(({ queueId }) => queueId).join(" ")));

describe("an answer that names a message of ours with its Message-ID", () => {
	it("is not believed from who never was that host, about a message that never came from us", () => {
		expect(stops(trace(...usual, victim, liar)).sort()).toEqual([
			"ABCDEF0001 DDDDDD0001",
			"ABCDEF0002",
			"DDDDDD0002",
		]);
	});

	it("is believed on the usual way, whatever the recipient has become", () => {
		const renamed = [
			message({
				...MX,
				id: "ABCDEF0003",
				messageId: "r@x",
				to: "al@b.example",
				reply: "250 Ok: queued as DDDDDD0003",
			}),
			message({ ...INNER, id: "DDDDDD0003", messageId: "r@x", to: "al@inner.example", reply: "250 Ok" }),
		];
		expect(stops(trace(...usual, ...renamed))).toContain("ABCDEF0003 DDDDDD0003");
	});

	it("is believed where the log knows no other way", () => {
		const renamed = message({
			...INNER,
			id: "DDDDDD0004",
			messageId: "n@x",
			to: "al@inner.example",
			reply: "250 Ok",
		});
		const first = message({
			...MX,
			id: "ABCDEF0004",
			messageId: "n@x",
			to: "al@b.example",
			reply: "250 Ok: queued as DDDDDD0004",
		});
		expect(stops(trace(first, renamed))).toEqual(["ABCDEF0004 DDDDDD0004"]);
	});

	it("is not believed where the receiver's lines tell of other people, and nothing of a way between the two", () => {
		const copy = {
			...MX,
			id: "ABCDEF0005",
			messageId: "victim@x",
			reply: "250 2.0.0 Ok: queued as DDDDDD0002",
		};
		const evil = "mx.evil.example[203.0.113.66]:25";
		expect(stops(trace(victim, message({ ...copy, to: "eve@evil.example", relay: evil })))).toEqual([
			"DDDDDD0002",
			"ABCDEF0005",
		]);
	});

	it("is not believed in a mail store's words that came over SMTP", () => {
		const stored = located(
			"box",
			"2026-11-22T02:51:40.3+00:00 box dovecot: lmtp(cfo)<170><KEHEHfNUAmuqAAAAZN5P0Q>: msgid=<victim@x>: saved mail to INBOX",
		);
		const said = (relay: string) =>
			message({
				...MX,
				id: "ABCDEF0006",
				messageId: "victim@x",
				to: "x@b.example",
				relay,
				reply: "250 2.0.0 <x@b.example> KEHEHfNUAmuqAAAAZN5P0Q Saved",
			});
		expect(stops(trace(stored, said("mx.evil.example[203.0.113.66]:25")))).toHaveLength(2);
		expect(stops(trace(stored, said("box.example[10.0.0.5]:24")))).toEqual([
			"ABCDEF0006 KEHEHfNUAmuqAAAAZN5P0Q",
		]);
	});
});

describe("an answer about other people, of whom nothing else went between the two hosts", () => {
	// sendmail 8.17.1, virtusertable `help@va.example u3@z3.example` and MASQUERADE_AS(masq.example): the log has the first address
	const alpha = located(
		"alpha",
		`Nov 22 11:18:34 mail9 sendmail[104]: 6AMBIYme000104: from=<alice@corp.example>, size=377, class=0, nrcpts=1, msgid=<m@web01>, proto=ESMTP, daemon=MTA-v4, relay=out.corp.example [192.0.2.1]
Nov 22 11:18:34 mail9 sendmail[106]: 6AMBIYme000104: to=<help@va.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=30377, relay=sw.corp.example. [192.0.2.43], dsn=2.0.0, stat=Sent (Ok: queued as 4C84026881E)`,
	);
	const arrival = (client: string) =>
		located(
			"beta",
			`Nov 22 11:18:34 sw postfix/smtpd[1]: 4C84026881E: client=${client}
Nov 22 11:18:34 sw postfix/cleanup[2]: 4C84026881E: message-id=<m@web01>
Nov 22 11:18:34 sw postfix/qmgr[3]: 4C84026881E: from=<alice@masq.example>, size=700, nrcpt=1 (queue active)
Nov 22 11:18:34 sw postfix/virtual[4]: 4C84026881E: to=<u3@z3.example>, relay=virtual, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to maildir)`,
		);
	const out = located(
		"out",
		"Nov 22 11:18:34 out postfix/smtp[4]: 4297B26882D: to=<help@va.example>, relay=mail9.corp.example[192.0.2.21]:25, delay=0.1, delays=0/0/0.1/0, dsn=2.0.0, status=sent (250 2.0.0 6AMBIYme000104 Message accepted for delivery)",
	);

	it("is believed where the client's address is one at which the sender answers", () => {
		const whole = trace(out, alpha, arrival("mail9.corp.example[192.0.2.21]"));
		expect(stops(whole)).toEqual(["4297B26882D 6AMBIYme000104 4C84026881E"]);
		expect(stops(trace(out, alpha, arrival("partner.example[198.51.100.7]")))).toHaveLength(2);
	});

	it("is believed at its moment where the receiver does not name its clients", () => {
		const sw = (minute: string) =>
			located(
				"sw",
				`Nov 22 11:${minute}:34 sw smtpd[70]: fb63320c8fcda3d8 smtp message msgid=2d3ddd22 size=700 nrcpt=1 proto=ESMTP
Nov 22 11:${minute}:34 sw smtpd[70]: fb63320c8fcda3d8 smtp envelope evpid=2d3ddd22b845e44f from=<alice@masq.example> to=<u3@z3.example>
Nov 22 11:${minute}:34 sw smtpd[70]: fb633212e70c7e37 mda delivery evpid=2d3ddd22b845e44f from=<alice@masq.example> to=<u3@z3.example> rcpt=<u3@z3.example> user=vmail delay=0s result=Ok stat=Delivered`,
			);
		const renamed = alpha.map((each) => ({
			...each,
			event: "nextQueueId" in each.event ? { ...each.event, nextQueueId: "2d3ddd22" } : each.event,
		}));
		expect(stops(trace(renamed, sw("18")))).toEqual(["6AMBIYme000104 2d3ddd22"]);
		expect(stops(trace(renamed, sw("48")))).toHaveLength(2);
	});
});
