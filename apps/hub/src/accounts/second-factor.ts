/**
 * The second factor: time-based codes of an authenticator (RFC 6238, SHA-1, 30 seconds, six digits: what every authenticator
 * reads), and recovery codes for whoever lost it. Every code works once.
 */
import { createHash, randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import type { AccountRecord, PeopleStore } from "../store/people-store.ts";

const PERIOD_SECONDS = 30;
/** one step to each side: clocks of phones differ, and typing takes time */
const WINDOW = 1;
const RECOVERY_CODES = 10;
/** without the signs that are read for another */
const ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";

export function newAuthenticator(account: string): { secret: string; uri: string } {
	const secret = new Secret({ size: 20 });
	return { secret: secret.base32, uri: totpOf(secret.base32, account).toString() };
}

/** Whether this code is right now and was not used before. */
export async function checkCode(
	people: PeopleStore,
	account: AccountRecord,
	code: string,
	now: number,
): Promise<boolean> {
	if (!account.secondFactor) return false;
	const digits = code.replace(/\s/g, "");
	if (!/^\d{6}$/.test(digits)) return false;
	const totp = totpOf(account.secondFactor.secret, account.name);
	const delta = totp.validate({ token: digits, timestamp: now, window: WINDOW });
	if (delta === null) return false;
	return await people.useStep(account.id, Math.floor(now / 1000 / PERIOD_SECONDS) + delta);
}

/** A code of the authenticator, or one of the recovery codes. */
export async function checkSecondFactor(
	people: PeopleStore,
	account: AccountRecord,
	code: string,
	now: number,
): Promise<boolean> {
	if (await checkCode(people, account, code, now)) return true;
	return await people.takeRecoveryCode(account.id, recoveryHash(account.id, code));
}

/** Ten new ones in place of all earlier ones; shown once. 80 random bits each, so a plain hash keeps them. */
export async function newRecoveryCodes(people: PeopleStore, account: string): Promise<string[]> {
	const codes = Array.from({ length: RECOVERY_CODES }, () => {
		const signs = [...randomBytes(16)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
		return signs.replace(/(.{4})(?=.)/g, "$1-");
	});
	await people.setRecoveryCodes(
		account,
		codes.map((code) => recoveryHash(account, code)),
	);
	return codes;
}

function recoveryHash(account: string, code: string): string {
	const signs = code.toLowerCase().replace(/[\s-]/g, "");
	return createHash("sha256").update(`${account} ${signs}`).digest("hex");
}

function totpOf(secret: string, account: string): TOTP {
	return new TOTP({
		issuer: "Mailtrail",
		label: account,
		secret: Secret.fromBase32(secret),
		algorithm: "SHA1",
		digits: 6,
		period: PERIOD_SECONDS,
	});
}
