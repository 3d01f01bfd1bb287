/**
 * `/api/shares`: links that open one journey, masked, without an account. `/api/shared` is what such a link opens. An
 * administrator allows them; each ends by itself, can be taken back, dies with its maker's account, and shows no more than
 * its maker may see now. Every link that is made, opened or taken back is in the audit log.
 */
import { randomUUID } from "node:crypto";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import {
	DoneSchema,
	ErrorSchema,
	type HostAnswer,
	type JourneyAnswer,
	JourneyAnswerSchema,
	NewShareAnswerSchema,
	NewShareSchema,
	RIGHTS_OF,
	type Right,
	SHARE_HEADER,
	SharesAnswerSchema,
} from "@mailtrail/core/wire";
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import { veil } from "../accounts/mask.ts";
import { hashOf, newSecretValue } from "../accounts/secrets.ts";
import { theViewer } from "../http/access.ts";
import { HubError } from "../http/errors.ts";
import { silentHosts } from "../journeys/silent-hosts.ts";
import { viewerZone } from "../journeys/viewer-zone.ts";
import type { Ask } from "../questions/questions.ts";
import type { ShareRecord } from "../store/people-store.ts";
import { shareEntry } from "./account-answers.ts";
import { note, type NoteDeps } from "./note.ts";

const SHARES_MAX = 1_000;
const DAY_MS = 86_400_000;
/** A page that stands open asks again: within this time after it was counted, from the same address, that is no opening of its own. */
const SAME_OPENING_MS = 600_000;
const OPENINGS_MAX = 10_000;
/** what is handed on leaves the hub: the right to take things out, and to see what is in them */
const NEED = ["export", "messages"] as const satisfies Right[];

export interface SharesDeps extends NoteDeps {
	ask: Ask;
	hosts: () => Promise<HostAnswer[]>;
	zone: string;
}

