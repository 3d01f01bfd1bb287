/** Figures over messages of two hosts: by the kept sums and by looking at the messages the same is counted. */
import { causeTitle } from "@mailtrail/core/diagnose";
import type {
	CompleteAnswer,
	DestinationsAnswer,
	FacetsAnswer,
	FlowAnswer,
	HostLinesAnswer,
	OverviewAnswer,
	RelatedAnswer,
	VolumeAnswer,
} from "@mailtrail/core/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toLineBatch } from "../store/contract-tests.ts";
import { batchesOf, mailTraffic } from "../testing/mail-traffic.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

const DAY = "since=2026-03-02T00:00:00Z&until=2026-03-02T23:59:59Z";
const COUNT = 60;
/** one message that waits and one that was refused, beside the others */
const TROUBLE = [
	"2026-03-02T09:00:00.000000+00:00 mx postfix/smtpd[9]: A900000001: client=web[192.0.2.7], sasl_method=PLAIN, sasl_username=anna",
	"2026-03-02T09:00:00.100000+00:00 mx postfix/qmgr[2]: A900000001: from=<s1@example.org>, size=900, nrcpt=1 (queue active)",
	"2026-03-02T09:00:02.000000+00:00 mx postfix/smtp[9]: A900000001: to=<a@slow.example>, relay=mx.slow.example[192.0.2.10]:25, delay=2, delays=0.1/0/1/0.9, dsn=4.7.1, status=deferred (host mx.slow.example[192.0.2.10] said: 451 4.7.1 Greylisting in action, please come back later (in reply to RCPT TO command))",
	"2026-03-02T09:05:00.000000+00:00 mx postfix/smtpd[9]: NOQUEUE: reject: RCPT from bad.example[203.0.113.5]: 554 5.7.1 <x@relay.example>: Relay access denied; from=<spam@bad.example> to=<x@relay.example> proto=ESMTP helo=<bad.example>",
];

let hub: TestHub;
beforeEach(async () => {
	hub = await startHub();
	const traffic = mailTraffic(0, COUNT);
	for (const host of ["out", "in"] as const) {
		const agent = await hub.agent(host);
		await agent.deliver(batchesOf([...traffic[host], ...(host === "out" ? TROUBLE : [])], 500));
		agent.socket.close();
	}
	await hub.store.settled();
});
afterEach(() => hub.close());

const sum = (all: Record<string, number>[]) => {
	const total: Record<string, number> = {};
	for (const each of all) for (const [name, n] of Object.entries(each)) total[name] = (total[name] ?? 0) + n;
	return total;
};
const ENDS = { delivered: COUNT, delayed: 1, refused: 1 };

describe("volume", () => {
	it("counts every recipient once, by its end and in every step of the span", async () => {
		const answer = await hub.get<VolumeAnswer>(`/api/volume?${DAY}&steps=24`);
		expect(answer).toMatchObject({ step: 3_600, exact: true, counted: COUNT + 2 });
		expect(sum(answer.buckets.map(({ outcomes }) => outcomes))).toEqual(ENDS);
		expect(answer.buckets.find(({ at }) => at === "2026-03-02T09:00:00.000Z")?.outcomes).toEqual({
			delayed: 1,
			refused: 1,
		});
	});

	it("looks at the messages where a query asks for more than the sums know", async () => {
		const all = await hub.get<VolumeAnswer>(`/api/volume?${DAY}&q=${encodeURIComponent("-text:nothing")}`);
		expect(sum(all.buckets.map(({ outcomes }) => outcomes))).toEqual(ENDS);
		expect(all).toMatchObject({ exact: true, counted: COUNT + 2 });
		const one = await hub.get<VolumeAnswer>(
			`/api/volume?${DAY}&q=${encodeURIComponent("to:u3@d3.example.net")}`,
		);
		expect(sum(one.buckets.map(({ outcomes }) => outcomes))).toEqual({ delivered: 1 });
	});

	it("tells what it did not understand and takes a nonsense span for an empty one", async () => {
		const answer = await hub.get<VolumeAnswer>("/api/volume?since=whenever&q=frmo:x");
		expect(answer.problems).toHaveLength(2);
		const backwards = await hub.get<VolumeAnswer>("/api/volume?since=2026-03-03&until=2026-03-01");
		expect(backwards.buckets).toEqual([]);
	});
});

