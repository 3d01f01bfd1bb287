/** Accounts, sessions, tokens and settings in `hub.db`. Nothing is kept in memory: commands change them while the hub runs. */
import type { DatabaseSync } from "node:sqlite";
import { RIGHTS, type Right, type Role } from "@mailtrail/core/wire";
import {
	type AccountPatch,
	type AccountRecord,
	OWNER,
	type PeopleStore,
	type SessionRecord,
	type SettingsRecord,
	type ShareStore,
	type TokenRecord,
} from "../../people-store.ts";
import { inTransaction } from "../open-database.ts";
import { ShareTable } from "./share-table.ts";

const SETTINGS: SettingsRecord = {
	requireSecondFactor: false,
	sessionHours: 720,
	idleHours: 168,
	sharing: false,
};

export class PeopleTables implements PeopleStore {
	readonly #db: DatabaseSync;
	readonly shares: ShareStore;

	constructor(db: DatabaseSync) {
		this.#db = db;
		this.shares = new ShareTable(db);
	}

	async accounts(): Promise<AccountRecord[]> {
		return this.#db.prepare("SELECT * FROM accounts ORDER BY folded").all().map(accountOf);
	}

	async account(id: string): Promise<AccountRecord | undefined> {
		const row = this.#db.prepare("SELECT * FROM accounts WHERE id = ?").get(id);
		return row && accountOf(row);
	}

	async accountNamed(name: string): Promise<AccountRecord | undefined> {
		const row = this.#db.prepare("SELECT * FROM accounts WHERE folded = ?").get(fold(name));
		return row && accountOf(row);
	}

	async addAccount(account: AccountRecord): Promise<boolean> {
		const { id, name, role, domains, disabled, password, createdAt } = account;
		const { changes } = this.#db
			.prepare(
				`INSERT OR IGNORE INTO accounts (id, name, folded, role, domains, disabled, password, factor_confirmed,
					factor_step, created_at, failures) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, 0)`,
			)
			.run(
				id,
				name,
				fold(name),
				role,
				JSON.stringify(domains),
				Number(disabled),
				password ?? null,
				createdAt,
			);
		return Number(changes) > 0;
	}

	async changeAccount(id: string, change: AccountPatch): Promise<boolean> {
		const set: Record<string, string | number | null> = {};
		if (change.name !== undefined) Object.assign(set, { name: change.name, folded: fold(change.name) });
		if (change.role !== undefined) set.role = change.role;
		if (change.domains !== undefined) set.domains = JSON.stringify(change.domains);
		if (change.disabled !== undefined) set.disabled = Number(change.disabled);
		if (change.password !== undefined) set.password = change.password;
		if (change.secondFactor !== undefined) {
			set.factor = change.secondFactor?.secret ?? null;
			set.factor_confirmed = Number(change.secondFactor?.confirmed ?? false);
		}
		const columns = Object.keys(set);
		if (columns.length === 0) return true;
		const { changes } = this.#db
			.prepare(
				`UPDATE OR IGNORE accounts SET ${columns.map((name) => `${name} = ?`).join(", ")} WHERE id = ?`,
			)
			.run(...Object.values(set), id);
		return Number(changes) > 0;
	}

