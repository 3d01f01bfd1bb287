/** What an agent tells of its own work reaches the page of hosts, and agents that tell nothing of it are as welcome. */
import type { Health, HostAnswer } from "@mailtrail/core/wire";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
beforeEach(async () => {
	hub = await startHub();
});
afterEach(() => hub.close());

const health: Health = {
	type: "health",
	clock: 0,
	sources: [
		{ source: "/var/log/mail.log", lag: 5_000_000, size: 9_000_000 },
		{ source: "lost-lines", lag: 0, size: 0 },
	],
	memory: 36_000_000,
};

async function hostAfter(told: Health): Promise<HostAnswer> {
	const agent = await hub.agent("out");
	agent.send(told);
	const { promise, resolve } = Promise.withResolvers<HostAnswer>();
	const asking = setInterval(async () => {
		const { hosts } = (await hub.get("/api/hosts")) as { hosts: HostAnswer[] };
		if (hosts[0]?.memory !== undefined) resolve(hosts[0]);
	}, 20);
	const host = await promise;
	clearInterval(asking);
	return host;
}

it("shows what it read, what waits, how far its backlog is, and what logging threw away", async () => {
	const facts = {
		read: { lines: 10, bytes: 900, unparsed: 1, kept: 2 },
		spool: { bytes: 5, limit: 6 },
		cpu: 1.5,
		backlog: { total: 9_000_000, left: 5_000_000, seconds: 12 },
		pseudonyms: true,
	};
	const at = Date.parse("2026-11-22T10:49:33Z");
	const loss = { lines: 112_500, by: "journald", of: "postfix@-.service" };
	const host = await hostAfter({ ...health, ...facts, losses: [{ at, ...loss }] });
	expect(host).toMatchObject({ ...facts, losses: [{ at: "2026-11-22T10:49:33.000Z", ...loss }] });
	expect(host.sources.map(({ source }) => source)).toEqual(["/var/log/mail.log"]);
});

it("takes the health of an agent that knows none of it", async () => {
	const host = await hostAfter(health);
	expect(host.connected).toBe(true);
	expect(host.read).toBeUndefined();
});
