/**
 * Agents, secrets and the audit log in `hub.db`. Commands write here while the hub runs, so nothing is kept in memory and every change is
 * one statement. Secrets stand as SHA-256 only.
 */
import type { DatabaseSync } from "node:sqlite";
import type {
	AgentRecord,
	AuditPage,
	AuditRecord,
	SecretKind,
	SecretRecord,
	StoredAudit,
} from "../../account-store.ts";
import { inTransaction } from "../open-database.ts";

/** used and expired secrets are forgotten after this long */
const KEEP_USED_MS = 30 * 86_400_000;
/** a pasted bounce is a search too */
const DETAIL_MAX = 2_000;

export class AccountTables {
	readonly #db: DatabaseSync;

	constructor(db: DatabaseSync) {
		this.#db = db;
	}

	addSecret(secret: SecretRecord): void {
		const old = secret.createdAt - KEEP_USED_MS;
		this.#db.prepare("DELETE FROM secrets WHERE used_at < ? OR expires_at < ?").run(old, old);
		this.#db
			.prepare(
				"INSERT INTO secrets (hash, kind, created_at, expires_at, host, account) VALUES (?, ?, ?, ?, ?, ?)",
			)
			.run(
				secret.hash,
				secret.kind,
				secret.createdAt,
				secret.expiresAt ?? null,
				secret.host ?? null,
				secret.account ?? null,
			);
	}

	findSecret(kind: SecretKind, hash: string, now: number): SecretRecord | undefined {
		const row = this.#db
			.prepare(
				`SELECT kind, hash, created_at, expires_at, host, account FROM secrets
					WHERE hash = ? AND kind = ? AND used_at IS NULL AND (expires_at IS NULL OR expires_at > ?)`,
			)
			.get(hash, kind, now);
		return row && secretOf(kind, row);
	}

	takeSecret(kind: SecretKind, hash: string, now: number): SecretRecord | undefined {
		const row = this.#db
			.prepare(
				`UPDATE secrets SET used_at = ?
					WHERE hash = ? AND kind = ? AND used_at IS NULL AND (expires_at IS NULL OR expires_at > ?)
					RETURNING kind, hash, created_at, expires_at, host, account`,
			)
			.get(now, hash, kind, now);
		return row && secretOf(kind, row);
	}

	dropSecret(kind: SecretKind, hash: string): void {
		this.#db.prepare("DELETE FROM secrets WHERE hash = ? AND kind = ?").run(hash, kind);
	}

	agents(): AgentRecord[] {
		return this.#db.prepare("SELECT * FROM agents WHERE revoked_at IS NULL ORDER BY host").all().map(agentOf);
	}

	findAgent(agent: string): AgentRecord | undefined {
		const row = this.#db.prepare("SELECT * FROM agents WHERE agent = ?").get(agent);
		return row && agentOf(row);
	}

	enrolAgent(agent: AgentRecord): void {
		inTransaction(this.#db, () => {
			this.#db
				.prepare("UPDATE agents SET revoked_at = ? WHERE host = ? AND revoked_at IS NULL")
				.run(agent.enrolledAt, agent.host);
			this.#db
				.prepare("INSERT INTO agents (agent, host, public_key, enrolled_at) VALUES (?, ?, ?, ?)")
				.run(agent.agent, agent.host, agent.publicKey, agent.enrolledAt);
		});
	}

	seenAgent(agent: string, version: string, at: number): void {
		this.#db
			.prepare("UPDATE agents SET version = ?, last_seen_at = ? WHERE agent = ?")
			.run(version, at, agent);
	}

	revokeAgent(agent: string, at: number): void {
		this.#db
			.prepare("UPDATE agents SET revoked_at = ? WHERE agent = ? AND revoked_at IS NULL")
			.run(at, agent);
	}

	audit({ at, who, action, detail, result, from }: AuditRecord): void {
		this.#db
			.prepare("INSERT INTO audit (at, who, action, detail, result, origin) VALUES (?, ?, ?, ?, ?, ?)")
			.run(at, who, action, detail.slice(0, DETAIL_MAX), result, from ?? null);
	}

	audits({ limit, before, who, action }: AuditPage): StoredAudit[] {
		const wanted: [string, string | number | undefined][] = [
			["id < ?", before],
			["who = ?", who],
			["action = ?", action],
		];
		const given = wanted.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
		const where = given.length === 0 ? "" : `WHERE ${given.map(({ sql }) => sql).join(" AND ")}`;
		return this.#db
			.prepare(`SELECT * FROM audit ${where} ORDER BY id DESC LIMIT ?`)
			.all(...given.map(({ value }) => value), limit)
			.map((row) => ({
				id: Number(row.id),
				at: Number(row.at),
				who: String(row.who),
				action: String(row.action),
				detail: String(row.detail),
				result: String(row.result),
				...(row.origin !== null && { from: String(row.origin) }),
			}));
	}
}

function secretOf(kind: SecretKind, row: Record<string, unknown>): SecretRecord {
	return {
		kind,
		hash: String(row.hash),
		createdAt: Number(row.created_at),
		...(row.expires_at !== null && { expiresAt: Number(row.expires_at) }),
		...(row.host !== null && { host: String(row.host) }),
		...(row.account !== null && { account: String(row.account) }),
	};
}

function agentOf(row: Record<string, unknown>): AgentRecord {
	return {
		agent: String(row.agent),
		host: String(row.host),
		publicKey: String(row.public_key),
		enrolledAt: Number(row.enrolled_at),
		...(row.revoked_at !== null && { revokedAt: Number(row.revoked_at) }),
		...(row.version !== null && { version: String(row.version) }),
		...(row.last_seen_at !== null && { lastSeenAt: Number(row.last_seen_at) }),
	};
}
