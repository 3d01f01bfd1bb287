/**
 * Signing in: name, password and, where one is set up, a code. Wrong tries are counted per account; from the fifth on it
 * is shut for a time that doubles up to an hour, whatever address they come from. An answer does not tell whether a name exists.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { SignIn } from "@mailtrail/core/wire";
import { HubError } from "../http/errors.ts";
import type { AccountRecord } from "../store/people-store.ts";
import type { AccountStore } from "../store/store.ts";
import { verifyPassword } from "./passwords.ts";
import { checkSecondFactor } from "./second-factor.ts";
import { startSession } from "./sessions.ts";
import type { Viewer } from "./viewer.ts";
import { viewerOfSession } from "./viewer.ts";

export interface SignInDeps {
	accounts: AccountStore;
	cookieName: string;
	/** the browser may send the cookie over TLS only */
	secure: boolean;
	now: () => number;
}

const FAILURES_FREE = 4;
const LOCK_MS = 60_000;
const LOCK_MS_MAX = 3_600_000;

/** Whoever these belong to; throws `sign-in-failed`, `code-needed` or `locked`. */
export async function checkSignIn(deps: SignInDeps, given: SignIn): Promise<AccountRecord> {
	const { people } = deps.accounts;
	const now = deps.now();
	const account = await people.accountNamed(given.name);
	if (account?.lockedUntil !== undefined && account.lockedUntil > now) throw new HubError("locked");
	const right = await verifyPassword(given.password, account?.password);
	if (!account) throw new HubError("sign-in-failed");
	if (!right || account.disabled) throw await countFailure(deps, account.id);
	if (account.secondFactor?.confirmed) {
		if (given.code === undefined) throw new HubError("code-needed");
		if (!(await checkSecondFactor(people, account, given.code, now)))
			throw await countFailure(deps, account.id);
	}
	await people.clearFailures(account.id);
	return account;
}

/** One wrong try more; gives what to answer. */
export async function countFailure(
	deps: Pick<SignInDeps, "accounts" | "now">,
	id: string,
): Promise<HubError> {
	const now = deps.now();
	const { lockedUntil } = await deps.accounts.people.addFailure(id, (failures) =>
		failures <= FAILURES_FREE
			? undefined
			: now + Math.min(LOCK_MS_MAX, LOCK_MS * 2 ** (failures - FAILURES_FREE - 1)),
	);
	return new HubError(lockedUntil !== undefined && lockedUntil > now ? "locked" : "sign-in-failed");
}

/** A session of this account, in the browser's cookie and in the audit log. */
export async function openSession(
	request: FastifyRequest,
	reply: FastifyReply,
	deps: SignInDeps,
	{ account, by }: { account: AccountRecord; by: "password" | "link" },
): Promise<Viewer | undefined> {
	const { people } = deps.accounts;
	const now = deps.now();
	const { value, record } = await startSession(people, account.id, now, {
		link: by === "link",
		from: request.ip,
		agent: request.headers["user-agent"],
	});
	reply.setCookie(deps.cookieName, value, {
		path: "/",
		httpOnly: true,
		sameSite: "strict",
		secure: deps.secure,
		maxAge: Math.floor((record.expiresAt - now) / 1000),
	});
	await noteSignIn(deps, request, { who: account.name, result: "done", by });
	return await viewerOfSession(people, value, now);
}

export async function noteSignIn(
	deps: SignInDeps,
	request: FastifyRequest,
	what: { who: string; result: string; by: "password" | "link" },
): Promise<void> {
	const { who, result, by } = what;
	await deps.accounts.audit({ at: deps.now(), who, action: "sign-in", detail: by, result, from: request.ip });
}
