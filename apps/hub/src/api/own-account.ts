/** `/api/account`: what everybody may change of oneself: name and password, the second factor, recovery codes. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import {
	AccountAnswerSchema,
	ErrorSchema,
	OwnAccountChangeSchema,
	RecoveryCodesSchema,
	SecondFactorConfirmSchema,
	SecondFactorOfferSchema,
	SecondFactorRemoveSchema,
} from "@mailtrail/core/wire";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { hashPassword, verifyPassword, weakness } from "../accounts/passwords.ts";
import {
	checkCode,
	checkSecondFactor,
	newAuthenticator,
	newRecoveryCodes,
} from "../accounts/second-factor.ts";
import { countFailure } from "../accounts/sign-in.ts";
import type { Viewer } from "../accounts/viewer.ts";
import { theViewer } from "../http/access.ts";
import { HubError } from "../http/errors.ts";
import { accountAnswer } from "./account-answers.ts";
import { note, type NoteDeps } from "./note.ts";

/** who came by a link may set a password without knowing the old one, for so long */
const BY_LINK_MS = 30 * 60_000;
const TRIES_A_MINUTE = { max: 20, timeWindow: 60_000 };
const config = { need: "session", rateLimit: TRIES_A_MINUTE } as const;

export function registerOwnAccount(instance: FastifyInstance, deps: NoteDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { people } = deps.accounts;
	app.put(
		"/api/account",
		{
			config,
			schema: {
				summary: "Change one's own name or password; every other session ends with a new password",
				body: OwnAccountChangeSchema,
				response: { 200: AccountAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const viewer = theViewer(request);
			const { name, password, currentPassword } = request.body;
			const { account } = viewer;
			if (password !== undefined) {
				await checkCurrent(deps, viewer, currentPassword);
				checkStrength(password, name ?? account.name);
			}
			const changed = await people.changeAccount(account.id, {
				...(name !== undefined && { name }),
				...(password !== undefined && { password: await hashPassword(password) }),
			});
			if (!changed) throw new HubError("name-taken");
			if (password !== undefined) {
				await people.clearFailures(account.id);
				await people.dropSessionsOf(account.id, viewer.session?.id);
			}
			// with the new name: whoever takes another for a while is known by it
			const changes = [name !== undefined && `name ${name}`, password !== undefined && "password"];
			await note(deps, request, "change own account", changes.filter(Boolean).join(", "));
			const now = await people.account(account.id);
			if (!now) throw new HubError("not-found");
			return { account: await accountAnswer(people, now, deps.now()) };
		},
	);
	registerSecondFactor(instance, deps);
	registerProven(instance, deps);
}

function registerSecondFactor(instance: FastifyInstance, deps: NoteDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { people } = deps.accounts;
	app.post(
		"/api/account/second-factor",
		{
			config,
			schema: {
				summary: "A new secret for an authenticator; it counts once it is confirmed",
				response: { 200: SecondFactorOfferSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const { account } = theViewer(request);
			if (account.secondFactor?.confirmed) throw new HubError("second-factor-there");
			const offer = newAuthenticator(account.name);
			await people.changeAccount(account.id, { secondFactor: { secret: offer.secret, confirmed: false } });
			return offer;
		},
	);
	app.put(
		"/api/account/second-factor",
		{
			config,
			schema: {
				summary: "Confirm the secret with a code; gives recovery codes, once",
				body: SecondFactorConfirmSchema,
				response: { 200: RecoveryCodesSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const { account } = theViewer(request);
			const { secondFactor } = account;
			if (!secondFactor) throw new HubError("not-found");
			if (secondFactor.confirmed) throw new HubError("second-factor-there");
			if (!(await checkCode(people, account, request.body.code, deps.now())))
				throw new HubError("code-wrong");
			await people.changeAccount(account.id, { secondFactor: { ...secondFactor, confirmed: true } });
			await note(deps, request, "second factor", "set up");
			return { recoveryCodes: await newRecoveryCodes(people, account.id) };
		},
	);
}

/** What only somebody with a code in hand may do. */
function registerProven(instance: FastifyInstance, deps: NoteDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { people } = deps.accounts;
	app.post(
		"/api/account/recovery-codes",
		{
			config,
			schema: {
				summary: "Ten new recovery codes in place of all earlier ones",
				body: SecondFactorConfirmSchema,
				response: { 200: RecoveryCodesSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const { account } = await proven(deps, request, request.body.code);
			await note(deps, request, "second factor", "new recovery codes");
			return { recoveryCodes: await newRecoveryCodes(people, account.id) };
		},
	);
	app.post(
		"/api/account/second-factor/remove",
		{
			config,
			schema: {
				summary: "Take the second factor away",
				body: SecondFactorRemoveSchema,
				response: { 200: AccountAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const { account } = await proven(deps, request, request.body.code);
			await people.changeAccount(account.id, { secondFactor: null });
			await people.setRecoveryCodes(account.id, []);
			await note(deps, request, "second factor", "removed");
			const now = await people.account(account.id);
			if (!now) throw new HubError("not-found");
			return { account: await accountAnswer(people, now, deps.now()) };
		},
	);
}

export function checkStrength(password: string, name: string): void {
	const weak = weakness(password, name);
	if (weak === "too-short") throw new HubError("password-weak", "A password has at least 12 characters.");
	if (weak) throw new HubError("password-weak");
}

async function checkCurrent(deps: NoteDeps, viewer: Viewer, given: string | undefined): Promise<void> {
	const { account, session } = viewer;
	if (account.password === undefined) return;
	if (session?.byLink && deps.now() - session.createdAt < BY_LINK_MS) return;
	if (account.lockedUntil !== undefined && account.lockedUntil > deps.now()) throw new HubError("locked");
	if (await verifyPassword(given ?? "", account.password)) return;
	await countFailure(deps, account.id);
	throw new HubError("password-wrong");
}

async function proven(deps: NoteDeps, request: FastifyRequest, code: string): Promise<Viewer> {
	const viewer = theViewer(request);
	const { account } = viewer;
	if (!account.secondFactor?.confirmed) throw new HubError("not-found");
	if (account.lockedUntil !== undefined && account.lockedUntil > deps.now()) throw new HubError("locked");
	if (await checkSecondFactor(deps.accounts.people, account, code, deps.now())) return viewer;
	await countFailure(deps, account.id);
	throw new HubError("code-wrong");
}
