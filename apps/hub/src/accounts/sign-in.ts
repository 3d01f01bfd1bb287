/**
 * Signing in: name, password and, where one is set up, a code. Wrong tries are counted per account; from the fifth on it
 * is shut for a time that doubles up to an hour, whatever address they come from. An answer does not tell whether a name exists.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { SignIn } from "@mailtrail/core/wire";
import { HubError } from "../http/errors.ts";
import type { AccountRecord } from "../store/people-store.ts";
import type { AccountStore } from "../store/account-store.ts";
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
const STRANGERS_MAX = 10_000;

/** Whoever these belong to; throws `sign-in-failed`, `code-needed` or `locked`. */
export async function checkSignIn(deps: SignInDeps, given: SignIn): Promise<AccountRecord> {
	const { people } = deps.accounts;
	const now = deps.now();
	const found = await people.accountNamed(given.name);
	if (isShut(found ?? strangersOf(deps).get(folded(given.name)), now)) throw new HubError("locked");
	const right = await verifyPassword(given.password, found?.password);
	// as it is now: of many guesses at once no more are answered than of one after another
	const account = found && (await people.account(found.id));
	if (!account) throw countStranger(deps, given.name);
	if (isShut(account, now)) throw new HubError("locked");
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
	const tried = await deps.accounts.people.addFailure(id, (failures) => lockAfter(failures, now));
	return new HubError(isShut(tried, now) ? "locked" : "sign-in-failed");
}

interface Tried {
	failures: number;
	lockedUntil?: number | undefined;
}

/** Names that nobody has are shut like accounts, so that being shut does not tell which names there are. */
function countStranger(deps: SignInDeps, given: string): HubError {
	const now = deps.now();
	const strangers = strangersOf(deps);
	const name = folded(given);
	const before = strangers.get(name);
	const failures = (before?.failures ?? 0) + 1;
	const tried: Tried = { failures, lockedUntil: lockAfter(failures, now) ?? before?.lockedUntil };
	strangers.delete(name);
	const [oldest] = strangers.keys();
	if (strangers.size >= STRANGERS_MAX && oldest !== undefined) strangers.delete(oldest);
	strangers.set(name, tried);
	return new HubError(isShut(tried, now) ? "locked" : "sign-in-failed");
}

/** of one hub, by folded name; the one that was tried last stands last */
const strangersByHub = new WeakMap<AccountStore, Map<string, Tried>>();

function strangersOf({ accounts }: SignInDeps): Map<string, Tried> {
	const known = strangersByHub.get(accounts) ?? new Map<string, Tried>();
	strangersByHub.set(accounts, known);
	return known;
}

function lockAfter(failures: number, now: number): number | undefined {
	if (failures <= FAILURES_FREE) return undefined;
	return now + Math.min(LOCK_MS_MAX, LOCK_MS * 2 ** (failures - FAILURES_FREE - 1));
}

function isShut(tried: Tried | undefined, now: number): boolean {
	return tried?.lockedUntil !== undefined && tried.lockedUntil > now;
}

/** as the store compares names */
function folded(name: string): string {
	return name.normalize("NFKC").toLowerCase();
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
