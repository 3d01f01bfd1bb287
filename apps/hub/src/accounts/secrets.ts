/**
 * Secrets that open the hub: one-time sign-in links and enrolment tokens, sessions, API tokens. 256 random bits each; the
 * store keeps the SHA-256 only (no stretching: there is nothing to guess), and finds them by it, so no comparison tells
 * by its time how much of a guess was right.
 */
import { createHash, randomBytes } from "node:crypto";
import type { AccountStore, SecretKind, SecretRecord } from "../store/account-store.ts";

const LIFETIME_MS = 24 * 3_600_000;

export interface NewSecret {
	/** shown once, kept nowhere */
	value: string;
	expiresAt: number;
}

export async function makeSecret(
	accounts: AccountStore,
	kind: SecretKind,
	now: number,
	of: { host?: string | undefined; account?: string | undefined } = {},
): Promise<NewSecret> {
	const value = newSecretValue();
	const expiresAt = now + LIFETIME_MS;
	await accounts.addSecret({
		kind,
		hash: hashOf(value),
		createdAt: now,
		expiresAt,
		...(of.host !== undefined && { host: of.host }),
		...(of.account !== undefined && { account: of.account }),
	});
	return { value, expiresAt };
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

export function newSecretValue(): string {
	return randomBytes(32).toString("base64url");
}

export function hashOf(value: string): string {
	return createHash("sha256").update(value).digest("hex");
}
