/**
 * How a host comes in: a one-time token, made by somebody who is signed in, and the agent's public key. A host that is
 * enrolled already gets a new key only with a token that was made for its name: a token for one machine must not take
 * over another.
 */
import { createPublicKey, randomUUID } from "node:crypto";
import type { EnrolRequest, EnrolResponse } from "@mailtrail/core/wire";
import { findSecret, takeSecret } from "../accounts/secrets.ts";
import { HubError } from "../http/errors.ts";
import type { AccountStore } from "../store/account-store.ts";

/** A host name stands in keys and line names, which blanks, colons and slashes part. */
const HOST_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,254}$/;

export function isHostName(name: string): boolean {
	return HOST_NAME.test(name);
}

export async function enrolAgent(
	accounts: AccountStore,
	request: EnrolRequest,
	now: number,
): Promise<EnrolResponse> {
	const { host, token, publicKey } = request;
	// Checked before the token is taken: a wrong request must not use it up.
	if (!isHostName(host)) throw new HubError("host-name-invalid");
	if (!isEd25519(publicKey)) throw new HubError("public-key-invalid");
	const waiting = await findSecret(accounts, "enrol", token, now);
	if (!waiting) throw new HubError("enrolment-token-invalid");
	if (waiting.host !== undefined && waiting.host !== host) throw new HubError("host-mismatch");
	const isEnrolled = (await accounts.agents()).some((agent) => agent.host === host);
	if (isEnrolled && waiting.host === undefined) throw new HubError("host-already-enrolled");
	if (!(await takeSecret(accounts, "enrol", token, now))) throw new HubError("enrolment-token-invalid");
	const agent = randomUUID();
	await accounts.enrolAgent({ agent, host, publicKey, enrolledAt: now });
	return { agent, host };
}

function isEd25519(publicKey: string): boolean {
	try {
		const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
		return key.asymmetricKeyType === "ed25519";
	} catch {
		return false;
	}
}
