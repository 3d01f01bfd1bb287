/** One entry of the audit log for what a request has done. */
import type { FastifyRequest } from "fastify";
import { theViewer } from "../http/access.ts";
import type { AccountStore } from "../store/account-store.ts";

export interface NoteDeps {
	accounts: AccountStore;
	now: () => number;
}

export async function note(
	{ accounts, now }: NoteDeps,
	request: FastifyRequest,
	action: string,
	detail: string,
	result = "done",
): Promise<void> {
	await accounts.audit({ at: now(), who: theViewer(request).who, action, detail, result, from: request.ip });
}
