/** `/api/alerts/channels`, `/api/alerts/silences`: where word of alerts goes, and what is to be quiet for a while. */
import { randomUUID } from "node:crypto";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import {
	ChannelDraftSchema,
	ChannelsAnswerSchema,
	ChannelTestAnswerSchema,
	DoneSchema,
	ErrorSchema,
	NewChannelAnswerSchema,
	NewSilenceSchema,
	SilenceSchema,
	SilencesAnswerSchema,
} from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { newSecretValue } from "../accounts/secrets.ts";
import { alertAnswer, channelAnswer, silenceAnswer } from "../alerts/alert-answer.ts";
import type { Delivery } from "../alerts/deliver.ts";
import { theViewer } from "../http/access.ts";
import { HubError } from "../http/errors.ts";
import type { ChannelRecord, SilenceRecord } from "../store/alert-store.ts";
import type { AlertDeps } from "./alerts.ts";
import { note } from "./note.ts";

const ParamsSchema = Type.Object({ id: Type.String({ maxLength: 64 }) });
const CHANNELS_MAX = 50;

export interface ChannelDeps extends AlertDeps {
	delivery: Delivery;
}

export function registerAlertChannels(instance: FastifyInstance, deps: ChannelDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { alerts } = deps.store;
	app.get(
		"/api/alerts/channels",
		{
			config: { need: "alerts" },
			schema: {
				summary: "Where word of alerts goes",
				response: { 200: ChannelsAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async () => ({ channels: (await alerts.channels()).map(channelAnswer), mail: deps.delivery.canMail }),
	);
	app.post(
		"/api/alerts/channels",
		{
			// the hub itself connects to what is named here: for administrators
			config: { need: "settings" },
			schema: {
				summary: "A new channel; the secret that signs a webhook is shown once",
				body: ChannelDraftSchema,
				response: { 200: NewChannelAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			if ((await alerts.channels()).length >= CHANNELS_MAX) throw new HubError("too-many-rules");
			const secret = request.body.kind === "webhook" ? newSecretValue() : undefined;
			const channel: ChannelRecord = { ...request.body, id: randomUUID(), ...(secret && { secret }) };
			await alerts.putChannel(channel);
			await note(deps, request, "add channel", `${channel.kind} ${channel.name}`);
			return { channel: channelAnswer(channel), ...(secret && { secret }) };
		},
	);
	registerOneChannel(instance, deps);
	registerChannelTest(instance, deps);
	registerSilences(instance, deps);
}

function registerOneChannel(instance: FastifyInstance, deps: ChannelDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { alerts } = deps.store;
	app.put(
		"/api/alerts/channels/:id",
		{
			config: { need: "settings" },
			schema: {
				summary: "Change a channel; its secret stays",
				params: ParamsSchema,
				body: ChannelDraftSchema,
				response: { 200: NewChannelAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const { id, kind, secret } = await existing(deps, request.params.id);
			if (kind !== request.body.kind)
				throw new HubError("request-invalid", `This channel is of kind ${kind}.`);
			const channel: ChannelRecord = { ...request.body, id, ...(secret !== undefined && { secret }) };
			await alerts.putChannel(channel);
			await note(deps, request, "change channel", `${channel.kind} ${channel.name}`);
			return { channel: channelAnswer(channel) };
		},
	);
	app.delete(
		"/api/alerts/channels/:id",
		{
			config: { need: "settings" },
			schema: {
				summary: "Remove a channel",
				params: ParamsSchema,
				response: { 200: DoneSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const { id, name } = await existing(deps, request.params.id);
			await alerts.dropChannel(id);
			await note(deps, request, "remove channel", name);
			return { done: true as const };
		},
	);
}

function registerChannelTest(instance: FastifyInstance, deps: ChannelDeps): void {
	instance.withTypeProvider<TypeBoxTypeProvider>().post(
		"/api/alerts/channels/:id/test",
		{
			config: { need: "settings", rateLimit: { max: 10, timeWindow: 60_000 } },
			schema: {
				summary: "Send a notice that says it is a test",
				params: ParamsSchema,
				response: { 200: ChannelTestAnswerSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const channel = await existing(deps, request.params.id);
			const at = deps.now();
			const test = {
				id: randomUUID(),
				rule: "test",
				ruleName: "A test",
				kind: "agent-gone",
				subject: "a test",
			} as const;
			const alert = { ...test, hosts: [], since: at, value: 0, peak: 0, threshold: 0 };
			const told = { ...alertAnswer(alert, "en", []), text: "This is a test of a channel of Mailtrail." };
			const result = await deps.delivery.send(channel, [told], { once: true });
			await note(deps, request, "test channel", channel.name, result);
			return { delivered: result === "delivered", result };
		},
	);
}

function registerSilences(instance: FastifyInstance, deps: ChannelDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { alerts } = deps.store;
	app.get(
		"/api/alerts/silences",
		{
			config: { need: "alerts" },
			schema: { summary: "What is quiet now", response: { 200: SilencesAnswerSchema, "4xx": ErrorSchema } },
		},
		async () => ({ silences: (await alerts.silences(deps.now())).map(silenceAnswer) }),
	);
	app.post(
		"/api/alerts/silences",
		{
			config: { need: "alert-rules" },
			schema: {
				summary: "Keep a rule, a subject, or everything quiet for a while",
				body: NewSilenceSchema,
				response: { 200: SilenceSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			const { minutes, ...of } = request.body;
			const by = theViewer(request).who;
			const silence: SilenceRecord = { ...of, id: randomUUID(), until: deps.now() + minutes * 60_000, by };
			await alerts.addSilence(silence);
			await note(deps, request, "silence", JSON.stringify(request.body));
			return silenceAnswer(silence);
		},
	);
	app.delete(
		"/api/alerts/silences/:id",
		{
			config: { need: "alert-rules" },
			schema: {
				summary: "End a silence",
				params: ParamsSchema,
				response: { 200: DoneSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			if (!(await alerts.dropSilence(request.params.id))) throw new HubError("not-found");
			await note(deps, request, "end silence", request.params.id);
			return { done: true as const };
		},
	);
}

async function existing(deps: ChannelDeps, id: string): Promise<ChannelRecord> {
	const channel = (await deps.store.alerts.channels()).find((each) => each.id === id);
	if (!channel) throw new HubError("channel-not-found");
	return channel;
}
