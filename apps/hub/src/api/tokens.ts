/** `/api/tokens`: what scripts and the command line come in with. A token may what it was made for, never more than its maker. */
import { randomUUID } from "node:crypto";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import {
	DoneSchema,
	ErrorSchema,
	type NewToken,
	type NewTokenAnswer,
	NewTokenAnswerSchema,
	NewTokenSchema,
	TokensAnswerSchema,
} from "@mailtrail/core/wire";
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import { hashOf, newSecretValue } from "../accounts/secrets.ts";
import { theViewer } from "../http/access.ts";
import { HubError } from "../http/errors.ts";
import type { TokenRecord } from "../store/people-store.ts";
import { tokenEntry } from "./account-answers.ts";
import { note, type NoteDeps } from "./note.ts";

const DAY_MS = 86_400_000;
const TOKENS_MAX = 500;

export function registerTokens(instance: FastifyInstance, deps: NoteDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { people } = deps.accounts;
	app.get(
		"/api/tokens",
		{
			config: { need: "person" },
			schema: {
				summary: "My tokens, or everybody's",
				response: { 200: TokensAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const viewer = theViewer(request);
			const names = new Map((await people.accounts()).map(({ id, name }) => [id, name]));
			const all = await people.tokens();
			const seen = viewer.rights.has("accounts")
				? all
				: all.filter(({ account }) => account === viewer.account.id);
			return { tokens: seen.map((token) => tokenEntry(token, names.get(token.account) ?? "")) };
		},
	);
	app.post(
		"/api/tokens",
		{
			config: { need: "person", rateLimit: { max: 60, timeWindow: 60_000 } },
			schema: {
				summary: "A new token; its secret is shown once",
				body: NewTokenSchema,
				response: { 200: NewTokenAnswerSchema, "4xx": ErrorSchema },
			},
		},
		(request) => makeToken(deps, request, request.body),
	);
	app.delete(
		"/api/tokens/:id",
		{
			config: { need: "person" },
			schema: {
				summary: "Revoke a token",
				params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
				response: { 200: DoneSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const viewer = theViewer(request);
			const token = (await people.tokens()).find(({ id }) => id === request.params.id);
			const may = token?.account === viewer.account.id || viewer.rights.has("accounts");
			if (!token || !may) throw new HubError("not-found");
			await people.dropToken(token.id);
			await note(deps, request, "revoke token", token.name);
			return { done: true as const };
		},
	);
}

async function makeToken(deps: NoteDeps, request: FastifyRequest, asked: NewToken): Promise<NewTokenAnswer> {
	const viewer = theViewer(request);
	const { name, rights, days } = asked;
	const { people } = deps.accounts;
	const beyond = rights.find((right) => !viewer.rights.has(right));
	if (beyond !== undefined)
		throw new HubError("not-allowed", `You do not have the right "${beyond}" yourself.`);
	if ((await people.tokens()).length >= TOKENS_MAX) throw new HubError("too-many-tokens");
	const secret = newSecretValue();
	const now = deps.now();
	// a token makes none that outlives it
	const ends = [days === undefined ? undefined : now + days * DAY_MS, viewer.token?.expiresAt];
	const expiresAt = Math.min(...ends.filter((each) => each !== undefined));
	const token: TokenRecord = {
		id: randomUUID(),
		hash: hashOf(secret),
		name,
		account: viewer.account.id,
		rights,
		createdAt: now,
		...(Number.isFinite(expiresAt) && { expiresAt }),
	};
	await people.addToken(token);
	await note(deps, request, "make token", `${name} ${rights.join(",")}`);
	return { token: tokenEntry(token, viewer.account.name), secret };
}
