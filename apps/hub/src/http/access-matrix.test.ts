/**
 * Every route and socket message × every role, every right as a token, and nobody: taken from the routes as the hub has them,
 * so that a new one is part of it without a word here. What is open to everybody stands here in full.
 */
import { RIGHTS, RIGHTS_OF, type Right, ROLES, type Role } from "@mailtrail/core/wire";
import fastify from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RIGHT_OF } from "../live/live-socket.ts";
import { OWNER } from "../store/people-store.ts";
import { person, tokenOf } from "../testing/people.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";
import { type DeclaredRoute, type Need, registerAccess } from "./access.ts";

const OPEN = [
	"GET /",
	"GET /agent-files/mailtrail-agent-install.sh",
	"GET /api/session",
	"GET /api/shared",
	"GET /health",
	"GET /ready",
	"HEAD /agent-files/mailtrail-agent-install.sh",
	"HEAD /api/session",
	"HEAD /api/shared",
	"HEAD /health",
	"HEAD /ready",
	"POST /api/agents/enrol",
	"POST /api/session",
];

let hub: TestHub;
let routes: readonly DeclaredRoute[];
beforeAll(async () => {
	hub = await startHub();
	routes = hub.app.declaredRoutes;
});
afterAll(() => hub.close());

async function ask(route: DeclaredRoute, headers: Record<string, string>) {
	const answer = await hub.app.inject({
		method: route.method as "GET",
		path: route.url.replace(/:\w+/g, "none").replace("*", "none"),
		headers,
	});
	const { code } = answer.body.startsWith("{") ? answer.json<{ code?: string }>() : {};
	return { status: answer.statusCode, code };
}

function opens(need: Need, rights: readonly Right[], isToken: boolean): boolean {
	if (need === "open" || need === "agent" || need === "signed-in") return true;
	if (need === "session") return !isToken;
	if (need === "person") return !isToken || rights.includes("accounts");
	return [need].flat().every((right) => rights.includes(right));
}

const name = ({ method, url }: DeclaredRoute) => `${method} ${url}`;

describe("every route", () => {
	it("is open to nobody but where this list says so", () => {
		const open = routes.filter(({ need }) => need === "open").map(name);
		expect([...new Set(open)].sort()).toEqual(OPEN);
		expect(routes.filter(({ need }) => need === "agent").map(name)).toEqual(["GET /agent", "HEAD /agent"]);
		expect(routes.length).toBeGreaterThan(40);
	});

	it("answers nobody who is not signed in", async () => {
		for (const route of routes) {
			if (route.need === "open" || route.need === "agent" || route.url === "/live") continue;
			const { status, code } = await ask(route, {});
			expect([name(route), status]).toEqual([name(route), 401]);
			if (route.method !== "HEAD") expect([name(route), code]).toEqual([name(route), "not-signed-in"]);
		}
	});

	it.each(ROLES)("opens to the role %s what it declares, and nothing else", async (role: Role) => {
		for (const route of routes) {
			if (route.need === "open" || route.need === "agent" || route.url === "/live") continue;
			const { headers } = await person(hub, role, ["example.net"]);
			const { status, code } = await ask(route, headers);
			const closed = status === 403 && (code === "not-allowed" || route.method === "HEAD");
			expect([name(route), status, !closed]).toEqual([
				name(route),
				status,
				opens(route.need, RIGHTS_OF[role], false),
			]);
		}
	});

	it("opens to a token of one right what that right is for", async () => {
		for (const right of RIGHTS) {
			const { headers } = await tokenOf(hub, OWNER, [right]);
			for (const route of routes) {
				if (route.need === "open" || route.need === "agent" || route.url === "/live") continue;
				const { status, code } = await ask(route, headers);
				const closed = status === 403 && (code === "not-allowed" || route.method === "HEAD");
				expect([right, name(route), !closed]).toEqual([right, name(route), opens(route.need, [right], true)]);
			}
		}
	});

	it("changes nothing for another site's page, whoever is signed in", async () => {
		for (const route of routes) {
			if (["GET", "HEAD"].includes(route.method) || route.url === "/api/agents/enrol") continue;
			const { headers } = await person(hub, "administrator");
			for (const origin of ["http://evil.example", "null", undefined]) {
				const { origin: own, ...rest } = headers;
				const { code } = await ask(route, origin === undefined ? rest : { ...rest, origin });
				// a body that is wrong is told before the page is asked about where nobody needs to be signed in
				const told =
					route.url === "/api/session" && route.method === "POST" ? "request-invalid" : "wrong-origin";
				expect([name(route), own, code]).toEqual([name(route), hub.url, told]);
			}
		}
	});

	it("that shows mail is in the audit log", () => {
		const mail: Right[] = ["messages", "lines", "export"];
		const shows = routes.filter(({ need }) =>
			[need].flat().some((each) => (mail as string[]).includes(each)),
		);
		const silent = shows.filter(({ audit, url }) => audit === undefined && url !== "/live");
		expect(silent.map(name)).toEqual([]);
		expect(shows.length).toBeGreaterThan(3);
	});
});

