import { describe, expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

/** Exim 4.96 → sendmail 8.17.1.9, Debian 12: a message with two Message-ID headers, of which exim logs the first and sendmail the last. */
interface Sent {
	id?: string;
	taken?: string;
	sender?: string;
	relay?: string;
	host?: string;
	client?: string;
	to?: string;
	names?: [string, string];
	second?: string;
}
const sent = (n: number, other: Sent = {}) => {
	const id = other.id ?? `1xVNjE-00002${n}-2M`;
	const { taken = `6AN6eeS600019${n}`, relay = "192.0.2.5", client = "192.0.2.2", second = `3${n}` } = other;
	const [first, last] = other.names ?? [`m${n}@web`, `m${n}@web`];
	const { to = "u1@a.example", host = "rs.corp.example" } = other;
	const at = (rest: string, program: string) => `2026-11-23T06:40:${second}.5+00:00 h ${program}: ${rest}`;
	return {
		exim: [
			at(`${id} <= alice@corp.example H=web [192.0.2.9] P=esmtp S=429 id=${first}`, "exim[1]"),
			at(
				`${id} => ${to} R=smart T=remote_smtp H=${host} [${relay}] C="250 2.0.0 ${taken} Message accepted for delivery"`,
				"exim[2]",
			),
			at(`${id} Completed`, "exim[2]"),
		],
		sendmail: [
			at(
				`${taken}: from=<${other.sender ?? "alice@corp.example"}>, size=429, class=0, nrcpts=1, msgid=<${last}>, proto=ESMTP, daemon=MTA-v4, relay=re.corp.example [${client}]`,
				"sendmail[3]",
			),
			at(
				`${taken}: to=<u1@a.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=30617, relay=mx.a.example. [192.0.2.11], dsn=2.0.0, stat=Sent (Ok: queued as 4jXxCX5b1LzKJNN${n})`,
				"sendmail[4]",
			),
		],
	};
};
const stops = (...all: ReturnType<typeof sent>[]) =>
	trace(
		located("re", all.flatMap(({ exim }) => exim).join("\n")),
		located("rs", all.flatMap(({ sendmail }) => sendmail).join("\n")),
	).map(({ recipients }) => recipients[0]?.path.length);

const names: [string, string] = ["m2@web", "second@other"];

describe("a message with two Message-IDs", () => {
	it("is followed from exim to sendmail by the id in the reply, where others went between the same addresses", () => {
		expect(stops(sent(1), sent(2, { names }))).toEqual([2, 2]);
	});

	it("is followed the other way round too, and to any MTA", () => {
		const at = (rest: string, program: string) => `2026-11-23T06:40:32.5+00:00 h ${program}: ${rest}`;
		const pair = (n: number, messageId: string) => ({
			rs: [
				at(
					`6AN6eeS60002${n}: from=<alice@corp.example>, size=429, class=0, nrcpts=1, msgid=<m${n}@web>, proto=ESMTP, daemon=MTA-v4, relay=web [192.0.2.9]`,
					"sendmail[3]",
				),
				at(
					`6AN6eeS60002${n}: to=<u1@a.example>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=30617, relay=re.corp.example. [192.0.2.2], dsn=2.0.0, stat=Sent (OK id=1xVNjE-0000${n}-2M)`,
					"sendmail[4]",
				),
			],
			re: [
				at(
					`1xVNjE-0000${n}-2M <= alice@corp.example H=rs.corp.example [192.0.2.5] P=esmtp S=429 id=${messageId}`,
					"exim[1]",
				),
				at(`1xVNjE-0000${n}-2M => u1 <u1@a.example> R=local T=local_maildir`, "exim[2]"),
				at(`1xVNjE-0000${n}-2M Completed`, "exim[2]"),
			],
		});
		const [one, other] = [pair(11, "m11@web"), pair(12, "second@other")];
		const journeys = trace(
			located("rs", [...one.rs, ...other.rs].join("\n")),
			located("re", [...one.re, ...other.re].join("\n")),
		);
		expect(journeys.map(({ recipients }) => recipients[0]?.path.length)).toEqual([2, 2]);
		expect(journeys[1]?.messageIds.toSorted()).toEqual(["m12@web", "second@other"]);
	});

	it.each([
		["nothing else went between the two", [sent(2, { names })]],
		["another sender's", [sent(1), sent(2, { names, sender: "eve@corp.example" })]],
		[
			"the answer came from elsewhere",
			[sent(1), sent(2, { names, relay: "198.51.100.1", host: "mx.x.example" })],
		],
		["the message came from elsewhere", [sent(1), sent(2, { names, client: "198.51.100.1" })]],
	])("is not followed: %s", (_why, all) => {
		expect(stops(...all).slice(-2)).toEqual([1, 1]);
	});

	it("is not followed to a Postfix, which logs all Message-IDs, and none that sendmail told", () => {
		const at = (rest: string) => `2026-11-23T06:40:32.5+00:00 h ${rest}`;
		const taken = (id: string, messageId: string) => [
			at(`postfix/smtpd[1]: ${id}: client=rs.corp.example[192.0.2.5]`),
			at(`postfix/cleanup[2]: ${id}: message-id=<${messageId}>`),
			at(`postfix/qmgr[3]: ${id}: from=<alice@corp.example>, size=690, nrcpt=1 (queue active)`),
			at(
				`postfix/virtual[4]: ${id}: to=<u1@a.example>, relay=virtual, delay=0.1, delays=0.07/0/0/0.03, dsn=2.0.0, status=sent (delivered to maildir)`,
			),
			at(`postfix/qmgr[3]: ${id}: removed`),
		];
		const both = [sent(1), sent(2)].map(({ sendmail }, i) =>
			sendmail.map((line) => line.replace(`4jXxCX5b1LzKJNN${i + 1}`, `3EE0A23015${i}`)),
		);
		const journeys = trace(
			located("rs", both.flat().join("\n")),
			located("mx", [...taken("3EE0A230150", "m1@web"), ...taken("3EE0A230151", "other@web")].join("\n")),
		);
		expect(journeys.map(({ recipients }) => recipients[0]?.path.length)).toEqual([2, 1, 1]);
	});

	it("is not followed to what came at another time", () => {
		const [late, early] = [sent(2, { names, second: "59" }), sent(2, { names })];
		const hour = late.sendmail.map((line) => line.replace("T06:40", "T06:58"));
		expect(stops(sent(1), { exim: early.exim, sendmail: hour }).slice(-2)).toEqual([1, 1]);
	});
});

it("is one message by either Message-ID where Postfix logs both", () => {
	const taken = (id: string, second: string) => [
		`2026-11-23T06:41:${second}+00:00 mx postfix/smtpd[276]: ${id}: client=rs.corp.example[192.0.2.5]`,
		`2026-11-23T06:41:${second}+00:00 mx postfix/cleanup[258]: ${id}: message-id=<first@web>`,
		`2026-11-23T06:41:${second}+00:00 mx postfix/cleanup[258]: ${id}: message-id=<second@other>`,
		`2026-11-23T06:41:${second}+00:00 mx postfix/qmgr[253]: ${id}: from=<alice@corp.example>, size=690, nrcpt=1 (queue active)`,
		`2026-11-23T06:41:${second}+00:00 mx postfix/virtual[259]: ${id}: to=<u1@a.example>, relay=virtual, delay=0.1, delays=0.07/0/0/0.03, dsn=2.0.0, status=sent (delivered to maildir)`,
		`2026-11-23T06:41:${second}+00:00 mx postfix/qmgr[253]: ${id}: removed`,
	];
	const { sendmail } = sent(1, { names: ["", "second@other"] });
	const to = sendmail.map((line) => line.replace("4jXxCX5b1LzKJNN1", "3EE0A23015D"));
	const [journey, another] = trace(
		located("rs", to.join("\n")),
		located("mx", taken("3EE0A23015D", "01.25").join("\n").replaceAll("06:41:01", "06:40:31")),
	);
	expect(another).toBeUndefined();
	expect(journey?.messageIds.toSorted()).toEqual(["first@web", "second@other"]);
});
