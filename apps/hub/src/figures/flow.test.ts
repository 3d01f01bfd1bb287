/**
 * The figures of the recorded relay chain against its journeys, which are joined by ids: every hand-over among the hosts is
 * drawn between the two that had it, whatever the relays call themselves, and nothing that stays among them leaves.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type {
	DestinationsAnswer,
	FacetsAnswer,
	FlowAnswer,
	JourneyAnswer,
	OverviewAnswer,
	SearchAnswer,
	VolumeAnswer,
} from "@mailtrail/core/wire";
import { afterAll, beforeAll, expect, it } from "vitest";
import { toLineBatch } from "../store/contract-tests.ts";
import { batchesOf } from "../testing/mail-traffic.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

const CHAIN = resolve(import.meta.dirname, "../../../../samples/relay-chain");
const SPAN = "since=2026-11-22T05:00:00Z&until=2026-11-22T06:00:00Z";

let hub: TestHub;
beforeAll(async () => {
	hub = await startHub({ now: () => Date.parse("2026-11-22T06:00:00Z") });
	for (const { name } of readdirSync(CHAIN, { withFileTypes: true }).filter((each) => each.isDirectory())) {
		const lines = readFileSync(join(CHAIN, name, "mail.log"), "utf8")
			.trimEnd()
			.split("\n");
		for (const batch of batchesOf(lines, 200)) await hub.store.commit(toLineBatch(name, batch));
	}
	await hub.store.settled();
}, 60_000);
afterAll(() => hub.close());

/** `HOST QUEUEID HOST QUEUEID` of every step of a journey from one host to another. */
async function handOvers(): Promise<Set<string>> {
	const steps = new Set<string>();
	for (let cursor: string | undefined = ""; cursor !== undefined; ) {
		const page: SearchAnswer = await hub.get(`/api/search?limit=100${cursor && `&cursor=${cursor}`}`);
		for (const { id } of page.rows) {
			const { journey } = await hub.get<JourneyAnswer>(`/api/journeys/${encodeURIComponent(id)}`);
			for (const { path } of journey.recipients)
				for (const [i, to] of path.entries()) {
					const from = path[i - 1];
					if (from && from.host !== to.host)
						steps.add(`${from.host} ${from.queueId} ${to.host} ${to.queueId}`);
				}
		}
		({ cursor } = page);
	}
	return steps;
}

it("draws every hand-over between the two hosts that the joined journeys name", async () => {
	const steps = await handOvers();
	expect(steps.size).toBeGreaterThan(100);
	const wanted: Record<string, number> = {};
	for (const { hop } of await hub.store.findHops({ limit: 10_000 }))
		for (const { action, nextQueueId } of hop.attempts)
			for (const step of steps) {
				const [from, id, to, next] = step.split(" ");
				if (from !== hop.host || id !== hop.queueId || next !== nextQueueId || action !== "relayed") continue;
				wanted[`${from} > ${to}`] = (wanted[`${from} > ${to}`] ?? 0) + 1;
			}
	const { edges } = await hub.get<FlowAnswer>(`/api/flow?${SPAN}&limit=100`);
	const drawn = edges.filter(({ from, to }) => from.startsWith("host:") && to.startsWith("host:"));
	const accepted = drawn.map(({ from, to, outcomes }) => [
		`${from.slice(5)} > ${to.slice(5)}`,
		outcomes.accepted ?? 0,
	]);
	expect(Object.fromEntries(accepted)).toEqual(wanted);
});

it("lets nothing leave that stays among the hosts, and names where mail came from", async () => {
	const { edges } = await hub.get<FlowAnswer>(`/api/flow?${SPAN}&limit=100`);
	const left = edges.filter(({ to, outcomes }) => to.startsWith("destination:") && outcomes.accepted);
	expect(left).toEqual([]);
	const origins = edges.filter(({ from }) => from.startsWith("origin:")).map(({ from, to }) => [from, to]);
	expect(origins).toContainEqual(["origin:web01.corp.example", "host:sub"]);
	expect(origins).toContainEqual(["origin:app02.corp.example", "host:sub"]);
	expect(origins.filter(([, to]) => to === "host:relay1")).toEqual([]);
});

it("tells a destination by the last of our hosts before it, once", async () => {
	const { rows } = await hub.get<DestinationsAnswer>(`/api/destinations?${SPAN}&limit=100`);
	const hosts = (wanted: string) => rows.filter(({ domain }) => domain === wanted).map(({ host }) => host);
	expect(hosts("h.example")).toEqual(["edge"]);
	expect(hosts("f.example")).toEqual(["edge"]);
	const ofRelay = rows.filter(({ host }) => host === "relay1").map(({ domain }) => domain);
	expect(ofRelay.sort()).toEqual(["corp.example", "edge.corp.example", "sub.corp.example"]);
});

it("counts the messages that a search finds, and in every figure the same recipients by outcome", async () => {
	const { total } = await hub.get<SearchAnswer>("/api/search?limit=100");
	const volume = await hub.get<VolumeAnswer>(`/api/volume?${SPAN}`);
	const facets = await hub.get<FacetsAnswer>(`/api/facets?${SPAN}&limit=50`);
	const overview = await hub.get<OverviewAnswer>(`/api/overview?${SPAN}`);
	const flow = await hub.get<FlowAnswer>(`/api/flow?${SPAN}`);
	const counted = [volume, facets, overview, flow].map((answer) => answer.counted);
	expect([...counted, overview.totals.messages]).toEqual([total, total, total, total, total]);
	const byStep: Record<string, number> = {};
	for (const { outcomes } of volume.buckets)
		for (const [outcome, n] of Object.entries(outcomes)) byStep[outcome] = (byStep[outcome] ?? 0) + n;
	expect(overview.totals.outcomes).toEqual(byStep);
	const [outcomes] = facets.facets.filter(({ facet }) => facet === "outcome");
	expect(Object.fromEntries(outcomes?.values.map(({ value, n }) => [value, n]) ?? [])).toEqual(byStep);
	// as the Received headers of the recording have it (`received.jsonl`): no mailbox twice, though Dovecot tells of it too
	expect(byStep).toMatchObject({ delivered: 105, failed: 37, delayed: 1 });
});

it("counts by whole hours and says which: a part of one is told as the hour, the last second of an hour is not in the next", async () => {
	const whole = await hub.get<FlowAnswer>(`/api/flow?${SPAN}`);
	const part = await hub.get<FlowAnswer>("/api/flow?since=2026-11-22T05:10:00Z&until=2026-11-22T05:20:00Z");
	expect([part.from, part.until]).toEqual(["2026-11-22T05:00:00.000Z", "2026-11-22T06:00:00.000Z"]);
	expect(part.edges).toEqual(whole.edges);
	const before = await hub.get<FlowAnswer>("/api/flow?since=2026-11-22T04:00:00Z&until=2026-11-22T04:59:59Z");
	expect(before.edges).toEqual([]);
});
