/**
 * The one door: which right every route asks for, who brings it, and what an answer may then say. A route that declares
 * nothing stops the hub from starting, so none can be forgotten; what a masked viewer gets passes the veil here, whatever
 * route made it. What carries the cookie and changes something, or opens a socket, must come from the hub's own page.
 */
import type { Right } from "@mailtrail/core/wire";
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { type Veil, veil } from "../accounts/mask.ts";
import { isMasked, type Viewer, viewerOfSession, viewerOfToken } from "../accounts/viewer.ts";
import type { AccountStore } from "../store/account-store.ts";
import { HubError } from "./errors.ts";
import { Views } from "./views.ts";

/**
 * `open`: answers everybody and checks what it needs itself; `signed-in`: whoever has anything; `session`: somebody at a
 * browser; `person`: that, or a token that may manage accounts; `agent`: agents, which have their own proof; a list: each of them.
 */
export type Need = "open" | "signed-in" | "session" | "person" | "agent" | Right | readonly Right[];

declare module "fastify" {
	interface FastifyContextConfig {
		need?: Need;
		/** the address is a place in the page too: only an upgrade needs the right */
		socketOnly?: boolean;
		/** noted in the audit log under this name, with who asked and how it went; `false`: stands beside a search that is noted */
		audit?: string | false;
		/** asked for again and again while somebody looks: noted once for a while */
		polled?: boolean;
		/** a stream whose rows have passed `request.veil` one by one */
		veiled?: boolean;
	}
	interface FastifyInstance {
		declaredRoutes: readonly DeclaredRoute[];
	}
	interface FastifyRequest {
		viewer: Viewer | null;
		/** by the door itself, before the route knew of it */
		turnedAway: boolean;
	}
}

export interface AccessDeps {
	accounts: AccountStore;
	cookieName: string;
	/** browsers reach the hub over TLS */
	secure: boolean;
	now: () => number;
	/** origins of the hub's own page beside the one that the request's Host header names */
	origins: readonly string[];
}

export interface DeclaredRoute {
	method: string;
	url: string;
	need: Need;
	audit?: string | false;
}

/** Register before every route; `declaredRoutes` has them once the hub is ready. */
export function registerAccess(app: FastifyInstance, deps: AccessDeps): void {
	const declared: DeclaredRoute[] = [];
	app.decorate("declaredRoutes", declared);
	const routes: RouteOptions[] = [];
	app.decorateRequest("viewer", null);
	app.decorateRequest("turnedAway", false);
	app.addHook("onRoute", (route) => void routes.push(route));
	app.addHook("onReady", async () => {
		const bare: string[] = [];
		for (const { method, url, config } of routes) {
			for (const each of [method].flat()) {
				if (config?.need === undefined) bare.push(`${each} ${url}`);
				else
					declared.push({
						method: each,
						url,
						need: config.need,
						...(config.audit !== undefined && { audit: config.audit }),
					});
			}
		}
		if (bare.length > 0) {
			throw new Error(
				`routes that do not declare config.need, the right that opens them: ${bare.join(", ")}`,
			);
		}
	});
	app.addHook("onRequest", async (request) => {
		const { config } = request.routeOptions;
		const need = needOf(request);
		if (need === "agent") return;
		request.viewer = (await viewerOf(request, deps)) ?? null;
		if (need === "open" || (config.socketOnly === true && !isUpgrade(request))) return;
		request.turnedAway = true;
		admit(request, need);
		checkOrigin(request, deps);
		request.turnedAway = false;
	});
	app.addHook("preSerialization", async (request, _reply, payload) => {
		const seen = veilOf(request);
		return seen ? veil(payload, seen) : payload;
	});
	app.addHook("onSend", async (request, reply, payload) => {
		// what somebody was shown is kept by no cache on its way
		if (request.routeOptions.config.need !== "open" && !reply.hasHeader("cache-control"))
			reply.header("cache-control", "no-store");
		if (veilOf(request) && isStream(payload) && request.routeOptions.config.veiled !== true) {
			throw new HubError("not-allowed");
		}
		return payload;
	});
	const views = new Views();
	app.addHook("onResponse", async (request, reply) => noteAudit(request, reply, deps, views));
}

/** What must be taken from what this viewer gets; undefined: nothing. */
export function veilFor(viewer: Viewer): Veil | undefined {
	const masked = isMasked(viewer);
	const lines = viewer.rights.has("lines");
	return masked || !lines ? { masked, lines } : undefined;
}

/** The viewer of a route that needs one. */
export function theViewer(request: FastifyRequest): Viewer {
	if (!request.viewer) throw new HubError("not-signed-in");
	return request.viewer;
}

