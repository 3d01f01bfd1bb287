/**
 * The web page: files of its build, and `index.html` for every address that is a place in the page. Signed in by the
 * one-time key in the address; the files themselves hold nothing private and need no session.
 */
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { takeSecret } from "../accounts/secrets.ts";
import { noteSignIn, openSession, type SignInDeps } from "../accounts/sign-in.ts";
import { OWNER } from "../store/people-store.ts";
import { ERRORS, HubError } from "./errors.ts";
import { registerOpenFiles } from "./open-files.ts";
import { plainPage } from "./pages.ts";

export interface WebDeps extends SignInDeps {
	/** the built page */
	webDir: string;
	/** prints a sign-in link, for pages to show */
	linkCommand: string;
}

export async function registerWebAssets(app: FastifyInstance, deps: WebDeps): Promise<void> {
	if (existsSync(deps.webDir)) {
		await registerOpenFiles(app, {
			root: deps.webDir,
			wildcard: true,
			// beside each script lies what a browser that can read it should have
			preCompressed: true,
			// Vite puts a hash of the content into the names under assets/.
			setHeaders: (reply, path) =>
				void reply.header(
					"cache-control",
					path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
				),
		});
	}
	const page = pageOf(join(deps.webDir, "index.html"));
	app.get<{ Querystring: { key?: string } }>(
		"/",
		{
			config: { need: "open", rateLimit: { max: 60, timeWindow: 60_000 } },
			schema: { hide: true },
			// what looks whether an address is there (a chat's preview, a mail filter) must not use up its key
			exposeHeadRoute: false,
		},
		async (request, reply) => {
			const { key } = request.query;
			return typeof key === "string"
				? signIn(key, request, reply, await page(), deps)
				: sendPage(request, reply, await page(), deps);
		},
	);
	app.setNotFoundHandler(async (request, reply) => {
		const place =
			request.method === "GET" && !/^\/(api|agent|agent-files|assets)(?:[/?]|$)/.test(request.url);
		if (!place) throw new HubError("not-found");
		return sendPage(request, reply, await page(), deps);
	});
}

/** The page as it is built now: a build may come while the hub runs, and with it go the files that the page before it names. */
function pageOf(index: string): () => Promise<string | undefined> {
	let known: { changed: number; text: string } | undefined;
	return async () => {
		const found = await stat(index).catch(() => undefined);
		if (found === undefined) return undefined;
		if (known?.changed !== found.mtimeMs)
			known = { changed: found.mtimeMs, text: await readFile(index, "utf8") };
		return known.text;
	};
}

/**
 * The key works once and leaves the address bar with the answer; the page that it was in is not kept in the history. Whoever
 * is signed in and opens their link again goes in as they are.
 */
async function signIn(
	key: string,
	request: FastifyRequest,
	reply: FastifyReply,
	page: string | undefined,
	deps: WebDeps,
): Promise<FastifyReply> {
	const taken = await takeSecret(deps.accounts, "sign-in", key, deps.now());
	const account = taken && (await deps.accounts.people.account(taken.account ?? OWNER));
	if (account && !account.disabled) await openSession(request, reply, deps, { account, by: "link" });
	else if (request.viewer === null) {
		await noteSignIn(deps, request, { who: account?.name ?? "nobody", result: "refused: link", by: "link" });
		const { status } = ERRORS["sign-in-key-used"];
		return page === undefined
			? sendHtml(reply, status, "This link does not work any more", [
					"A sign-in link works once, for one day.",
					...howToSignIn(deps),
				])
			: sendBuilt(request, reply.status(status), page);
	}
	return reply.header("cache-control", "no-store").redirect("./");
}

/** `/shared/KEY`: a link that opens one masked journey without an account */
const SHARED = /^\/shared\/[\w-]{20,200}\/?(?:\?|$)/;

async function sendPage(
	request: FastifyRequest,
	reply: FastifyReply,
	page: string | undefined,
	deps: WebDeps,
): Promise<FastifyReply> {
	// what a link without an account opens asks the API itself whether the link is good
	const signedIn = request.viewer !== null || SHARED.test(request.url);
	const { status } = ERRORS["not-signed-in"];
	if (page !== undefined) return sendBuilt(request, reply.status(signedIn ? 200 : status), page);
	if (!signedIn) return sendHtml(reply, status, "Sign in to Mailtrail", howToSignIn(deps));
	return sendHtml(reply, 200, "The hub runs; its page is not built", [
		"Build it in the repository: pnpm --filter @mailtrail/web build",
		"Then start the hub again, or name another folder with --web DIR. The API is at /api.",
	]);
}

const howToSignIn = ({ linkCommand }: WebDeps): string[] => [
	`On the hub, run: ${linkCommand}`,
	"It prints an address to open, signed in.",
];

/** The page itself asks who is not signed in to do so, and says what is wrong with a key that is still in the address. */
function sendBuilt(request: FastifyRequest, reply: FastifyReply, page: string): FastifyReply {
	return reply
		.header("cache-control", "no-cache")
		.type("text/html; charset=utf-8")
		.send(page.replaceAll('="./', `="${upToRoot(request.url)}`));
}

/**
 * The page's files stand beside its root, wherever a proxy shows that: told from the depth of the address, nothing needs to
 * know the sub-path (`/journey/HOST/ID/START` → `../../../`).
 */
function upToRoot(url: string): string {
	const depth = (url.split("?", 1)[0] ?? "").split("/").length - 2;
	return "../".repeat(depth) || "./";
}

function sendHtml(reply: FastifyReply, status: number, title: string, paragraphs: string[]): FastifyReply {
	return reply
		.status(status)
		.header("cache-control", "no-store")
		.type("text/html; charset=utf-8")
		.send(plainPage(title, paragraphs));
}