export function registerShares(instance: FastifyInstance, deps: SharesDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { people } = deps.accounts;
	app.get(
		"/api/shares",
		{
			config: { need: NEED, audit: false },
			schema: {
				summary: "Links without an account: my own; with the right `accounts`, everybody's",
				response: { 200: SharesAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const viewer = theViewer(request);
			const shares = (await people.shares.list()).filter(
				(share) => share.expiresAt > deps.now() && mayTakeBack(request, share),
			);
			const names = new Map((await people.accounts()).map(({ id, name }) => [id, name]));
			return {
				shares: shares.map((share) => shareEntry(share, names.get(share.account) ?? viewer.account.name)),
			};
		},
	);
	app.delete(
		"/api/shares/:id",
		{
			config: { need: NEED, audit: false },
			schema: {
				summary: "Take a link back: one's own, or with the right `accounts` anybody's",
				params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
				response: { 200: DoneSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const share = (await people.shares.list()).find(({ id }) => id === request.params.id);
			// what is not one's own is not there
			if (!share || !mayTakeBack(request, share)) throw new HubError("not-found");
			await people.shares.drop(share.id);
			await note(deps, request, "end share", share.journey);
			return { done: true as const };
		},
	);
	registerMaking(app, deps);
	registerShared(app, deps);
}

function registerMaking(instance: FastifyInstance, deps: SharesDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { people } = deps.accounts;
	app.post(
		"/api/shares",
		{
			config: { need: NEED, audit: false, rateLimit: { max: 60, timeWindow: 60_000 } },
			schema: {
				summary: "A link that opens this journey, masked, without an account",
				body: NewShareSchema,
				response: { 200: NewShareAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const viewer = theViewer(request);
			if (!(await people.settings()).sharing) throw new HubError("sharing-off");
			const { journey, days } = request.body;
			const told = await tell(deps, journey, { scope: viewer.domains });
			if (!told) throw new HubError("journey-not-found");
			if ((await people.shares.list()).length >= SHARES_MAX) throw new HubError("too-many-shares");
			const key = newSecretValue();
			const now = deps.now();
			const share: ShareRecord = {
				id: randomUUID(),
				hash: hashOf(key),
				journey,
				account: viewer.account.id,
				createdAt: now,
				expiresAt: now + days * DAY_MS,
				opened: 0,
			};
			await people.shares.add(share);
			await note(deps, request, "share", `${journey} days=${days}`);
			return { share: shareEntry(share, viewer.account.name), key };
		},
	);
}

/** Which openings were counted lately: who only says that they go on with one is counted all the same. */
class Openings {
	readonly #lately = new Map<string, number>();

	goesOn(who: string, now: number, again: boolean): boolean {
		const known = (this.#lately.get(who) ?? Number.NEGATIVE_INFINITY) > now - SAME_OPENING_MS;
		this.#lately.delete(who);
		this.#lately.set(who, now);
		const [oldest] = this.#lately.keys();
		if (this.#lately.size > OPENINGS_MAX && oldest !== undefined) this.#lately.delete(oldest);
		return again && known;
	}
}

function registerShared(instance: FastifyInstance, deps: SharesDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const openings = new Openings();
	app.get(
		"/api/shared",
		{
			config: { need: "open", rateLimit: { max: 120, timeWindow: 60_000 } },
			schema: {
				summary: "The masked journey of a link that needs no account",
				security: [],
				headers: Type.Object({ [SHARE_HEADER]: Type.String({ maxLength: 200 }) }),
				querystring: Type.Object({
					lang: Type.Optional(Type.Enum(["en", "ja"])),
					zone: Type.Optional(Type.String({ maxLength: 64 })),
					again: Type.Optional(
						Type.Boolean({ description: "By a page that stands open: no opening of its own" }),
					),
				}),
				response: { 200: JourneyAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request, reply) => {
			void reply.header("cache-control", "no-store");
			const { share, rights, domains, name } = await openShare(deps, request);
			const { lang, zone, again } = request.query;
			const told = await tell(deps, share.journey, { lang, zone, scope: domains });
			if (!told) throw new HubError("share-ended");
			const now = deps.now();
			if (!openings.goesOn(`${share.id} ${request.ip}`, now, again === true)) {
				await deps.accounts.people.shares.countOpening(share.id, now);
				await deps.accounts.audit({
					at: now,
					who: `a link of ${name}`,
					action: "view",
					detail: share.journey,
					result: "done",
					from: request.ip,
				});
			}
			return veil(told, { masked: true, lines: rights.includes("lines") }) as JourneyAnswer;
		},
	);
}

/** The link, and what its maker may see now; one error for whatever is wrong with it. */
async function openShare(deps: SharesDeps, request: FastifyRequest) {
	const { people } = deps.accounts;
	const key = request.headers[SHARE_HEADER];
	const share = typeof key === "string" ? await people.shares.find(hashOf(key)) : undefined;
	const account = share && (await people.account(share.account));
	const { sharing, requireSecondFactor } = await people.settings();
	if (!sharing || !share || share.expiresAt <= deps.now() || !account || account.disabled)
		throw new HubError("share-ended");
	if (requireSecondFactor && account.secondFactor?.confirmed !== true) throw new HubError("share-ended");
	const rights: readonly Right[] = RIGHTS_OF[account.role];
	if (!NEED.every((right) => rights.includes(right))) throw new HubError("share-ended");
	const domains = account.role === "helpdesk" ? account.domains : undefined;
	return { share, rights, domains, name: account.name };
}

interface Telling {
	lang?: "en" | "ja" | undefined;
	zone?: string | undefined;
	scope: readonly string[] | undefined;
}

async function tell(deps: SharesDeps, id: string, { lang = "en", zone, scope }: Telling) {
	return await deps.ask("journey", {
		id,
		lang,
		zone: viewerZone(zone, deps.zone),
		now: deps.now(),
		scope,
		silentHosts: silentHosts(await deps.hosts()),
	});
}

function mayTakeBack(request: FastifyRequest, share: ShareRecord): boolean {
	const viewer = theViewer(request);
	return share.account === viewer.account.id || viewer.rights.has("accounts");
}