/** What a cookie changes must come from our own page, and it says so with an Origin that is ours. */
export function checkOrigin(request: FastifyRequest, deps: Pick<AccessDeps, "origins" | "secure">): void {
	if (request.viewer?.token) return;
	const changes = request.method !== "GET" && request.method !== "HEAD";
	if (!changes && !isUpgrade(request)) return;
	const { origin } = request.headers;
	// X-Forwarded-Host, where a trusted proxy says it
	const { host } = request;
	if (origin !== undefined && deps.origins.includes(origin)) return;
	const from = origin !== undefined && URL.canParse(origin) ? new URL(origin) : undefined;
	// a page of the same name without TLS may be anybody's
	const own = from?.host === host && (!deps.secure || from.protocol === "https:");
	if (!own) throw new HubError("wrong-origin");
}

export async function viewerOf(request: FastifyRequest, deps: AccessDeps): Promise<Viewer | undefined> {
	const { people } = deps.accounts;
	const { authorization } = request.headers;
	if (authorization !== undefined) {
		const value = /^Bearer ([\w-]{20,200})$/.exec(authorization)?.[1];
		return value === undefined ? undefined : await viewerOfToken(people, value, deps.now());
	}
	const value = request.cookies[deps.cookieName];
	return value === undefined ? undefined : await viewerOfSession(people, value, deps.now());
}

/**
 * Asked of the route that was found: one address has many spellings (`/%61pi/hosts`, `http://hub/api/hosts`), and the router
 * reads them all. What no route has: `/api` and sockets want somebody who is signed in, so that nobody else learns what is there.
 */
function needOf(request: FastifyRequest): Need {
	const { need } = request.routeOptions.config;
	if (need !== undefined) return need;
	return isUpgrade(request) || /^\/api(?:[/?]|$)/.test(request.url) ? "signed-in" : "open";
}

function admit({ viewer }: FastifyRequest, need: Exclude<Need, "open" | "agent">): void {
	if (!viewer) throw new HubError("not-signed-in");
	if (need === "signed-in") return;
	if (need === "session" || need === "person") {
		if (viewer.session || (need === "person" && viewer.rights.has("accounts"))) return;
		throw new HubError("not-allowed", "This needs a signed-in person; a token cannot do it.");
	}
	const missing = [need].flat().find((right) => !viewer.rights.has(right));
	if (missing === undefined) return;
	if (viewer.mustSetUp) throw new HubError("second-factor-needed");
	throw new HubError("not-allowed", `This needs the right "${missing}", which ${viewer.who} does not have.`);
}

function veilOf({ viewer, query, routeOptions }: FastifyRequest): Veil | undefined {
	const { need } = routeOptions.config;
	// people's own things and their accounts are not mail
	const mail = Array.isArray(need) || (typeof need === "string" && !UNVEILED.includes(need));
	if (!viewer || !mail) return undefined;
	// what is to be handed on may be asked for as others may see it
	const asked = typeof query === "object" && query !== null && "masked" in query && query.masked === "1";
	return asked ? { masked: true, lines: viewer.rights.has("lines") } : veilFor(viewer);
}
const UNVEILED: readonly string[] = [
	"open",
	"signed-in",
	"session",
	"person",
	"agent",
	"accounts",
	"settings",
	"audit",
	"metrics",
];

async function noteAudit(
	request: FastifyRequest,
	reply: FastifyReply,
	deps: AccessDeps,
	views: Views,
): Promise<void> {
	const { config, url } = request.routeOptions;
	const { viewer, query, params, ip } = request;
	// whoever asks for what is not theirs is noted, whatever it was
	const audit = config.audit || (viewer && request.turnedAway ? `${request.method} ${url ?? ""}` : undefined);
	if (audit === undefined) return;
	const entry = {
		at: deps.now(),
		who: viewer?.who ?? "nobody",
		action: audit,
		detail: detailOf(query, params),
		result: reply.statusCode < 400 ? "done" : `refused (${reply.statusCode})`,
		from: ip,
	};
	const goesOn = config.polled === true || (typeof query === "object" && query !== null && "cursor" in query);
	if (!views.begun(entry) || !goesOn) await deps.accounts.audit(entry);
}

function detailOf(query: unknown, params: unknown): string {
	const parts = [params, query].flatMap((each) =>
		typeof each === "object" && each !== null ? Object.entries(each) : [],
	);
	return parts
		.filter(([name]) => !["lang", "zone", "limit", "cursor"].includes(name))
		.map(([name, value]) =>
			name === "q" || name === "id" || name === "*" ? String(value) : `${name}=${String(value)}`,
		)
		.join(" ");
}

function isUpgrade(request: FastifyRequest): boolean {
	return request.headers.upgrade !== undefined;
}

function isStream(payload: unknown): boolean {
	return typeof payload === "object" && payload !== null && "pipe" in payload;
}