describe("facets", () => {
	it("are the same by sums and by the messages, and their terms find what they count", async () => {
		const value = (answer: FacetsAnswer, facet: string) =>
			answer.facets.find((each) => each.facet === facet)?.values ?? [];
		const kept = await hub.get<FacetsAnswer>(`/api/facets?${DAY}&limit=50`);
		const seen = await hub.get<FacetsAnswer>(
			`/api/facets?${DAY}&limit=50&q=${encodeURIComponent("-text:nothing")}`,
		);
		for (const facet of ["outcome", "sender-domain", "cause"])
			expect([facet, value(kept, facet)]).toEqual([facet, value(seen, facet)]);
		expect(value(kept, "cause")).toEqual([
			{ value: "greylisted", n: 1, query: "cause:greylisted", title: causeTitle("greylisted", "en") },
			{ value: "relay-denied", n: 1, query: "cause:relay-denied", title: causeTitle("relay-denied", "en") },
		]);
		const [domain] = value(kept, "sender-domain");
		expect(domain).toEqual({ value: "example.org", n: COUNT + 1, query: "from:@example.org" });
		const found = await hub.get<{ total: number }>(
			`/api/search?q=${encodeURIComponent(domain?.query ?? "")}`,
		);
		expect(found.total).toBe(COUNT + 1);
	});
});

describe("destinations", () => {
	it("put the one in trouble first, with its cause, and what stays among us where it is kept", async () => {
		const answer = await hub.get<DestinationsAnswer>(`/api/destinations?${DAY}&limit=2&compare=24`);
		expect(answer.rows[0]).toMatchObject({
			domain: "slow.example",
			host: "out",
			recipients: 1,
			results: { accepted: 0, delayed: 1, failed: 0 },
			causes: [{ cause: "greylisted", n: 1 }],
			relays: ["mx.slow.example"],
		});
		expect(sum(answer.rows[0]?.trend.map(({ delayed }) => ({ delayed })) ?? [])).toEqual({ delayed: 1 });
		expect(answer.more).toBe(COUNT - 1);
		const [one] = (
			await hub.get<DestinationsAnswer>(`/api/destinations?${DAY}&domain=d3.example.net&by=domain`)
		).rows;
		expect(one).toMatchObject({ domain: "d3.example.net", results: { accepted: 1, delayed: 0, failed: 0 } });
		expect(one?.delay?.p50).toBeCloseTo(0.3, 1);
		expect(one?.stages?.transmit.p50).toBeCloseTo(0.1, 1);
	});
});

describe("flow and overview", () => {
	it("draws origins, hosts and destinations", async () => {
		const { edges } = await hub.get<FlowAnswer>(`/api/flow?${DAY}`);
		const edge = (from: string, to: string) => edges.find((each) => each.from === from && each.to === to);
		expect(edge("origin:web", "host:out")).toMatchObject({ n: COUNT + 1 });
		expect(edge("host:out", "host:in")).toMatchObject({ n: COUNT, outcomes: { accepted: COUNT } });
		expect(edge("host:out", "destination:slow.example")).toMatchObject({
			n: 1,
			outcomes: { delayed: 1 },
			cause: "greylisted",
		});
		expect(edge("host:out", "host:in")).not.toHaveProperty("cause");
		// where another destination is the larger one it is among the rest
		const words =
			"to=<b@big.example>, relay=mx.big.example[192.0.2.11]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)";
		const big = ["A900000002", "A900000003"].map(
			(id) => `2026-03-02T09:10:00.000000+00:00 mx postfix/smtp[9]: ${id}: ${words}`,
		);
		for (const batch of batchesOf(big, 5)) await hub.store.commit(toLineBatch("third", batch));
		const few = (await hub.get<FlowAnswer>(`/api/flow?${DAY}&limit=1`)).edges;
		expect(few.find(({ to }) => to === "destination:*")).toMatchObject({
			from: "host:out",
			cause: "greylisted",
		});
		expect(edges.some(({ from }) => from === "origin:out.example.org")).toBe(false);
	});

	it("sums up a day", async () => {
		const answer = await hub.get<OverviewAnswer>(`/api/overview?${DAY}`);
		expect(answer.totals).toMatchObject({ messages: COUNT + 2, outcomes: ENDS, deferrals: 1 });
		expect(answer.totals.bytes).toBe(COUNT * 1_200 + 900);
		expect(answer.senders[0]).toMatchObject({ value: "s1@example.org", messages: 2 });
		expect(answer.saslUsers).toMatchObject([{ value: "anna", messages: 1 }]);
		expect(answer.refusals).toMatchObject([{ cause: "relay-denied", n: 1 }]);
		expect(answer.hosts.map(({ host }) => host).sort()).toEqual(["in", "out"]);
	});
});