	async dropAccount(id: string): Promise<void> {
		if (id === OWNER) return;
		inTransaction(this.#db, () => {
			for (const table of ["sessions", "tokens", "recovery_codes", "secrets", "shares"])
				this.#db.prepare(`DELETE FROM ${table} WHERE account = ?`).run(id);
			this.#db.prepare("DELETE FROM accounts WHERE id = ?").run(id);
		});
	}

	async seenAccount(id: string, at: number): Promise<void> {
		this.#db.prepare("UPDATE accounts SET last_seen_at = ? WHERE id = ?").run(at, id);
	}

	async addFailure(
		id: string,
		lockedUntil: (failures: number) => number | undefined,
	): Promise<AccountRecord> {
		return inTransaction(this.#db, () => {
			const row = this.#db
				.prepare("UPDATE accounts SET failures = failures + 1 WHERE id = ? RETURNING *")
				.get(id);
			if (!row) throw new Error("no such account");
			const account = accountOf(row);
			const until = lockedUntil(account.failures);
			if (until === undefined) return account;
			this.#db.prepare("UPDATE accounts SET locked_until = ? WHERE id = ?").run(until, id);
			return { ...account, lockedUntil: until };
		});
	}

	async clearFailures(id: string): Promise<void> {
		this.#db.prepare("UPDATE accounts SET failures = 0, locked_until = NULL WHERE id = ?").run(id);
	}

	async useStep(id: string, step: number): Promise<boolean> {
		const { changes } = this.#db
			.prepare("UPDATE accounts SET factor_step = ? WHERE id = ? AND factor_step < ?")
			.run(step, id, step);
		return Number(changes) > 0;
	}

	async setRecoveryCodes(account: string, hashes: string[]): Promise<void> {
		inTransaction(this.#db, () => {
			this.#db.prepare("DELETE FROM recovery_codes WHERE account = ?").run(account);
			const add = this.#db.prepare("INSERT INTO recovery_codes (account, hash) VALUES (?, ?)");
			for (const hash of hashes) add.run(account, hash);
		});
	}

	async recoveryCodes(account: string): Promise<number> {
		const row = this.#db.prepare("SELECT count(*) AS n FROM recovery_codes WHERE account = ?").get(account);
		return Number(row?.n ?? 0);
	}

	async takeRecoveryCode(account: string, hash: string): Promise<boolean> {
		const { changes } = this.#db
			.prepare("DELETE FROM recovery_codes WHERE account = ? AND hash = ?")
			.run(account, hash);
		return Number(changes) > 0;
	}

	async addSession(session: SessionRecord): Promise<void> {
		const { id, hash, account, createdAt, lastSeenAt, expiresAt, from, agent, byLink } = session;
		this.#db
			.prepare(
				`INSERT INTO sessions (id, hash, account, created_at, last_seen_at, expires_at, origin, agent, by_link)
					VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			)
			.run(id, hash, account, createdAt, lastSeenAt, expiresAt, from ?? null, agent ?? null, Number(byLink));
	}

	async findSession(hash: string): Promise<SessionRecord | undefined> {
		const row = this.#db.prepare("SELECT * FROM sessions WHERE hash = ?").get(hash);
		return row && sessionOf(row);
	}

	async session(id: string): Promise<SessionRecord | undefined> {
		const row = this.#db.prepare("SELECT * FROM sessions WHERE id = ?").get(id);
		return row && sessionOf(row);
	}

	async sessionsOf(account: string): Promise<SessionRecord[]> {
		const sql = "SELECT * FROM sessions WHERE account = ? ORDER BY last_seen_at DESC LIMIT 200";
		return this.#db.prepare(sql).all(account).map(sessionOf);
	}

	async seenSession(id: string, at: number): Promise<void> {
		this.#db.prepare("UPDATE sessions SET last_seen_at = ? WHERE id = ?").run(at, id);
	}

	async dropSession(id: string): Promise<void> {
		this.#db.prepare("DELETE FROM sessions WHERE id = ?").run(id);
	}

	async dropSessionsOf(account: string, but = ""): Promise<void> {
		this.#db.prepare("DELETE FROM sessions WHERE account = ? AND id <> ?").run(account, but);
	}

	async addToken(token: TokenRecord): Promise<void> {
		const { id, hash, name, account, rights, createdAt, expiresAt } = token;
		this.#db
			.prepare(
				`INSERT INTO tokens (id, hash, name, account, rights, created_at, expires_at)
					VALUES (?, ?, ?, ?, ?, ?, ?)`,
			)
			.run(id, hash, name, account, JSON.stringify(rights), createdAt, expiresAt ?? null);
	}

	async findToken(hash: string): Promise<TokenRecord | undefined> {
		const row = this.#db.prepare("SELECT * FROM tokens WHERE hash = ?").get(hash);
		return row && tokenOf(row);
	}

	async tokens(): Promise<TokenRecord[]> {
		return this.#db.prepare("SELECT * FROM tokens ORDER BY created_at DESC, id").all().map(tokenOf);
	}

	async usedToken(id: string, at: number): Promise<void> {
		this.#db.prepare("UPDATE tokens SET last_used_at = ? WHERE id = ?").run(at, id);
	}

	async dropToken(id: string): Promise<void> {
		this.#db.prepare("DELETE FROM tokens WHERE id = ?").run(id);
	}

	async settings(): Promise<SettingsRecord> {
		const rows = this.#db.prepare("SELECT name, value FROM settings").all();
		return {
			...SETTINGS,
			...Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(String(value))])),
		};
	}

	async changeSettings(change: Partial<SettingsRecord>): Promise<void> {
		const put = this.#db.prepare("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)");
		inTransaction(this.#db, () => {
			for (const [name, value] of Object.entries(change)) put.run(name, JSON.stringify(value));
		});
	}

	async sweep(now: number, auditBefore: number): Promise<void> {
		this.#db.prepare("DELETE FROM sessions WHERE expires_at < ?").run(now);
		this.#db.prepare("DELETE FROM tokens WHERE expires_at < ?").run(now - 30 * 86_400_000);
		this.#db.prepare("DELETE FROM shares WHERE expires_at < ?").run(now);
		this.#db.prepare("DELETE FROM audit WHERE at < ?").run(auditBefore);
	}
}

function fold(name: string): string {
	return name.normalize("NFKC").toLowerCase();
}

type Row = Record<string, unknown>;

function accountOf(row: Row): AccountRecord {
	return {
		id: String(row.id),
		name: String(row.name),
		role: String(row.role) as Role,
		domains: JSON.parse(String(row.domains)) as string[],
		disabled: Number(row.disabled) === 1,
		...(row.password !== null && { password: String(row.password) }),
		...(row.factor !== null && {
			secondFactor: {
				secret: String(row.factor),
				confirmed: Number(row.factor_confirmed) === 1,
				lastStep: Number(row.factor_step),
			},
		}),
		createdAt: Number(row.created_at),
		...(row.last_seen_at !== null && { lastSeenAt: Number(row.last_seen_at) }),
		failures: Number(row.failures),
		...(row.locked_until !== null && { lockedUntil: Number(row.locked_until) }),
	};
}

function sessionOf(row: Row): SessionRecord {
	return {
		id: String(row.id),
		hash: String(row.hash),
		account: String(row.account),
		createdAt: Number(row.created_at),
		lastSeenAt: Number(row.last_seen_at),
		expiresAt: Number(row.expires_at),
		...(row.origin !== null && { from: String(row.origin) }),
		...(row.agent !== null && { agent: String(row.agent) }),
		byLink: Number(row.by_link) === 1,
	};
}

/** `*`: a token of the first version, which opened everything there was */
function tokenOf(row: Row): TokenRecord {
	const rights = JSON.parse(String(row.rights)) as (Right | "*")[];
	return {
		id: String(row.id),
		hash: String(row.hash),
		name: String(row.name),
		account: String(row.account),
		rights: rights.includes("*") ? [...RIGHTS] : RIGHTS.filter((right) => rights.includes(right)),
		createdAt: Number(row.created_at),
		...(row.expires_at !== null && { expiresAt: Number(row.expires_at) }),
		...(row.last_used_at !== null && { lastUsedAt: Number(row.last_used_at) }),
	};
}
