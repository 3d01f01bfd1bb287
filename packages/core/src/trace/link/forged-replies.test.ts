/**
 * A stranger's server that answers with the id of a message of ours, which it knows from a `Received:` header: each sender's and each receiver's lines,
 * whatever else the stranger has copied into the message that it answers to. The message whose id it is has come from a stranger too, from the
 * forger's own victim or from another host of ours; it has gone to the forger like the one that is answered.
 */
import { describe, expect, it } from "vitest";
import type { Journey } from "../index.ts";
import { idOf, linesOf, type Passing, SERVERS, type Server, taken } from "../servers.testing.ts";
import { located, trace } from "../tracing.testing.ts";

const OUT = { name: "out.corp.example", ip: "192.0.2.1" };
const OUT2 = { name: "web.corp.example", ip: "192.0.2.5" };
const PARTNER = { name: "partner.example", ip: "198.51.100.7" };
const MX = { name: "mx.b.example", ip: "192.0.2.2" };
const BOX = { name: "box.b.example", ip: "192.0.2.9" };
const APP = { name: "app.corp.example", ip: "192.0.2.77" };
const EVIL = { name: "mx.evil.example", ip: "203.0.113.66" };
const EVIL2 = { name: "mx2.evil.example", ip: "203.0.113.67" };
const [VICTIM, FORGED, ORIGINAL] = [500, 601, 602];

/** What the forged message has of the other one, more and more. */
const COPIES = ["nothing", "Message-ID", "sender", "local part", "recipient", "server"] as const;
interface Attack {
	from: Server;
	to: Server;
	/** who brought the message whose id is named */
	origin: "a stranger" | "the same host" | "another host";
	copies: (typeof COPIES)[number];
	/** seconds after it */
	after: number;
	/** other mail went from the one host to the other */
	isUsual: boolean;
}

function pass(attack: Attack): Journey[] {
	const { from, to, origin, isUsual } = attack;
	const has = (what: Attack["copies"]) => COPIES.indexOf(attack.copies) >= COPIES.indexOf(what);
	const words = { messageId: "victim@x", sender: "ann@corp.example", to: "eve@evil.example" };
	const out = { host: "out", server: from, client: APP } as const;
	const mx = { host: "mx", server: to } as const;
	const client = { "a stranger": PARTNER, "the same host": OUT, "another host": OUT2 }[origin];
	const victim: Passing = {
		...{ ...mx, ...words, id: VICTIM, at: 100, client, relay: EVIL },
		reply: "250 2.0.0 Ok: queued as 77777777AA",
	};
	const forged: Passing = {
		...{ ...out, id: FORGED, at: 100 + attack.after, reply: taken(to, VICTIM) },
		messageId: has("Message-ID") ? words.messageId : "other@x",
		sender: has("sender") ? words.sender : "bob@other.example",
		to: has("recipient") ? words.to : has("local part") ? "eve@else.example" : "mallory@evil.example",
		relay: has("server") ? EVIL : EVIL2,
	};
	const host = origin === "another host" ? { ...out, host: "web" } : out;
	const reply = taken(to, VICTIM);
	const original: Passing = { ...host, ...words, id: ORIGINAL, at: 99, triedAt: 100.3, relay: MX, reply };
	const usual = [1, 2, 3].flatMap((n) => {
		const each = { at: n * 10, messageId: `u${n}@x`, sender: "ann@corp.example", to: "bob@b.example" };
		return [
			linesOf({ ...out, ...each, id: 700 + n, relay: MX, reply: taken(to, 800 + n) }),
			linesOf({
				...mx,
				...each,
				id: 800 + n,
				at: each.at + 0.3,
				client: OUT,
				relay: BOX,
				reply: "250 2.0.0 Ok",
			}),
		];
	});
	return trace(
		linesOf(victim),
		linesOf(forged),
		...(origin === "a stranger" ? [] : [linesOf(original)]),
		...(isUsual ? usual : []),
	);
}

