/**
 * Secrets that open the hub: one-time sign-in keys, sessions, one-time enrolment tokens, API tokens. 256 random bits each;
 * the store keeps the SHA-256 only (no stretching: there is nothing to guess).
 */
import { createHash, randomBytes } from "node:crypto";
import type { AccountStore, SecretKind, SecretRecord } from "../store/store.ts";

const HOUR_MS = 3_600_000;
/** How long each kind works; an API token until it is revoked. */
const LIFETIME_MS: Record<SecretKind, number | undefined> = {
	"sign-in": 24 * HOUR_MS,
	session: 30 * 24 * HOUR_MS,
	enrol: 24 * HOUR_MS,
	api: undefined,
};

export const SESSION_SECONDS = (30 * 24 * HOUR_MS) / 1000;

export interface NewSecret {
	/** shown once, kept nowhere */
	value: string;
	expiresAt?: number;
}

export async function makeSecret(
	accounts: AccountStore,
	kind: SecretKind,
	now: number,
	host?: string,
): Promise<NewSecret> {
	const value = randomBytes(32).toString("base64url");
	const lifetime = LIFETIME_MS[kind];
	const expires = lifetime === undefined ? {} : { expiresAt: now + lifetime };
	await accounts.addSecret({
		kind,
		hash: hashOf(value),
		createdAt: now,
		...expires,
		...(host !== undefined && { host }),
	});
	return { value, ...expires };
}

export function findSecret(
	accounts: AccountStore,
	kind: SecretKind,
	value: string,
	now: number,
): Promise<SecretRecord | undefined> {
	return accounts.findSecret(kind, hashOf(value), now);
}

/** A one-time secret, taken: it works for the first caller only. */
export function takeSecret(
	accounts: AccountStore,
	kind: SecretKind,
	value: string,
	now: number,
): Promise<SecretRecord | undefined> {
	return accounts.takeSecret(kind, hashOf(value), now);
}

function hashOf(value: string): string {
	return createHash("sha256").update(value).digest("hex");
}
