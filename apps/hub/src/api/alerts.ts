/** `/api/alerts`: what stands and stood, and the rules with what they would have done. */
import { randomUUID } from "node:crypto";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import {
	AlertPreviewAnswerSchema,
	AlertPreviewQuestionSchema,
	AlertRuleDraftSchema,
	type AlertRule,
	type AlertRuleDraft,
	AlertRuleSchema,
	AlertRulesAnswerSchema,
	AlertsAnswerSchema,
	AlertsQuerySchema,
	DoneSchema,
	ErrorSchema,
} from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { alertAnswer, ruleAnswer, silenceOf } from "../alerts/alert-answer.ts";
import { samplesFor } from "../alerts/measure.ts";
import { HubError } from "../http/errors.ts";
import type { RuleRecord } from "../store/alert-store.ts";
import type { Ask } from "../questions/questions.ts";
import type { HubStore } from "../store/store.ts";
import { note, type NoteDeps } from "./note.ts";

const ParamsSchema = Type.Object({ id: Type.String({ maxLength: 64 }) });
const LangSchema = Type.Object({ lang: Type.Optional(Type.Enum(["en", "ja"])) });
const FIRING_MAX = 5_000;
const RULES_MAX = 200;
const DAY_MS = 86_400_000;

export interface AlertDeps extends NoteDeps {
	store: HubStore;
	ask: Ask;
}

export function registerAlerts(instance: FastifyInstance, deps: AlertDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { alerts } = deps.store;
	app.get(
		"/api/alerts",
		{
			config: { need: "alerts" },
			schema: {
				summary: "Alerts, newest first: those that stand, or all",
				querystring: AlertsQuerySchema,
				response: { 200: AlertsAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const { state = "firing", limit = 100, before, lang = "en" } = request.query;
			const until = before === undefined ? undefined : Date.parse(before);
			if (Number.isNaN(until))
				throw new HubError("request-invalid", "before must be a time like 2026-11-22T10:00:00Z.");
			const silences = await alerts.silences(deps.now());
			const firing = await alerts.alerts({ firing: true, limit: FIRING_MAX });
			const found = await alerts.alerts({ firing: state === "firing", limit, before: until });
			return {
				alerts: found.map((alert) => alertAnswer(alert, lang, silences)),
				firing: firing.filter((alert) => !silenceOf(alert, silences)).length,
			};
		},
	);
	registerRules(instance, deps);
	registerOneRule(instance, deps);
	app.post(
		"/api/alerts/rules/preview",
		{
			config: { need: "alerts", rateLimit: { max: 60, timeWindow: 60_000 } },
			schema: {
				summary: "What a rule would have done, over a week unless told",
				querystring: LangSchema,
				body: AlertPreviewQuestionSchema,
				response: { 200: AlertPreviewAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const { rule, days = 7 } = request.body;
			const until = deps.now();
			checkRule(rule);
			const span = { since: until - days * DAY_MS, until };
			const samples = await samplesFor(alerts, rule, span.since);
			return await deps.ask("preview", { rule, span, samples, lang: request.query.lang ?? "en" });
		},
	);
}

function registerRules(instance: FastifyInstance, deps: AlertDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { alerts } = deps.store;
	app.get(
		"/api/alerts/rules",
		{
			config: { need: "alerts" },
			schema: { summary: "The rules", response: { 200: AlertRulesAnswerSchema, "4xx": ErrorSchema } },
		},
		async () => {
			const firing = await alerts.alerts({ firing: true, limit: FIRING_MAX });
			return { rules: (await alerts.rules()).map((rule) => ruleAnswer(rule, firing)) };
		},
	);
	app.post(
		"/api/alerts/rules",
		{
			config: { need: "alert-rules" },
			schema: {
				summary: "A new rule",
				body: AlertRuleDraftSchema,
				response: { 200: AlertRuleSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			checkRule(request.body);
			if ((await alerts.rules()).length >= RULES_MAX) throw new HubError("too-many-rules");
			const rule = { ...request.body, id: randomUUID(), createdAt: deps.now() };
			await alerts.putRule(rule);
			await note(deps, request, "add alert rule", JSON.stringify(request.body));
			return await answerOf(deps, rule);
		},
	);
}

function registerOneRule(instance: FastifyInstance, deps: AlertDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { alerts } = deps.store;
	app.put(
		"/api/alerts/rules/:id",
		{
			config: { need: "alert-rules" },
			schema: {
				summary: "Change a rule",
				params: ParamsSchema,
				body: AlertRuleDraftSchema,
				response: { 200: AlertRuleSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			checkRule(request.body);
			const { id, createdAt } = await existing(deps, request.params.id);
			const rule = { ...request.body, id, createdAt };
			await alerts.putRule(rule);
			await note(deps, request, "change alert rule", JSON.stringify(request.body));
			return await answerOf(deps, rule);
		},
	);
	app.delete(
		"/api/alerts/rules/:id",
		{
			config: { need: "alert-rules" },
			schema: {
				summary: "Remove a rule; what it has told stays in the history",
				params: ParamsSchema,
				response: { 200: DoneSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const rule = await existing(deps, request.params.id);
			await alerts.dropRule(rule.id, deps.now());
			await note(deps, request, "remove alert rule", rule.name);
			return { done: true as const };
		},
	);
}

async function answerOf({ store }: AlertDeps, rule: RuleRecord): Promise<AlertRule> {
	return ruleAnswer(rule, await store.alerts.alerts({ firing: true, limit: FIRING_MAX }));
}

async function existing({ store }: AlertDeps, id: string): Promise<RuleRecord> {
	const rule = (await store.alerts.rules()).find((each) => each.id === id);
	if (!rule) throw new HubError("alert-rule-not-found");
	return rule;
}

/** A rule that would never clear, or clear before it fires, is a mistake of whoever wrote it. */
function checkRule({ kind, threshold, clear }: AlertRuleDraft): void {
	if (clear === undefined) return;
	const falls = kind === "certificate-ends";
	if (falls ? clear >= threshold : clear <= threshold) return;
	throw new HubError(
		"request-invalid",
		`clear must be at ${falls ? "least" : "most"} the threshold, ${threshold}.`,
	);
}
