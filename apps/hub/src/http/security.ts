/**
 * Who may come in, and from where. Everything under /api and the live socket need a session cookie or an API token,
 * unless the route says `config: {open: true}`. What carries the cookie and changes something, or opens a socket, must
 * come from the hub's own page.
 */
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { findSecret } from "../accounts/secrets.ts";
import type { AccountStore } from "../store/store.ts";
import { HubError } from "./errors.ts";

declare module "fastify" {
	interface FastifyContextConfig {
		/** answers without a session; the route checks what it needs itself */
		open?: boolean;
	}
}

/** Cookies know no ports: two hubs on one machine must not sign each other out. */
export function sessionCookieName(port: number): string {
	return `mailtrail_session_${port}`;
}

export async function registerSecurity(
	app: FastifyInstance,
	deps: { accounts: AccountStore; cookieName: string; now: () => number },
): Promise<void> {
	await app.register(cookie);
	await app.register(helmet, {
		contentSecurityPolicy: {
			useDefaults: false,
			directives: {
				defaultSrc: ["'self'"],
				imgSrc: ["'self'", "data:"],
				objectSrc: ["'none'"],
				baseUri: ["'none'"],
				formAction: ["'self'"],
				frameAncestors: ["'none'"],
			},
		},
		// The hub itself speaks HTTP; whoever puts TLS before it adds HSTS there.
		strictTransportSecurity: false,
		referrerPolicy: { policy: "no-referrer" },
	});
	await app.register(rateLimit, { global: false });
	app.addHook("onRequest", async (request) => {
		if (request.routeOptions.config.open === true || !isGuarded(request)) return;
		const bearer = bearerOf(request);
		if (bearer !== undefined) {
			if (await findSecret(deps.accounts, "api", bearer, deps.now())) return;
			throw new HubError("not-signed-in");
		}
		if (!(await hasSession(request, deps))) throw new HubError("not-signed-in");
		const changes = request.method !== "GET" && request.method !== "HEAD";
		if ((changes || isUpgrade(request)) && !isOwnOrigin(request)) throw new HubError("wrong-origin");
	});
}

export async function hasSession(
	request: FastifyRequest,
	deps: { accounts: AccountStore; cookieName: string; now: () => number },
): Promise<boolean> {
	const value = request.cookies[deps.cookieName];
	return value !== undefined && (await findSecret(deps.accounts, "session", value, deps.now())) !== undefined;
}

/**
 * The API, and the live socket: an upgrade of any address but the agents', which have their own proof. Asked of the route that
 * was found: one address has many spellings (`/%61pi/hosts`, `http://hub/api/hosts`), and the router reads them all.
 */
function isGuarded(request: FastifyRequest): boolean {
	const { url } = request.routeOptions;
	const isApi = url === undefined ? /^\/api(?:[/?]|$)/.test(request.url) : /^\/api(?:\/|$)/.test(url);
	return isApi || (isUpgrade(request) && url !== "/agent");
}

function isUpgrade(request: FastifyRequest): boolean {
	return request.headers.upgrade !== undefined;
}

function bearerOf(request: FastifyRequest): string | undefined {
	return /^Bearer ([\w-]{20,200})$/.exec(request.headers.authorization ?? "")?.[1];
}

/** Browsers send Origin with every WebSocket and every request that is not GET. */
function isOwnOrigin(request: FastifyRequest): boolean {
	const { origin, host } = request.headers;
	if (origin === undefined || host === undefined) return false;
	return URL.canParse(origin) && new URL(origin).host === host;
}
