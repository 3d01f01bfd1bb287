/** `/api/settings`: what administrators decide for everybody while the hub runs; the rest stands in its configuration file. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { ErrorSchema, SettingsChangeSchema, SettingsSchema } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import { note, type NoteDeps } from "./note.ts";

export interface SettingsDeps extends NoteDeps {
	/** what the configuration file and the build say */
	fixed: { tls: boolean; mail: boolean; version: string };
}

export function registerSettings(instance: FastifyInstance, deps: SettingsDeps): void {
	const app = instance.withTypeProvider<TypeBoxTypeProvider>();
	const { people } = deps.accounts;
	app.get(
		"/api/settings",
		{
			config: { need: "settings" },
			schema: { summary: "The hub's settings", response: { 200: SettingsSchema, "4xx": ErrorSchema } },
		},
		async () => ({ ...(await people.settings()), ...deps.fixed }),
	);
	app.patch(
		"/api/settings",
		{
			config: { need: "settings" },
			schema: {
				summary: "Change settings",
				body: SettingsChangeSchema,
				response: { 200: SettingsSchema, "4xx": ErrorSchema },
			},
		},
		async (request) => {
			// what else a body may hold is no setting
			const { requireSecondFactor, sessionHours, idleHours, sharing } = request.body;
			const change = {
				...(requireSecondFactor !== undefined && { requireSecondFactor }),
				...(sessionHours !== undefined && { sessionHours }),
				...(idleHours !== undefined && { idleHours }),
				...(sharing !== undefined && { sharing }),
			};
			await people.changeSettings(change);
			await note(deps, request, "change settings", JSON.stringify(change));
			return { ...(await people.settings()), ...deps.fixed };
		},
	);
}
