/** `/api/accounts`, `/api/roles`: who may come in, as what. Nobody can shut the last administrator out: the owner stays. */
import { randomUUID } from "node:crypto";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import {
	AccountAnswerSchema,
	AccountChangeSchema,
	AccountsAnswerSchema,
	DoneSchema,
	ErrorSchema,
	NewAccountAnswerSchema,
	NewAccountSchema,
	RIGHTS_OF,
	ROLES,
	RolesAnswerSchema,
	SignInLinkSchema,
} from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { hashPassword } from "../accounts/passwords.ts";
import { makeSecret } from "../accounts/secrets.ts";
import { HubError } from "../http/errors.ts";
import { type AccountRecord, OWNER } from "../store/people-store.ts";
import { accountAnswer } from "./account-answers.ts";
import { note, type NoteDeps } from "./note.ts";
import { checkStrength } from "./own-account.ts";

const ParamsSchema = Type.Object({ id: Type.String({ maxLength: 64 }) });

export interface AccountsDeps extends NoteDeps {
	/** the hub's address as browsers know it, for links */
	origin: () => string;
}

export function registerAccounts(instance: FastifyInstance, deps: AccountsDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { people } = deps.accounts;
	app.get(
		"/api/roles",
		{
			config: { need: "signed-in" },
			schema: { summary: "What each role may do", response: { 200: RolesAnswerSchema, "4xx": ErrorSchema } },
		},
		async () => ({
			roles: ROLES.map((role) => ({ role, rights: [...RIGHTS_OF[role]], masked: role === "helpdesk" })),
		}),
	);
	app.get(
		"/api/accounts",
		{
			config: { need: "accounts" },
			schema: { summary: "Everybody's account", response: { 200: AccountsAnswerSchema, "4xx": ErrorSchema } },
		},
		async () => {
			const all = await people.accounts();
			return { accounts: await Promise.all(all.map((each) => accountAnswer(people, each, deps.now()))) };
		},
	);
	app.post(
		"/api/accounts",
		{
			config: { need: "accounts" },
			schema: {
				summary: "A new account, with a password or with a link that signs the person in once",
				body: NewAccountSchema,
				response: { 200: NewAccountAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const { name, role, domains = [], password } = request.body;
			if (password !== undefined) checkStrength(password, name);
			checkDomains(role, domains);
			const account: AccountRecord = {
				id: randomUUID(),
				name,
				role,
				domains: domains.map(plainDomain),
				disabled: false,
				...(password !== undefined && { password: await hashPassword(password) }),
				createdAt: deps.now(),
				failures: 0,
			};
			if (!(await people.addAccount(account))) throw new HubError("name-taken");
			await note(deps, request, "add account", `${name} ${role} ${domains.join(",")}`.trim());
			const link = password === undefined ? await linkFor(deps, account.id) : undefined;
			return {
				account: await accountAnswer(people, account, deps.now()),
				...(link && { link: link.link, linkExpiresAt: link.expiresAt }),
			};
		},
	);
	registerOneAccount(instance, deps);
	registerLink(instance, deps);
}

function registerOneAccount(instance: FastifyInstance, deps: AccountsDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { people } = deps.accounts;
	app.patch(
		"/api/accounts/:id",
		{
			config: { need: "accounts" },
			schema: {
				summary: "Change an account; its sessions end when what it may do changes",
				params: ParamsSchema,
				body: AccountChangeSchema,
				response: { 200: AccountAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const account = await existing(deps, request.params.id);
			// named one by one: what else a body may hold (a password) is neither stored nor written into the audit log
			const { name, role, domains, disabled, removeSecondFactor } = request.body;
			const change = {
				...(name !== undefined && { name }),
				...(role !== undefined && { role }),
				...(domains !== undefined && { domains: domains.map(plainDomain) }),
				...(disabled !== undefined && { disabled }),
			};
			if (account.id === OWNER && ((role ?? account.role) !== "administrator" || disabled))
				throw new HubError("owner-stays");
			checkDomains(role ?? account.role, change.domains ?? account.domains);
			const changed = await people.changeAccount(account.id, {
				...change,
				...(removeSecondFactor && { secondFactor: null }),
			});
			if (!changed) throw new HubError("name-taken");
			if (removeSecondFactor) await people.setRecoveryCodes(account.id, []);
			if (role !== undefined || domains !== undefined || disabled !== undefined)
				await people.dropSessionsOf(account.id);
			const told = JSON.stringify({ ...change, removeSecondFactor });
			await note(deps, request, "change account", `${account.name} ${told}`);
			return { account: await accountAnswer(people, await existing(deps, account.id), deps.now()) };
		},
	);
	app.delete(
		"/api/accounts/:id",
		{
			config: { need: "accounts" },
			schema: {
				summary: "Remove an account with its sessions and tokens",
				params: ParamsSchema,
				response: { 200: DoneSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const account = await existing(deps, request.params.id);
			if (account.id === OWNER) throw new HubError("owner-stays");
			await people.dropAccount(account.id);
			await note(deps, request, "remove account", account.name);
			return { done: true as const };
		},
	);
}

function registerLink(instance: FastifyInstance, deps: AccountsDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	app.post(
		"/api/accounts/:id/link",
		{
			config: { need: "accounts" },
			schema: {
				summary: "A link that signs the person in once, without password and code",
				params: ParamsSchema,
				response: { 200: SignInLinkSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const account = await existing(deps, request.params.id);
			await deps.accounts.people.clearFailures(account.id);
			await note(deps, request, "sign-in link", account.name);
			return await linkFor(deps, account.id);
		},
	);
}

async function existing(deps: AccountsDeps, id: string): Promise<AccountRecord> {
	const account = await deps.accounts.people.account(id);
	if (!account) throw new HubError("account-not-found");
	return account;
}

async function linkFor(deps: AccountsDeps, account: string): Promise<{ link: string; expiresAt: string }> {
	const { value, expiresAt } = await makeSecret(deps.accounts, "sign-in", deps.now(), { account });
	return { link: `${deps.origin()}/?key=${value}`, expiresAt: new Date(expiresAt).toISOString() };
}

/** A helpdesk without domains would see nothing and wonder why. */
function checkDomains(role: string, domains: string[]): void {
	if (role === "helpdesk" && domains.length === 0) {
		throw new HubError("request-invalid", "A helpdesk needs at least one domain whose mail it sees.");
	}
	const bad = domains
		.map(plainDomain)
		.find((domain) => !/^[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*$/u.test(domain));
	if (bad !== undefined)
		throw new HubError("request-invalid", `"${bad}" is no domain; write it like example.com.`);
}

function plainDomain(domain: string): string {
	return domain.trim().replace(/^@/, "").replace(/\.$/, "").toLowerCase();
}
