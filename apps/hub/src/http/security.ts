/** What stands before every route: headers that bind the browser, cookies, and how often one address may ask. */
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance } from "fastify";

const YEAR_SECONDS = 31_536_000;

/**
 * Cookies know no ports: two hubs on one machine must not sign each other out. `__Host-`: a browser takes and sends it over
 * TLS only, and no other name of the domain can set it.
 */
export function sessionCookieName(port: number, secure: boolean): string {
	return `${secure ? "__Host-" : ""}mailtrail_session_${port}`;
}

export async function registerSecurity(
	app: FastifyInstance,
	{ secure, requestsPerMinute = 60_000 }: { secure: boolean; requestsPerMinute?: number | undefined },
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
		// Over plain HTTP the header means nothing; a proxy that adds TLS is told of by `public_url`.
		strictTransportSecurity: secure && { maxAge: YEAR_SECONDS, includeSubDomains: false },
		referrerPolicy: { policy: "no-referrer" },
	});
	await app.register(rateLimit, { global: true, max: requestsPerMinute, timeWindow: 60_000 });
}
