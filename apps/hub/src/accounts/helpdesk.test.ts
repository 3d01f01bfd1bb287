/** What a helpdesk gets: its domains' messages only, addresses masked, no log line; by every way out of the hub. */
import type { JourneyAnswer, LiveMessage, SearchAnswer } from "@mailtrail/core/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { batchesOf, mailTraffic, messageId } from "../testing/mail-traffic.ts";
import { type Person, person, tokenOf } from "../testing/people.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

/** the sender's and the recipients' local parts, in whatever words */
const LOCAL = /\b[su]\d+@/;

let hub: TestHub;
let desk: Person;
beforeAll(async () => {
	hub = await startHub();
	const traffic = mailTraffic(0, 12);
	for (const host of ["in", "out"] as const) {
		const agent = await hub.agent(host);
		await agent.deliver(batchesOf(traffic[host], 500));
		agent.socket.close();
	}
	desk = await person(hub, "helpdesk", ["d3.example.net", "D5.example.net."]);
});
afterAll(() => hub.close());

async function get<T>(path: string, headers = desk.headers): Promise<T> {
	return (await hub.app.inject({ path, headers })).json();
}
const search = (q: string, headers = desk.headers) =>
	get<SearchAnswer>(`/api/search?q=${encodeURIComponent(q)}`, headers);

describe("a search", () => {
	it("finds the domains' messages and counts nothing else", async () => {
		const { rows, total, totalExact } = await search("");
		expect(rows.map((row) => row.messageId)).toEqual([messageId(5), messageId(3)]);
		expect([total, totalExact]).toEqual([2, true]);
		expect((await search("to:u4@d4.example.net")).rows).toEqual([]);
		expect((await search("", { cookie: hub.cookie })).rows).toHaveLength(12);
	});

	it("finds by a whole address, which comes back masked", async () => {
		const { rows } = await search("u3@d3.example.net");
		expect(rows).toHaveLength(1);
		expect(rows[0]?.sender).toBe("s***@example.org");
		expect(rows[0]?.recipients[0]?.recipient).toBe("u***@d3.example.net");
	});

	it("does not let an address be guessed letter by letter", async () => {
		for (const q of ["from:s*@example.org", "to:u*", "text:delivered", "-from:*1@example.org", '"u3"'])
			expect([q, await search(q)]).toMatchObject([q, { code: "query-not-allowed" }]);
		expect((await search("domain:*.example.net")).rows).toHaveLength(2);
	});
});

describe("a journey", () => {
	const journey = (id: string, headers = desk.headers) =>
		get<JourneyAnswer & { code?: string }>(`/api/journeys/${encodeURIComponent(id)}`, headers);

	it("that is to be handed on comes masked to whoever asks for it so", async () => {
		const headers = { cookie: hub.cookie };
		const [found] = (await search(`id:${messageId(3)}`, headers)).rows;
		const id = encodeURIComponent(found?.id ?? "");
		const seen = await get<JourneyAnswer>(`/api/journeys/${id}?masked=1`, headers);
		expect(seen.lines.length).toBeGreaterThan(0);
		expect(JSON.stringify(seen)).not.toMatch(LOCAL);
		expect(seen.journey.messageIds).toEqual([messageId(3)]);
		expect(JSON.stringify(await journey(found?.id ?? "", headers))).toMatch(LOCAL);
	});

	it("of another domain is not there", async () => {
		const [other] = (await search(`id:${messageId(4)}`, { cookie: hub.cookie })).rows;
		expect((await journey(other?.id ?? "")).code).toBe("journey-not-found");
	});

	it("has neither lines nor whole addresses", async () => {
		const [row] = (await search(`id:${messageId(3)}`)).rows;
		const answer = await journey(row?.id ?? "");
		const text = JSON.stringify(answer);
		expect(answer.journey.recipients[0]?.path.map((stop) => stop.host)).toEqual(["out", "in"]);
		expect(answer.lines).toEqual([]);
		expect(text).not.toMatch(LOCAL);
		expect(text).not.toContain("mail.log");
		expect(JSON.stringify(await journey(row?.id ?? "", { cookie: hub.cookie }))).toMatch(LOCAL);
	});

	it("comes without lines to a token that may not see them", async () => {
		const { headers } = await tokenOf(hub, "owner", ["messages"]);
		const [row] = (await search(`id:${messageId(3)}`, headers)).rows;
		expect(row?.sender).toBe("s3@example.org");
		expect((await journey(row?.id ?? "", headers)).lines).toEqual([]);
	});
});

