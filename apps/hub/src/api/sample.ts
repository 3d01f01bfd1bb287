/** `/api/sample`: recorded mail to look around with, before there is any of one's own. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { DoneSchema, ErrorSchema } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import { HubError } from "../http/errors.ts";
import type { Sample } from "../sample/sample.ts";
import { note, type NoteDeps } from "./note.ts";

const done = { done: true as const };

export function registerSample(
	instance: FastifyInstance,
	{ sample, ...deps }: NoteDeps & { sample: Sample },
): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	app.post(
		"/api/sample",
		{
			config: { need: "settings" },
			schema: {
				summary: "Show the recorded sample instead of what is stored",
				response: { 200: DoneSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			if (!(await sample.load())) throw new HubError("no-recording");
			await note(deps, request, "load sample", "");
			return done;
		},
	);
	app.delete(
		"/api/sample",
		{
			config: { need: "settings" },
			schema: {
				summary: "Remove the sample; what real hosts sent is shown again",
				response: { 200: DoneSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			await sample.remove();
			await note(deps, request, "remove sample", "");
			return done;
		},
	);
}