describe("a route that declares nothing", () => {
	it("stops the hub from starting", async () => {
		const app = fastify();
		const deps = { accounts: hub.store, cookieName: "c", secure: false, now: Date.now, origins: [] };
		registerAccess(app, deps);
		app.get("/api/forgotten", async () => ({}));
		await expect(app.ready()).rejects.toThrow("GET /api/forgotten");
	});
});

describe("the live socket", () => {
	const upgrade = (headers: Record<string, string>) =>
		new Promise<number>((resolve) => {
			const { socket } = hub.live(headers);
			socket.on("open", () => {
				resolve(101);
				socket.close();
			});
			socket.on("unexpected-response", (_request, answer) => resolve(answer.statusCode ?? 0));
			socket.on("error", () => {});
		});
	const socketHeaders = ({ host: _, ...headers }: Record<string, string>) => headers;

	it("opens to whoever may see messages, from the hub's own page", async () => {
		expect(await upgrade({})).toBe(401);
		for (const role of ROLES) {
			const headers = socketHeaders((await person(hub, role, ["example.net"])).headers);
			expect([role, await upgrade(headers)]).toEqual([
				role,
				RIGHTS_OF[role].includes("messages") ? 101 : 403,
			]);
			expect(await upgrade({ ...headers, origin: "http://evil.example" })).toBe(403);
		}
		for (const right of RIGHTS) {
			const { headers } = await tokenOf(hub, OWNER, [right]);
			expect([right, await upgrade(headers)]).toEqual([right, right === "messages" ? 101 : 403]);
		}
	});

	it("takes every message that a browser may send, and closes at any other", async () => {
		for (const type of [...Object.keys(RIGHT_OF), "unheard-of"]) {
			const { headers } = await person(hub, "operator");
			const { socket, inbox } = hub.live(socketHeaders(headers));
			await new Promise((resolve) => socket.on("open", resolve));
			const closed = new Promise((resolve) => socket.on("close", (code) => resolve(code)));
			socket.send(JSON.stringify({ type }));
			const first = await Promise.race([inbox.next(), closed]);
			if (type === "unheard-of") expect(first).toBe(1008);
			else expect(first).toMatchObject({ type: "subscribed" });
			socket.close();
		}
	});

	it("is closed when the session that opened it ends", async () => {
		const { id, headers } = await person(hub, "operator");
		const { socket } = hub.live(socketHeaders(headers));
		await new Promise((resolve) => socket.on("open", resolve));
		const closed = new Promise((resolve) => socket.on("close", (code) => resolve(code)));
		await hub.store.people.dropSessionsOf(id);
		const ended = performance.now();
		expect(await closed).toBe(4401);
		// a second, and what a busy machine adds
		expect(performance.now() - ended).toBeLessThan(3_500);
	}, 15_000);

	it("is closed when everybody must have a second factor and who opened it has none", async () => {
		const { headers } = await person(hub, "operator");
		const { socket } = hub.live(socketHeaders(headers));
		await new Promise((resolve) => socket.on("open", resolve));
		const closed = new Promise((resolve) => socket.on("close", (code) => resolve(code)));
		await hub.store.people.changeSettings({ requireSecondFactor: true });
		expect(await closed).toBe(4401);
		await hub.store.people.changeSettings({ requireSecondFactor: false });
	}, 15_000);
});
