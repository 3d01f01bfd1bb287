/** Rules, alerts, silences, channels and samples in `hub.db`. What people write stands as one JSON text; what is searched, in columns. */
import type { DatabaseSync } from "node:sqlite";
import type { AlertKind } from "@mailtrail/core/wire";
import type {
	AlertRecord,
	AlertStore,
	ChannelRecord,
	RuleRecord,
	SampleRecord,
	SilenceRecord,
} from "../../alert-store.ts";
import { inTransaction } from "../open-database.ts";

export const ALERTS_SCHEMA = `
CREATE TABLE alert_rules (id TEXT PRIMARY KEY, created_at REAL NOT NULL, rule TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE alerts (
	id TEXT PRIMARY KEY, rule TEXT NOT NULL, since REAL NOT NULL, cleared_at REAL, alert TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX alerts_by_time ON alerts (since);
CREATE INDEX alerts_firing ON alerts (rule) WHERE cleared_at IS NULL;
CREATE TABLE alert_silences (id TEXT PRIMARY KEY, until REAL NOT NULL, silence TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE alert_channels (id TEXT PRIMARY KEY, channel TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE alert_samples (
	kind TEXT, subject TEXT, at REAL, value REAL NOT NULL, PRIMARY KEY (kind, at, subject)) WITHOUT ROWID;
`;

export class AlertTables implements AlertStore {
	readonly #db: DatabaseSync;

	constructor(db: DatabaseSync) {
		this.#db = db;
	}

	async rules(): Promise<RuleRecord[]> {
		return this.#read<RuleRecord>("SELECT rule AS json FROM alert_rules ORDER BY created_at, id");
	}

	async putRule(rule: RuleRecord): Promise<void> {
		this.#db
			.prepare("INSERT OR REPLACE INTO alert_rules (id, created_at, rule) VALUES (?, ?, ?)")
			.run(rule.id, rule.createdAt, JSON.stringify(rule));
	}

	async dropRule(id: string, at: number): Promise<void> {
		const firing = this.#read<AlertRecord>(
			"SELECT alert AS json FROM alerts WHERE rule = ? AND cleared_at IS NULL",
			id,
		);
		inTransaction(this.#db, () => {
			this.#db.prepare("DELETE FROM alert_rules WHERE id = ?").run(id);
			for (const alert of firing) this.#put({ ...alert, clearedAt: at });
		});
	}

	async alerts({
		firing,
		limit,
		before = Number.MAX_SAFE_INTEGER,
	}: Parameters<AlertStore["alerts"]>[0]): Promise<AlertRecord[]> {
		const which = firing ? "AND cleared_at IS NULL" : "";
		const sql = `SELECT alert AS json FROM alerts WHERE since < ? ${which} ORDER BY since DESC, id LIMIT ?`;
		return this.#read<AlertRecord>(sql, before, limit);
	}

	async putAlert(alert: AlertRecord): Promise<void> {
		this.#put(alert);
	}

	async silences(now: number): Promise<SilenceRecord[]> {
		this.#db.prepare("DELETE FROM alert_silences WHERE until <= ?").run(now);
		return this.#read<SilenceRecord>("SELECT silence AS json FROM alert_silences ORDER BY until");
	}

	async addSilence(silence: SilenceRecord): Promise<void> {
		this.#db
			.prepare("INSERT INTO alert_silences (id, until, silence) VALUES (?, ?, ?)")
			.run(silence.id, silence.until, JSON.stringify(silence));
	}

	async dropSilence(id: string): Promise<boolean> {
		return Number(this.#db.prepare("DELETE FROM alert_silences WHERE id = ?").run(id).changes) > 0;
	}

	async channels(): Promise<ChannelRecord[]> {
		return this.#read<ChannelRecord>("SELECT channel AS json FROM alert_channels ORDER BY id");
	}

	async putChannel(channel: ChannelRecord): Promise<void> {
		this.#db
			.prepare("INSERT OR REPLACE INTO alert_channels (id, channel) VALUES (?, ?)")
			.run(channel.id, JSON.stringify(channel));
	}

	async dropChannel(id: string): Promise<boolean> {
		return Number(this.#db.prepare("DELETE FROM alert_channels WHERE id = ?").run(id).changes) > 0;
	}

	async addSamples(samples: SampleRecord[]): Promise<void> {
		const add = this.#db.prepare(
			"INSERT OR REPLACE INTO alert_samples (kind, subject, at, value) VALUES (?, ?, ?, ?)",
		);
		inTransaction(this.#db, () => {
			for (const { kind, subject, at, value } of samples) add.run(kind, subject, at, value);
		});
	}

	async samples(kind: AlertKind, since: number): Promise<SampleRecord[]> {
		return this.#db
			.prepare("SELECT subject, at, value FROM alert_samples WHERE kind = ? AND at >= ? ORDER BY at")
			.all(kind, since)
			.map((row) => ({ kind, subject: String(row.subject), at: Number(row.at), value: Number(row.value) }));
	}

	async sweep(samplesBefore: number, alertsBefore: number): Promise<void> {
		this.#db.prepare("DELETE FROM alert_samples WHERE at < ?").run(samplesBefore);
		this.#db.prepare("DELETE FROM alerts WHERE cleared_at < ?").run(alertsBefore);
	}

	#put(alert: AlertRecord): void {
		this.#db
			.prepare("INSERT OR REPLACE INTO alerts (id, rule, since, cleared_at, alert) VALUES (?, ?, ?, ?, ?)")
			.run(alert.id, alert.rule, alert.since, alert.clearedAt ?? null, JSON.stringify(alert));
	}

	#read<T>(sql: string, ...values: (string | number)[]): T[] {
		return this.#db
			.prepare(sql)
			.all(...values)
			.map((row) => JSON.parse(String(row.json)) as T);
	}
}
