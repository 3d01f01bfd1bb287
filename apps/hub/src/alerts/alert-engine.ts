/**
 * Looks once a minute: samples what only the present knows, measures every rule, lets alerts begin and end, and tells the
 * channels what has changed, all of one look together. What stands is in the store, so a restart neither forgets nor repeats it.
 */
import { randomUUID } from "node:crypto";
import type { AlertKind, HostAnswer } from "@mailtrail/core/wire";
import type { AlertRecord, AlertStore, RuleRecord, SampleRecord } from "../store/alert-store.ts";
import type { Ask } from "../questions/questions.ts";
import { alertAnswer, silenceOf } from "./alert-answer.ts";
import type { Delivery } from "./deliver.ts";
import { sampleHosts, samplesFor } from "./measure.ts";
import { type Measurement, type RuleState, step } from "./rule-state.ts";
import { STEP_MS } from "./series.ts";

export interface EngineDeps {
	alerts: AlertStore;
	/** measures are taken where searches are answered */
	ask: Ask;
	hosts: () => Promise<HostAnswer[]>;
	/** days until certificates end, by what they are of */
	certificates: (rules: RuleRecord[]) => Promise<Map<string, number>>;
	delivery: Delivery;
	now: () => number;
	onError: (error: unknown) => void;
}

const LOOK_EVERY_MS = 60_000;
const FIRING_MAX = 5_000;
const SAMPLES_KEPT_MS = 31 * 86_400_000;
const ALERTS_KEPT_MS = 400 * 86_400_000;
/** a week of everybody's hours is looked through: less often than every minute */
const SLOW: readonly AlertKind[] = ["sender-volume", "user-volume"];
/** of no host: that the hub looked at all */
const LOOKED = "";

export class AlertEngine {
	readonly #deps: EngineDeps;
	/** rule and subject → what is turning */
	readonly #turning = new Map<string, RuleState>();
	#timer: NodeJS.Timeout | undefined;
	#looking: Promise<void> = Promise.resolve();
	#sampledAt = 0;
	#volumesAt = 0;

	constructor(deps: EngineDeps) {
		this.#deps = deps;
	}

	start(): void {
		this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
		this.#timer.unref();
	}

