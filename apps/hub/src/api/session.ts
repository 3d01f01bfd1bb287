/** `/api/session`, `/api/sessions`: who one is, signing in and out, and where else one is signed in. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import {
	DoneSchema,
	ErrorSchema,
	SessionAnswerSchema,
	SessionsAnswerSchema,
	SignInSchema,
} from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { checkSignIn, noteSignIn, openSession, type SignInDeps } from "../accounts/sign-in.ts";
import { checkOrigin, theViewer } from "../http/access.ts";
import { HubError } from "../http/errors.ts";
import { sessionAnswer, sessionEntry } from "./account-answers.ts";
import { note } from "./note.ts";

const SIGN_INS_A_MINUTE = { max: 20, timeWindow: 60_000 };
const done = { done: true as const };

export interface SessionDeps extends SignInDeps {
	origins: readonly string[];
	linkCommand: string;
}

export function registerSession(instance: FastifyInstance, deps: SessionDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { people } = deps.accounts;
	app.get(
		"/api/session",
		{
			config: { need: "open" },
			schema: { summary: "Who I am", security: [], response: { 200: SessionAnswerSchema } },
		},
		(request) => sessionAnswer(people, request.viewer ?? undefined, deps.now(), deps.linkCommand),
	);
	app.post(
		"/api/session",
		{
			config: { need: "open", rateLimit: SIGN_INS_A_MINUTE },
			schema: {
				summary: "Sign in with name, password and, where one is set up, a code",
				security: [],
				body: SignInSchema,
				response: { 200: SessionAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request, reply) => {
			checkOrigin(request, deps);
			const { name } = request.body;
			const account = await checkSignIn(deps, request.body).catch(async (error: unknown) => {
				const result = error instanceof HubError ? `refused: ${error.code}` : "failed";
				await noteSignIn(deps, request, { who: name, result, by: "password" });
				throw error;
			});
			// the one that was there ends with the new one: nobody can be given a session that another knows
			if (request.viewer?.session) await people.dropSession(request.viewer.session.id);
			const viewer = await openSession(request, reply, deps, { account, by: "password" });
			return await sessionAnswer(people, viewer, deps.now(), deps.linkCommand);
		},
	);
	app.delete(
		"/api/session",
		{
			config: { need: "signed-in" },
			schema: { summary: "Sign out", response: { 200: DoneSchema, "4xx": ErrorSchema } },
		},
		async (request, reply) => {
			const { session } = theViewer(request);
			if (session) await people.dropSession(session.id);
			await note(deps, request, "sign-out", "");
			reply.clearCookie(deps.cookieName, { path: "/", secure: deps.secure });
			return done;
		},
	);
	registerSessionList(instance, deps);
}

function registerSessionList(instance: FastifyInstance, deps: SessionDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { people } = deps.accounts;
	app.get(
		"/api/sessions",
		{
			config: { need: "person" },
			schema: {
				summary: "Where I am signed in; with the right `accounts`, where somebody else is",
				querystring: Type.Object({ account: Type.Optional(Type.String({ maxLength: 64 })) }),
				response: { 200: SessionsAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const viewer = theViewer(request);
			const { account = viewer.account.id } = request.query;
			if (account !== viewer.account.id && !viewer.rights.has("accounts")) throw new HubError("not-allowed");
			const sessions = await people.sessionsOf(account);
			return { sessions: sessions.map((session) => sessionEntry(session, viewer)) };
		},
	);
	app.delete(
		"/api/sessions/:id",
		{
			config: { need: "person" },
			schema: {
				summary: "End a session: one's own, or with the right `accounts` anybody's",
				params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
				response: { 200: DoneSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const viewer = theViewer(request);
			const session = await people.session(request.params.id);
			const mine = session?.account === viewer.account.id;
			// what is not one's own is not there
			if (!session || !(mine || viewer.rights.has("accounts"))) throw new HubError("not-found");
			await people.dropSession(session.id);
			await note(deps, request, "end session", session.account);
			return done;
		},
	);
}
