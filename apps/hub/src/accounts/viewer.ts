/**
 * Who asks, and what that one may see: the one description that routes, searches, the live socket and exports go by. Made
 * anew for every request, so that a change of role, a revoked session or token, and an account that was shut work at once.
 */
import { RIGHTS_OF, type Right } from "@mailtrail/core/wire";
import type { AccountRecord, PeopleStore, SessionRecord, TokenRecord } from "../store/people-store.ts";
import { hashOf } from "./secrets.ts";

export interface Viewer {
	account: AccountRecord;
	/** for the audit log */
	who: string;
	rights: ReadonlySet<Right>;
	/** addresses come masked, and only messages of these domains come at all */
	domains?: readonly string[];
	/** the only thing that is open before everything else is */
	mustSetUp?: "second-factor";
	session?: SessionRecord;
	token?: TokenRecord;
}

const HOUR_MS = 3_600_000;
/** a write per session and minute is enough to know when somebody was last here */
const SEEN_EVERY_MS = 60_000;

export async function viewerOfSession(
	people: PeopleStore,
	value: string,
	now: number,
): Promise<Viewer | undefined> {
	const session = await people.findSession(hashOf(value));
	if (!session || session.expiresAt <= now) return undefined;
	const settings = await people.settings();
	if (session.lastSeenAt + settings.idleHours * HOUR_MS <= now) return undefined;
	const account = await people.account(session.account);
	if (!account || account.disabled) return undefined;
	if (now - session.lastSeenAt > SEEN_EVERY_MS) {
		await people.seenSession(session.id, now);
		await people.seenAccount(account.id, now);
	}
	const mustSetUp = settings.requireSecondFactor && account.secondFactor?.confirmed !== true;
	return {
		account,
		who: account.name,
		rights: new Set(mustSetUp ? [] : RIGHTS_OF[account.role]),
		...scopeOf(account),
		...(mustSetUp && { mustSetUp: "second-factor" as const }),
		session,
	};
}

/** A token may what it was made for, and never more than its maker may now. */
export async function viewerOfToken(
	people: PeopleStore,
	value: string,
	now: number,
): Promise<Viewer | undefined> {
	const token = await people.findToken(hashOf(value));
	if (!token || (token.expiresAt !== undefined && token.expiresAt <= now)) return undefined;
	const account = await people.account(token.account);
	if (!account || account.disabled) return undefined;
	if (now - (token.lastUsedAt ?? 0) > SEEN_EVERY_MS) await people.usedToken(token.id, now);
	const may: readonly Right[] = RIGHTS_OF[account.role];
	return {
		account,
		who: `${account.name} (token ${token.name})`,
		rights: new Set(token.rights.filter((right) => may.includes(right))),
		...scopeOf(account),
		token,
	};
}

/** Whether what opened a long-lived connection still would. */
export async function stillValid(people: PeopleStore, viewer: Viewer, now: number): Promise<boolean> {
	const { session, token } = viewer;
	const account = await people.account(viewer.account.id);
	if (!account || account.disabled || account.role !== viewer.account.role) return false;
	if (JSON.stringify(account.domains) !== JSON.stringify(viewer.account.domains)) return false;
	if (session) {
		const found = await people.session(session.id);
		if (!found || found.expiresAt <= now) return false;
		const { requireSecondFactor } = await people.settings();
		return !requireSecondFactor || account.secondFactor?.confirmed === true;
	}
	if (!token) return false;
	const found = await people.findToken(token.hash);
	return found !== undefined && (found.expiresAt === undefined || found.expiresAt > now);
}

export function isMasked(viewer: Viewer): boolean {
	return viewer.domains !== undefined;
}

function scopeOf({ role, domains }: AccountRecord): { domains?: string[] } {
	return role === "helpdesk" ? { domains } : {};
}