/** Whether a proven link leads from the one message to the other. */
function leads(journeys: Journey[], from: string, to: string): boolean {
	return journeys.some(({ recipients }) =>
		recipients.some(({ path }) =>
			path.some(
				(stop, place) =>
					stop.queueId === to && stop.link?.confidence === "proven" && path[place - 1]?.queueId === from,
			),
		),
	);
}

/**
 * What nothing in the lines of the two hosts tells from mail that was handed over: no other mail has shown yet where the hosts answer and what
 * their clocks say, and the message has all that a forward, an alias or another name of the sender's host leaves; or, where other mail has shown
 * it, the receiver and the sender may have a second address each, and the right person and the right minute are in both lines.
 */
function mayAsWellBeTrue({ to, copies, origin, after, isUsual }: Attack): boolean {
	if (origin !== "a stranger") return false;
	const inTime = after < 60;
	if (isUsual) return inTime && copies === "recipient";
	if (to === "sendmail" && (copies === "sender" || copies === "local part")) return true;
	return copies === "recipient" || (inTime && copies === "local part");
}

const attacks = SERVERS.flatMap((from) =>
	SERVERS.flatMap((to) =>
		(["a stranger", "the same host", "another host"] as const).flatMap((origin) =>
			COPIES.flatMap((copies) =>
				[20, 1800].flatMap((after) =>
					[true, false].map((isUsual): Attack => ({ from, to, origin, copies, after, isUsual })),
				),
			),
		),
	),
);

describe.each(SERVERS.flatMap((from) => SERVERS.map((to) => [from, to])))("from %s, of %s", (from, to) => {
	const own = attacks.filter((attack) => attack.from === from && attack.to === to);

	it("an id that a stranger answers with is believed only where it may as well be true", () => {
		const believed = own.filter((attack) =>
			leads(pass(attack), idOf(attack.from, FORGED), idOf(attack.to, VICTIM)),
		);
		expect(believed.filter((attack) => !mayAsWellBeTrue(attack))).toEqual([]);
	});

	it("the message keeps its own way, whatever a stranger says of it", () => {
		const lost = own.filter(
			(attack) =>
				attack.origin !== "a stranger" &&
				!leads(pass(attack), idOf(attack.from, ORIGINAL), idOf(attack.to, VICTIM)),
		);
		expect(lost).toEqual([]);
	});

	it("other mail keeps its way", () => {
		for (const attack of own.filter(({ isUsual }) => isUsual)) {
			const journeys = pass(attack);
			for (const n of [1, 2, 3])
				expect(leads(journeys, idOf(attack.from, 700 + n), idOf(attack.to, 800 + n))).toBe(true);
		}
	});
});

describe("an id that a stranger answers with is not believed where nobody can have handed the message over", () => {
	const out: Passing = {
		...{ host: "out", server: "postfix", id: FORGED, at: 100, messageId: "m@x", sender: "ann@corp.example" },
		...{ to: "eve@evil.example", client: APP, relay: EVIL, reply: "" },
	};
	const arrivals = {
		postfix: ["4BDF000001", "postfix/smtpd[1]: 4BDF000001: client=out.corp.example[192.0.2.1]"],
		exim: [
			"1xV2ZY-00001n-0L",
			"exim[1]: 1xV2ZY-00001n-0L <= ann@corp.example H=out.corp.example [192.0.2.1] S=9",
		],
	} as const;
	it.each([
		[
			"it was submitted on the host itself",
			"postfix" as const,
			"postfix/pickup[1]: 4BDF000001: uid=33 from=<ann@corp.example>",
		],
		[
			"it is a server's own report",
			"exim" as const,
			"exim[1]: 1xV2ZY-00001n-0L <= <> R=1xV2ZX-00001f-2p U=exim P=local S=9",
		],
	])("%s", (_, mta, made) => {
		const [id, taken] = arrivals[mta];
		const believed = (arrival: string) =>
			leads(
				trace(
					linesOf({ ...out, reply: `250 2.0.0 Ok: queued as ${id}` }),
					located("mx", `2026-11-22T12:01:40.2+00:00 mx ${arrival}`),
				),
				idOf("postfix", FORGED),
				id,
			);
		expect([believed(made), believed(taken)]).toEqual([false, true]);
	});
});
