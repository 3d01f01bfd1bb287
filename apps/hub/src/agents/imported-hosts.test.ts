import type { HostsAnswer, SearchAnswer } from "@mailtrail/core/wire";
import { expect, it, onTestFinished } from "vitest";
import { batchesOf, mailTraffic } from "../testing/mail-traffic.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";
import { ImportedHosts } from "./imported-hosts.ts";

let hub: TestHub;

const hosts = () => hub.get<HostsAnswer>("/api/hosts");
const coverage = async () => (await hub.get<SearchAnswer>("/api/search?q=host:out")).coverage;

it("hosts whose logs were imported are told of, and counted among what an answer covers", async () => {
	hub = await startHub();
	onTestFinished(() => hub.close());
	await hub.agent("in");
	expect(await coverage()).toMatchObject({ hosts: 1, imported: 0 });
	const [batch] = batchesOf(mailTraffic(0, 5).out, 500);
	if (!batch) throw new Error("traffic makes lines");
	const { id: _id, type: _type, ...body } = batch;
	const answer = await hub.app.inject({
		method: "POST",
		path: "/api/import/out",
		headers: { cookie: hub.cookie, origin: hub.origin, host: new URL(hub.origin).host },
		payload: body,
	});
	expect(answer.statusCode).toBe(200);
	const { imported } = await hosts();
	expect(imported).toEqual([
		{ host: "out", lines: batch.lines.length, unparsed: 0, newestAt: expect.stringMatching(/^20\d\d-/) },
	]);
	expect(await coverage()).toMatchObject({ hosts: 1, imported: 1 });
});

it("they are counted without a search for the mail of each", async () => {
	const counts = new Map(["in", "out"].map((host) => [host, { lines: 9, unparsed: 0 }]));
	const asked: string[] = [];
	const imported = new ImportedHosts({
		store: { counts: async () => counts },
		ask: async (name) => {
			asked.push(name);
			throw new Error("nothing is to be asked");
		},
	});
	expect(await imported.count([{ host: "in" }])).toBe(1);
	expect(asked).toEqual([]);
});
