/** Sessions: begun by a password or a link, carried by a cookie that no script reads. */
import { randomUUID } from "node:crypto";
import type { PeopleStore, SessionRecord } from "../store/people-store.ts";
import { hashOf, newSecretValue } from "./secrets.ts";

const HOUR_MS = 3_600_000;
const AGENT_MAX = 120;

export interface NewSession {
	/** for the cookie; kept nowhere */
	value: string;
	record: SessionRecord;
}

export async function startSession(
	people: PeopleStore,
	account: string,
	now: number,
	by: { link: boolean; from?: string | undefined; agent?: string | undefined },
): Promise<NewSession> {
	const { sessionHours } = await people.settings();
	const value = newSecretValue();
	const record: SessionRecord = {
		id: randomUUID(),
		hash: hashOf(value),
		account,
		createdAt: now,
		lastSeenAt: now,
		expiresAt: now + sessionHours * HOUR_MS,
		byLink: by.link,
		...(by.from !== undefined && { from: by.from }),
		...(by.agent !== undefined && { agent: by.agent.slice(0, AGENT_MAX) }),
	};
	await people.addSession(record);
	await people.seenAccount(account, now);
	return { value, record };
}
