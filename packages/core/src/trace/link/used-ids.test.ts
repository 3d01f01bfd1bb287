/** One queue id, several messages that bore it, on one host or on many: which of them a reply names. */
import { describe, expect, it } from "vitest";
import type { LocatedEvent } from "../index.ts";
import { idOf, linesOf, type Passing, taken } from "../servers.testing.ts";
import { trace } from "../tracing.testing.ts";

const OUT = { name: "out.corp.example", ip: "192.0.2.1" };
const MX = { name: "mx.b.example", ip: "192.0.2.2" };
const APP = { name: "app.corp.example", ip: "192.0.2.77" };
const BOX = { name: "box.b.example", ip: "192.0.2.9" };
const HOUR = 3600;

/** OpenSMTPD logs no Message-ID: nothing but who, when and where tells. */
const sent: Passing = {
	...{ host: "out", server: "opensmtpd", id: 1, at: 100, messageId: "m@x", sender: "ann@corp.example" },
	...{ to: "bob@b.example", client: APP, relay: MX, reply: taken("postfix", 7) },
};
const came = (facts: Partial<Passing> = {}): LocatedEvent[] =>
	linesOf({
		...{
			...sent,
			host: "mx",
			server: "postfix",
			id: 7,
			at: 100.3,
			client: OUT,
			relay: BOX,
			reply: "250 2.0.0 Ok",
		},
		...facts,
	}).map((each) => ({ ...each, ref: `${facts.host ?? "mx"}${facts.at ?? 100}:${each.ref}` }));

/** Host and time of the stop behind the first one. */
function next(...events: LocatedEvent[][]): string | undefined {
	const journeys = trace(linesOf(sent), ...events);
	const path = journeys
		.flatMap(({ recipients }) => recipients.map((entry) => entry.path))
		.find(([first]) => first?.queueId === idOf("opensmtpd", 1));
	const stop = path?.[1];
	return stop && `${stop.host} ${stop.receivedAt?.slice(11, 16)}`;
}

describe("an id that several messages bore", () => {
	it.each([
		[
			"hours before and after",
			[came(), came({ at: 100 + 5 * HOUR }), came({ at: 100 - 5 * HOUR })],
			"mx 12:01",
		],
		["for other people", [came(), came({ host: "mx2", to: "eve@b.example" })], "mx 12:01"],
		["of other people", [came(), came({ host: "mx2", sender: "eve@corp.example" })], "mx 12:01"],
		["a day before", [came({ at: 100 - 24 * HOUR })], undefined],
		["alike in everything", [came(), came({ host: "mx2" })], undefined],
		["alike, minutes apart", [came({ at: 101 }), came({ host: "mx2", at: 400 })], undefined],
	])("%s", (_, events, expected) => {
		expect(next(...events)).toBe(expected);
	});

	it("among hundreds of which is looked for around its time", () => {
		const others = Array.from({ length: 200 }, (_, i) => came({ at: 100 + (i - 100.5) * 9000 }));
		expect(next(came(), ...others)).toBe("mx 12:01");
	});

	it("is that of the host itself where the relay is its own", () => {
		const own = { name: "localhost", ip: "127.0.0.1" };
		const inner = came({ host: "out", client: own });
		const journeys = trace(linesOf({ ...sent, relay: own }), inner, came({ host: "mx2", messageId: "n@x" }));
		expect(
			journeys.map(({ recipients }) => recipients[0]?.path.map(({ host }) => host).join(" ")).sort(),
		).toEqual(["mx2", "out out"]);
	});
});

describe("a hand-over on one host", () => {
	const filter = { name: "filter", ip: "203.0.113.5" };
	const own = (relay: Passing["relay"], client: Passing["client"], at = 100.3) =>
		trace(linesOf({ ...sent, server: "postfix", id: 2, relay }), came({ host: "out", client, at })).length;

	it.each([
		["is believed of a filter that brings it back", filter, filter, 100.3, 1],
		["is not of a server that did not", filter, APP, 100.3, 2],
		[
			"is believed of a container, which calls from another address",
			{ ...filter, ip: "172.17.0.3" },
			{ ...filter, ip: "172.17.0.1" },
			100.3,
			1,
		],
		["is not at another time, by one clock", filter, filter, 300, 2],
	])("%s", (_, relay, client, at, journeys) => {
		expect(own(relay, client, at)).toBe(journeys);
	});
});