describe("related and complete", () => {
	it("names who else has a cause", async () => {
		const answer = await hub.get<RelatedAnswer>(`/api/related?${DAY}&cause=greylisted`);
		expect(answer).toMatchObject({
			tries: 1,
			destinations: [{ value: "slow.example", n: 1 }],
			query: "cause:greylisted",
		});
		expect(answer.rows).toHaveLength(1);
		const without = await hub.get<RelatedAnswer>(
			`/api/related?${DAY}&cause=greylisted&not=${encodeURIComponent(answer.rows[0]?.id ?? "")}`,
		);
		expect(without.rows).toEqual([]);
	});

	it("continues the last word", async () => {
		const words = async (prefix: string) =>
			(await hub.get<CompleteAnswer>(`/api/complete?prefix=${encodeURIComponent(prefix)}`)).suggestions.map(
				({ word }) => word,
			);
		expect(await words("-cause:greyl")).toEqual(["-cause:greylisted"]);
		expect(await words("fro")).toContain("from:");
		expect(await words("to:a@slow")).toEqual(["to:a@slow.example"]);
		expect(await words("slow")).toContain("domain:slow.example");
		// what a caller begins with: a name, of many that begin so; an id as the log has it
		expect(await words("s3@")).toEqual(["address:s3@example.org"]);
		expect(await words("u3")).toContain("address:u30@d30.example.net");
		expect(await words("A9000")).toContain("queue:A900000001");
		expect(await words("ou")).toContain("host:out");
		expect(await words("status:del")).toEqual(["status:delivered", "status:delayed"]);
	});
});

describe("export and lines", () => {
	it("streams what a search finds, in three forms", async () => {
		const get = async (more: string) =>
			(await hub.app.inject({ path: `/api/export?${DAY}&${more}`, headers: { cookie: hub.cookie } })).body;
		const q = `q=${encodeURIComponent("to:u3@d3.example.net")}`;
		const csv = (await get(q)).trimEnd().split("\r\n");
		expect(csv).toHaveLength(2);
		expect(csv[1]).toContain("s3@example.org,u3@d3.example.net,u3@d3.example.net,delivered,");
		const all = (await get("format=jsonl")).trimEnd().split("\n");
		expect(all).toHaveLength(COUNT + 2);
		expect(JSON.parse(all[0] ?? "")).toHaveProperty("recipients");
		expect((await get(`format=log&${q}`)).trimEnd().split("\n")).toHaveLength(10);
		expect((await get("format=jsonl&limit=7")).trimEnd().split("\n")).toHaveLength(7);
	});

	it("pages through a host's lines and refuses a cursor of its own making", async () => {
		const first = await hub.get<HostLinesAnswer>("/api/hosts/out/lines?limit=3");
		expect(first.lines[0]?.raw).toBe(TROUBLE[3]);
		const next = await hub.get<HostLinesAnswer>(`/api/hosts/out/lines?limit=3&cursor=${first.cursor}`);
		expect(next.lines[0]?.raw).toBe(TROUBLE[0]);
		expect(await hub.get("/api/hosts/out/lines?cursor=bm9uZQ")).toMatchObject({ code: "cursor-invalid" });
		const found = await hub.get<HostLinesAnswer>("/api/hosts/out/lines?contains=GREYLISTING");
		expect(found.lines).toHaveLength(1);
	});
});
