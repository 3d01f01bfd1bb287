/** Links without an account: off until somebody allows them, masked whatever they are asked, and dead at once when anything they stand on is gone. */
import { randomUUID } from "node:crypto";
import { type JourneyAnswer, SHARE_HEADER, type SearchAnswer } from "@mailtrail/core/wire";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { batchesOf, mailTraffic, messageId } from "../testing/mail-traffic.ts";
import { person, signedIn } from "../testing/people.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

/** the sender's and the recipients' local parts, in whatever words */
const LOCAL = /\b[su]\d+@/;
const DAY_MS = 86_400_000;

let hub: TestHub;
let clock = 0;
let journeys: string[];
beforeAll(async () => {
	hub = await startHub({ now: () => Date.now() + clock });
	const traffic = mailTraffic(0, 6);
	for (const host of ["in", "out"] as const) {
		const agent = await hub.agent(host);
		await agent.deliver(batchesOf(traffic[host], 500));
		agent.socket.close();
	}
	const { rows } = await hub.get<SearchAnswer>("/api/search?q=");
	journeys = [3, 4].map((n) => rows.find((row) => row.messageId === messageId(n))?.id ?? "");
});
afterAll(() => hub.close());
beforeEach(async () => {
	clock = 0;
	await hub.store.people.changeSettings({ sharing: true, requireSecondFactor: false });
});

async function make(headers: Record<string, string>, journey = journeys[0] ?? "", days = 7) {
	const answer = await hub.app.inject({
		method: "POST",
		path: "/api/shares",
		payload: { journey, days },
		headers,
	});
	return {
		status: answer.statusCode,
		body: answer.json<{ key: string; code?: string; share: { id: string } }>(),
	};
}
const owner = () => ({ cookie: hub.cookie, origin: hub.url, host: new URL(hub.url).host });

async function open(key: string, more = "") {
	const answer = await hub.app.inject({ path: `/api/shared${more}`, headers: { [SHARE_HEADER]: key } });
	return {
		status: answer.statusCode,
		text: answer.body,
		headers: answer.headers,
		body: answer.json<JourneyAnswer & { code?: string }>(),
	};
}

describe("a link without an account", () => {
	it("is not given out before an administrator allows it, and none opens after that is taken back", async () => {
		const { body } = await make(owner());
		await hub.store.people.changeSettings({ sharing: false });
		expect((await make(owner())).body.code).toBe("sharing-off");
		expect(await open(body.key)).toMatchObject({ status: 410, body: { code: "share-ended" } });
		expect((await hub.get<{ sharing?: boolean }>("/api/session")).sharing).toBeUndefined();
	});

	it("opens its own journey, masked, whatever else is asked for", async () => {
		const { body } = await make(owner());
		for (const more of ["", "?masked=0", `?id=${encodeURIComponent(journeys[1] ?? "")}`]) {
			const shared = await open(body.key, more);
			expect([more, shared.status, shared.body.journey?.id]).toEqual([more, 200, journeys[0]]);
			expect(shared.text).not.toMatch(LOCAL);
			expect(shared.text).toContain("u***@d3.example.net");
			expect(shared.body.lines.length).toBeGreaterThan(0);
			expect(shared.headers["cache-control"]).toBe("no-store");
		}
	});

	it("opens nothing else: its key is no token and no session", async () => {
		const { body } = await make(owner());
		for (const headers of [
			{ authorization: `Bearer ${body.key}` },
			{ [SHARE_HEADER]: body.key },
			{ cookie: `mailtrail_session_0=${body.key}` },
		])
			for (const path of ["/api/search", `/api/journeys/${encodeURIComponent(journeys[0] ?? "")}`])
				expect((await hub.app.inject({ path, headers })).statusCode).toBe(401);
	});

	it("ends by itself, when it is taken back, and with its maker", async () => {
		const maker = await person(hub, "operator");
		const ends = async (key: string) => (await open(key)).status;
		const first = (await make(maker.headers)).body;
		clock = 7 * DAY_MS + 1;
		expect(await ends(first.key)).toBe(410);
		clock = 0;
		expect(await ends(first.key)).toBe(200);
		await hub.store.people.changeAccount(maker.id, { disabled: true });
		expect(await ends(first.key)).toBe(410);
		await hub.store.people.changeAccount(maker.id, { disabled: false });
		await hub.store.people.changeSettings({ requireSecondFactor: true });
		expect(await ends(first.key)).toBe(410);
		await hub.store.people.changeSettings({ requireSecondFactor: false });
		const stranger = await person(hub, "operator");
		const takeBack = (headers: Record<string, string>) =>
			hub.app.inject({ method: "DELETE", path: `/api/shares/${first.share.id}`, headers });
		expect((await takeBack(stranger.headers)).statusCode).toBe(404);
		expect((await takeBack(await signedIn(hub, maker.id))).statusCode).toBe(200);
		expect(await ends(first.key)).toBe(410);
		const second = (await make(maker.headers)).body;
		await hub.store.people.dropAccount(maker.id);
		expect(await ends(second.key)).toBe(410);
		expect(await ends(randomUUID())).toBe(410);
	});

	it("shows no more than its maker may see", async () => {
		const desk = await person(hub, "helpdesk", ["d3.example.net"]);
		expect((await make(desk.headers, journeys[1])).body.code).toBe("journey-not-found");
		const { body } = await make(desk.headers);
		expect((await open(body.key)).body.lines).toEqual([]);
		await hub.store.people.changeAccount(desk.id, { domains: ["d9.example.net"] });
		expect((await open(body.key)).status).toBe(410);
	});

	it("a page that stands open asks again without being another opening; who only says so is counted", async () => {
		const maker = await person(hub, "operator");
		const { body } = await make(maker.headers);
		const opened = async () => {
			const answer = await hub.app.inject({ path: "/api/shares", headers: maker.headers });
			const { shares } = answer.json<{ shares: { id: string; opened: number }[] }>();
			return shares.find(({ id }) => id === body.share.id)?.opened;
		};
		await open(body.key, "?again=true");
		expect(await opened()).toBe(1);
		await open(body.key, "?again=true");
		expect(await opened()).toBe(1);
		await open(body.key);
		expect(await opened()).toBe(2);
	});

	it("is in the audit log when it is made, opened and taken back, and in the list with how often", async () => {
		const maker = await person(hub, "operator");
		const { body } = await make(maker.headers);
		await open(body.key);
		await open(body.key);
		const list = async (headers: Record<string, string>) =>
			(await hub.app.inject({ path: "/api/shares", headers })).json<{
				shares: { id: string; opened: number }[];
			}>().shares;
		expect(await list(maker.headers)).toMatchObject([{ id: body.share.id, opened: 2 }]);
		expect((await list(owner())).some(({ id }) => id === body.share.id)).toBe(true);
		expect(JSON.stringify(await list(owner()))).not.toContain(body.key);
		await hub.app.inject({
			method: "DELETE",
			path: `/api/shares/${body.share.id}`,
			headers: maker.headers,
		});
		const audits = await hub.store.audits({ limit: 4 });
		expect(audits.map(({ action, detail }) => [action, detail.split(" ")[0]])).toEqual([
			["end share", journeys[0]],
			["view", journeys[0]],
			["view", journeys[0]],
			["share", journeys[0]],
		]);
		expect(audits[1]?.who).toMatch(/^a link of operator-/);
	});
});