	async stop(): Promise<void> {
		clearInterval(this.#timer);
		this.#deps.delivery.stop();
		await this.#looking;
	}

	/** One look; they follow each other, never overlap. */
	look(): Promise<void> {
		this.#looking = this.#looking.then(() => this.#look()).catch(this.#deps.onError);
		return this.#looking;
	}

	async #look(): Promise<void> {
		const { alerts, now } = this.#deps;
		const at = now();
		const rules = await alerts.rules();
		const latest = await this.#sample(rules, at);
		const firing = await alerts.alerts({ firing: true, limit: FIRING_MAX });
		const changed: AlertRecord[] = [];
		const isSlow = at - this.#volumesAt >= STEP_MS;
		if (isSlow) this.#volumesAt = at;
		for (const rule of rules) {
			if (!isSlow && SLOW.includes(rule.kind)) continue;
			const own = firing.filter((alert) => alert.rule === rule.id);
			changed.push(
				...(rule.enabled ? await this.#judge(rule, own, at, latest) : await this.#clearAll(own, at)),
			);
		}
		await this.#tell(rules, changed, at);
	}

	async #sample(rules: RuleRecord[], at: number): Promise<SampleRecord[]> {
		const { hosts, certificates, alerts } = this.#deps;
		const days = await certificates(
			rules.filter(({ kind, enabled }) => enabled && kind === "certificate-ends"),
		);
		const latest = [
			...sampleHosts(await hosts(), at),
			...[...days].map(
				([subject, value]): SampleRecord => ({ kind: "certificate-ends", subject, at, value }),
			),
		];
		if (at - this.#sampledAt < STEP_MS) return latest;
		this.#sampledAt = at;
		const looked = (["queue-growth", "log-silent", "agent-gone", "certificate-ends"] as const).map(
			(kind): SampleRecord => ({ kind, subject: LOOKED, at, value: 0 }),
		);
		// a host that is well is told by its absence; a queue is measured by its lows
		const kept = latest.filter(({ kind, value }) => value !== 0 || kind === "queue-growth");
		await alerts.addSamples([...looked, ...kept]);
		await alerts.sweep(at - SAMPLES_KEPT_MS, at - ALERTS_KEPT_MS);
		return latest;
	}

	/** The alerts of one rule that began, ended, or are due to be told again. */
	async #judge(
		rule: RuleRecord,
		firing: AlertRecord[],
		at: number,
		latest: SampleRecord[],
	): Promise<AlertRecord[]> {
		const { alerts, ask } = this.#deps;
		const since = at - 1;
		const now = latest.filter(({ kind }) => kind === rule.kind);
		const samples = [...(await samplesFor(alerts, rule, since)), ...now];
		const series = await ask("measure", { rule, since, until: at, samples });
		const values = new Map(series.map((each) => [each.subject, each]));
		const changed: AlertRecord[] = [];
		const prefix = `${rule.id} `;
		const turning = [...this.#turning.keys()].filter((key) => key.startsWith(prefix));
		const subjects = new Set([
			...values.keys(),
			...firing.map(({ subject }) => subject),
			...turning.map((key) => key.slice(prefix.length)),
		]);
		for (const subject of subjects) {
			const measured = values.get(subject);
			const standing = firing.find((alert) => alert.subject === subject);
			const point: Measurement = measured?.points.at(-1) ?? { at };
			const alert = await this.#turn(rule, { subject, hosts: measured?.hosts ?? [] }, standing, point);
			if (alert) changed.push(alert);
		}
		return changed;
	}

	async #turn(
		rule: RuleRecord,
		of: { subject: string; hosts: string[] },
		standing: AlertRecord | undefined,
		point: Measurement,
	): Promise<AlertRecord | undefined> {
		const key = `${rule.id} ${of.subject}`;
		const before: RuleState = {
			...this.#turning.get(key),
			...(standing && { firing: { since: standing.since, peak: standing.peak } }),
		};
		const { state, turn } = step(rule, before, point);
		if (state.turningSince === undefined) this.#turning.delete(key);
		else this.#turning.set(key, { turningSince: state.turningSince });
		const { alerts } = this.#deps;
		if (turn === "fired" && state.firing) {
			const { id, name, kind, threshold } = rule;
			const value = point.value ?? state.firing.peak;
			const { since, peak } = state.firing;
			const alert = {
				id: randomUUID(),
				rule: id,
				ruleName: name,
				kind,
				threshold,
				...of,
				since,
				value,
				peak,
			};
			await alerts.putAlert(alert);
			return alert;
		}
		if (!standing) return undefined;
		const now: AlertRecord = {
			...standing,
			value: point.value ?? standing.value,
			peak: state.firing?.peak ?? standing.peak,
			hosts: of.hosts.length > 0 ? of.hosts : standing.hosts,
			...(turn === "cleared" && { clearedAt: point.at }),
		};
		if (JSON.stringify(now) !== JSON.stringify(standing)) await alerts.putAlert(now);
		const again = (rule.repeatHours ?? 0) * 3_600_000;
		const isDue = again > 0 && now.toldAt !== undefined && point.at - now.toldAt >= again;
		return turn === "cleared" || isDue || now.toldAt === undefined ? now : undefined;
	}

	async #clearAll(firing: AlertRecord[], at: number): Promise<AlertRecord[]> {
		for (const alert of firing) await this.#deps.alerts.putAlert({ ...alert, clearedAt: at });
		return [];
	}

	/** Told without waiting: a channel that does not answer must not keep the next look. */
	async #tell(rules: RuleRecord[], changed: AlertRecord[], at: number): Promise<void> {
		if (changed.length === 0) return;
		const { alerts } = this.#deps;
		const silences = await alerts.silences(at);
		const loud = changed.filter((alert) => !silenceOf(alert, silences));
		for (const channel of await alerts.channels()) {
			const mine = loud.filter(({ rule }) =>
				rules.find(({ id }) => id === rule)?.channels.includes(channel.id),
			);
			if (mine.length === 0) continue;
			const told = mine.map((alert) => alertAnswer(alert, "en", silences));
			void this.#deps.delivery.send(channel, told).catch(this.#deps.onError);
		}
		for (const alert of loud) await alerts.putAlert({ ...alert, toldAt: at });
	}
}
