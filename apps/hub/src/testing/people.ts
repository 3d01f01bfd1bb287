/** Accounts of every role, signed in, for tests. */
import { randomUUID } from "node:crypto";
import type { Right, Role } from "@mailtrail/core/wire";
import { hashOf, newSecretValue } from "../accounts/secrets.ts";
import { startSession } from "../accounts/sessions.ts";
import type { TestHub } from "./test-hub.ts";

export interface Person {
	id: string;
	/** headers of a request that the hub's own page makes */
	headers: Record<string, string>;
}

export async function person(hub: TestHub, role: Role, domains: string[] = []): Promise<Person> {
	const { people } = hub.store;
	const id = randomUUID();
	const name = `${role}-${id.slice(0, 8)}`;
	await people.addAccount({ id, name, role, domains, disabled: false, createdAt: Date.now(), failures: 0 });
	return { id, headers: await signedIn(hub, id) };
}

export async function signedIn(hub: TestHub, account: string): Promise<Record<string, string>> {
	const { value } = await startSession(hub.store.people, account, Date.now(), { link: false });
	return { cookie: `mailtrail_session_0=${value}`, origin: hub.url, host: new URL(hub.url).host };
}

/** The Authorization header of a token. */
export async function tokenOf(
	hub: TestHub,
	account: string,
	rights: Right[],
	expiresAt?: number,
): Promise<{ id: string; headers: { authorization: string } }> {
	const value = newSecretValue();
	const id = randomUUID();
	await hub.store.people.addToken({
		id,
		hash: hashOf(value),
		name: rights.join("+"),
		account,
		rights,
		createdAt: Date.now(),
		...(expiresAt !== undefined && { expiresAt }),
	});
	return { id, headers: { authorization: `Bearer ${value}` } };
}
