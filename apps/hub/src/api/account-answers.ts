/** What the API says of accounts, sessions and tokens: never a hash, never a secret. */
import {
	type Account,
	RIGHTS,
	type SessionAnswer,
	type SessionEntry,
	type Share,
	type TokenEntry,
} from "@mailtrail/core/wire";
import { isMasked, type Viewer } from "../accounts/viewer.ts";
import type {
	AccountRecord,
	PeopleStore,
	SessionRecord,
	ShareRecord,
	TokenRecord,
} from "../store/people-store.ts";

export async function accountAnswer(
	people: PeopleStore,
	account: AccountRecord,
	now: number,
): Promise<Account> {
	const { id, name, role, domains, disabled, createdAt, lastSeenAt, lockedUntil } = account;
	return {
		id,
		name,
		role,
		...(role === "helpdesk" && { domains }),
		disabled,
		hasPassword: account.password !== undefined,
		secondFactor: account.secondFactor?.confirmed === true,
		recoveryCodes: await people.recoveryCodes(id),
		createdAt: iso(createdAt),
		...(lastSeenAt !== undefined && { lastSeenAt: iso(lastSeenAt) }),
		...(lockedUntil !== undefined && lockedUntil > now && { lockedUntil: iso(lockedUntil) }),
	};
}

export async function sessionAnswer(
	people: PeopleStore,
	viewer: Viewer | undefined,
	now: number,
	linkCommand: string,
): Promise<SessionAnswer> {
	const passwords = (await people.accounts()).some((each) => each.password !== undefined);
	if (!viewer) return { rights: [], masked: false, passwords, linkCommand };
	return {
		account: await accountAnswer(people, viewer.account, now),
		rights: RIGHTS.filter((right) => viewer.rights.has(right)),
		masked: isMasked(viewer),
		...((await people.settings()).sharing && { sharing: true }),
		...(viewer.mustSetUp && { mustSetUp: viewer.mustSetUp }),
		passwords,
	};
}

export function sessionEntry(session: SessionRecord, viewer: Viewer): SessionEntry {
	const { id, account, createdAt, lastSeenAt, expiresAt, from, agent } = session;
	return {
		id,
		account,
		createdAt: iso(createdAt),
		lastSeenAt: iso(lastSeenAt),
		expiresAt: iso(expiresAt),
		...(from !== undefined && { from }),
		...(agent !== undefined && { agent }),
		current: id === viewer.session?.id,
	};
}

export function tokenEntry(token: TokenRecord, accountName: string): TokenEntry {
	const { id, name, account, rights, createdAt, expiresAt, lastUsedAt } = token;
	return {
		id,
		name,
		account,
		accountName,
		rights,
		createdAt: iso(createdAt),
		...(expiresAt !== undefined && { expiresAt: iso(expiresAt) }),
		...(lastUsedAt !== undefined && { lastUsedAt: iso(lastUsedAt) }),
	};
}

export function shareEntry(share: ShareRecord, by: string): Share {
	const { id, journey, createdAt, expiresAt, opened, lastOpenedAt } = share;
	return {
		id,
		journey,
		by,
		createdAt: iso(createdAt),
		expiresAt: iso(expiresAt),
		opened,
		...(lastOpenedAt !== undefined && { lastOpenedAt: iso(lastOpenedAt) }),
	};
}

function iso(ms: number): string {
	return new Date(ms).toISOString();
}
