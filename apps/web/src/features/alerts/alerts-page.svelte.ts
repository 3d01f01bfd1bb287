/** Everything the alerts' page shows, fetched together and again every so often: what stands, what stood, rules, silences, channels. */
import type { Alert, AlertRule, AlertsAnswer, Channel, ChannelsAnswer, Silence } from "@mailtrail/core/wire";
import { Action } from "../../lib/action.svelte.ts";
import { type ApiError, asApiError, fetchAnswer, send } from "../../lib/api.ts";
import type { Lang } from "../../lib/format.ts";
import { settings } from "../../lib/text.svelte.ts";
import { undo } from "../../lib/undo.svelte.ts";

const ASK_EVERY_MS = 15_000;
const HISTORY = 50;

export const silencePath = (id: string): string => `/api/alerts/silences/${encodeURIComponent(id)}`;

export class AlertsView {
	alerts = $state.raw<Alert[]>([]);
	rules = $state.raw<AlertRule[]>([]);
	silences = $state.raw<Silence[]>([]);
	channels = $state.raw<Channel[]>([]);
	/** the hub can send mail */
	mail = $state(false);
	known = $state(false);
	error = $state.raw<ApiError | undefined>();
	readonly acting = new Action();
	readonly firing = $derived(this.alerts.filter((alert) => alert.state === "firing"));
	readonly before = $derived(this.alerts.filter((alert) => alert.state !== "firing"));
	#lang: Lang = "en";

	start(lang: Lang): () => void {
		this.#lang = lang;
		void this.load();
		const asking = setInterval(() => void this.load(), ASK_EVERY_MS);
		return () => clearInterval(asking);
	}

	async load(): Promise<void> {
		try {
			const [firing, all, rules, silences, channels] = await Promise.all([
				fetchAnswer<AlertsAnswer>(`/api/alerts?state=firing&limit=500&lang=${this.#lang}`),
				fetchAnswer<AlertsAnswer>(`/api/alerts?state=all&limit=${HISTORY}&lang=${this.#lang}`),
				fetchAnswer<{ rules: AlertRule[] }>("/api/alerts/rules"),
				fetchAnswer<{ silences: Silence[] }>("/api/alerts/silences"),
				fetchAnswer<ChannelsAnswer>("/api/alerts/channels"),
			]);
			this.alerts = [...firing.alerts, ...all.alerts.filter((alert) => alert.state !== "firing")];
			this.rules = rules.rules;
			this.silences = silences.silences;
			this.channels = channels.channels;
			this.mail = channels.mail;
			this.known = true;
			this.error = undefined;
		} catch (cause) {
			this.error = asApiError(cause);
		}
	}

	/** A change, and what it left behind. */
	act(work: () => Promise<unknown>): Promise<boolean> {
		return this.acting.run(async () => {
			await work();
			await this.load();
		});
	}

	silence(alert: Alert, minutes: number): Promise<boolean> {
		return this.act(async () => {
			const { rule, subject } = alert;
			const made = await send<Silence>("POST", "/api/alerts/silences", { rule, subject, minutes });
			undo.done(settings.t.undo.silenced(alert.text), () =>
				this.act(() => send("DELETE", silencePath(made.id))),
			);
		});
	}

	/** From the page at once, from the hub when it is not taken back. */
	remove(path: string, words: string): void {
		undo.later(words, path, async () => {
			await send("DELETE", path);
			await this.load();
		});
	}
}
