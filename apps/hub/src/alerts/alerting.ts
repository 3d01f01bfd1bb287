/** Alerts put together: the engine, the channels, the certificates and their routes. */
import type { HostAnswer } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import { registerAlertChannels } from "../api/alert-channels.ts";
import { registerAlerts } from "../api/alerts.ts";
import { readTls, type TlsFiles } from "../http/tls.ts";
import type { Ask } from "../questions/questions.ts";
import type { HubStore } from "../store/store.ts";
import { AlertEngine } from "./alert-engine.ts";
import { Certificates } from "./certificates.ts";
import { Delivery, type MailSettings } from "./deliver.ts";

declare module "fastify" {
	interface FastifyInstance {
		alertEngine: AlertEngine;
	}
}

export interface AlertingDeps {
	store: HubStore;
	ask: Ask;
	hosts: () => Promise<HostAnswer[]>;
	now: () => number;
	mail: MailSettings | undefined;
	tls: TlsFiles | undefined;
	origin: () => string;
}

export function registerAlerting(app: FastifyInstance, deps: AlertingDeps): { firing(): Promise<number> } {
	const { store, ask, hosts, now, mail, tls, origin } = deps;
	const delivery = new Delivery({ alerts: store.alerts, mail, origin, now });
	const certificates = new Certificates({ own: () => tls && endOf(tls), now });
	const engine = new AlertEngine({
		alerts: store.alerts,
		ask,
		hosts,
		certificates: (rules) => certificates.days(rules),
		delivery,
		now,
		onError: (error) => app.log.error({ err: error }, "alerts could not be looked at"),
	});
	app.decorate("alertEngine", engine);
	registerAlerts(app, { store, ask, accounts: store, now });
	registerAlertChannels(app, { store, ask, accounts: store, now, delivery });
	app.addHook("onReady", async () => engine.start());
	app.addHook("preClose", () => engine.stop());
	return { firing: async () => (await store.alerts.alerts({ firing: true, limit: 5_000 })).length };
}

function endOf(tls: TlsFiles): number | undefined {
	try {
		return readTls(tls).endsAt;
	} catch {
		// told where the files are read again
		return undefined;
	}
}
