/** The sample over HTTP: there after one question, gone after another, and never mixed with what real hosts send. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { HostsAnswer, JourneyAnswer, SearchAnswer } from "@mailtrail/core/wire";
import { afterEach, expect, it } from "vitest";
import { batchesOf, mailTraffic } from "../testing/mail-traffic.ts";
import { person } from "../testing/people.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

const recording = fileURLToPath(new URL("../../../../samples", import.meta.url));
let hub: TestHub;
afterEach(() => hub.close());

const change = async (method: "POST" | "DELETE", headers = { cookie: hub.cookie, origin: hub.origin }) =>
	(
		await hub.app.inject({
			method,
			path: "/api/sample",
			headers: { ...headers, host: new URL(hub.origin).host },
		})
	).statusCode;
const search = (q: string) => hub.get<SearchAnswer>(`/api/search?q=${encodeURIComponent(q)}`);
const hosts = () => hub.get<HostsAnswer>("/api/hosts");

it("is one question away and one gone, and what real hosts send meanwhile is kept apart", async () => {
	hub = await startHub({ recording });
	expect(await hosts()).toEqual({ hosts: [], imported: [], sample: false });
	expect(await change("POST")).toBe(200);
	const shown = await hosts();
	expect(shown).toMatchObject({ sample: true, sampleLoaded: true });
	expect(shown.hosts.map(({ host }) => host).sort()).toContain("relay1");
	const [row] = (await search("status:failed")).rows;
	expect(Date.now() - Date.parse(row?.at ?? "")).toBeLessThan(86_400_000);
	const { journey } = await hub.get<JourneyAnswer>(`/api/journeys/${encodeURIComponent(row?.id ?? "")}`);
	expect(journey.recipients.length).toBeGreaterThan(0);
	const agent = await hub.agent("out");
	await agent.deliver(batchesOf(mailTraffic(0, 5).out, 500));
	expect((await search("host:out")).rows).toEqual([]);
	expect((await hosts()).hosts.map(({ host }) => host)).toContain("out");

	hub = await hub.restart();
	expect((await search("host:relay1")).rows.length).toBeGreaterThan(0);
	expect(await change("DELETE")).toBe(200);
	expect((await search("host:relay1")).rows).toEqual([]);
	expect((await search("host:out")).rows.length).toBeGreaterThan(0);
	expect(await hosts()).toMatchObject({ sample: false });
});

it("is an administrator's, asked for twice loaded once, and told where it is not there", async () => {
	hub = await startHub({ recording });
	const { headers } = await person(hub, "operator");
	expect(await change("POST", headers as { cookie: string; origin: string })).toBe(403);
	expect(await Promise.all([change("POST"), change("POST")])).toEqual([200, 200]);
	await hub.close();
	hub = await startHub();
	expect(await change("POST")).toBe(404);
});

it("leaves nothing on the disk when it goes", async () => {
	hub = await startHub({ recording });
	await change("POST");
	const dir = join(hub.dataDir, "sample-data");
	expect(existsSync(dir)).toBe(true);
	await change("DELETE");
	expect([existsSync(dir), existsSync(`${dir}.unfinished`)]).toEqual([false, false]);
});