describe("a completion", () => {
	it("names no domain and no address that the viewer may not see", async () => {
		for (const prefix of ["d4", "domain:d4", "to:u4", "u4@d4"]) {
			const answer = await hub.app.inject({ path: `/api/complete?prefix=${prefix}`, headers: desk.headers });
			expect([prefix, answer.statusCode, answer.body.includes("d4.example.net")]).toEqual([
				prefix,
				200,
				false,
			]);
		}
	});
});

describe("whatever else", () => {
	it("answers has no whole address and no line", async () => {
		const id = encodeURIComponent((await search(`id:${messageId(3)}`)).rows[0]?.id ?? "");
		for (const { method, url } of hub.app.declaredRoutes) {
			// the API's description has examples of made-up mail, the same for everybody
			if (method !== "GET" || url.includes("*") || url === "/api/openapi.json") continue;
			const path = url.replace(/:\w+/g, id);
			const answer = await hub.app.inject({
				path: `${path}?q=&ref=in:/var/log/mail.log:g1:0`,
				headers: desk.headers,
			});
			expect([path, LOCAL.test(answer.body), answer.body.includes("postfix/")]).toEqual([path, false, false]);
		}
	});

	it("the live socket tells is of its domains, and masked", async () => {
		const { socket, inbox } = hub.live({ cookie: desk.headers.cookie ?? "", origin: hub.url });
		await new Promise((resolve) => socket.on("open", resolve));
		socket.send(JSON.stringify({ type: "subscribe" }));
		const told: LiveMessage[] = [await inbox.next()];
		expect(told[0]).toMatchObject({ type: "subscribed", rows: [{ messageId: messageId(5) }, {}] });
		const agent = await hub.agent("more");
		await agent.deliver(batchesOf(mailTraffic(500, 6).out, 500));
		agent.socket.close();
		const changed = () =>
			told.some((each) => each.type === "change" && each.row.messageId === messageId(505));
		while (!changed()) told.push(await inbox.next());
		const rows = told.flatMap((each) => (each.type === "change" ? [each.row.messageId] : []));
		expect(new Set(rows)).toEqual(new Set([messageId(503), messageId(505)]));
		expect(JSON.stringify(told)).not.toMatch(LOCAL);
		socket.close();
	});

	it("asks for is refused there too where it guesses", async () => {
		const { socket } = hub.live({ cookie: desk.headers.cookie ?? "", origin: hub.url });
		await new Promise((resolve) => socket.on("open", resolve));
		const closed = new Promise((resolve) => socket.on("close", resolve));
		socket.send(JSON.stringify({ type: "subscribe", q: "from:s*@example.org" }));
		expect(await closed).toBe(1008);
	});

	it("is not theirs is refused, and that is noted", async () => {
		const answer = await hub.app.inject({ path: "/api/audit", headers: desk.headers });
		expect([answer.statusCode, answer.headers["cache-control"]]).toEqual([403, "no-store"]);
		const [entry] = await hub.store.audits({ limit: 1 });
		expect(entry).toMatchObject({ action: "GET /api/audit", result: "refused (403)", from: "127.0.0.1" });
	});

	it("asked for stands in the audit log, with what was refused", async () => {
		const entries = await hub.store.audits({ limit: 200 });
		const mine = entries.filter(({ who }) => who.startsWith("helpdesk-"));
		expect(mine).toContainEqual(
			expect.objectContaining({ action: "search", detail: "u3@d3.example.net", result: "done" }),
		);
		expect(mine).toContainEqual(
			expect.objectContaining({ action: "search", detail: "to:u*", result: "refused (403)" }),
		);
		expect(mine).toContainEqual(expect.objectContaining({ action: "view" }));
		expect(mine).toContainEqual(expect.objectContaining({ action: "live", result: "refused" }));
	});
});
