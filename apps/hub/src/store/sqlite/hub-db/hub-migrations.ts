/**
 * `hub.db` from every released version to this one: numbered steps, each once, in a transaction. A file of a newer hub is
 * refused rather than misread.
 */
import type { DatabaseSync } from "node:sqlite";
import { ALERTS_SCHEMA } from "./alert-tables.ts";
import { inTransaction } from "../open-database.ts";
import { SHARES_SCHEMA } from "./share-table.ts";
import { NewerStore } from "../newer-store.ts";

/** 1: as the first release had it, unnumbered */
const BASE = `
CREATE TABLE IF NOT EXISTS secrets (
	hash TEXT PRIMARY KEY, kind TEXT NOT NULL, created_at REAL NOT NULL, expires_at REAL, used_at REAL, host TEXT)
	WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS agents (
	agent TEXT PRIMARY KEY, host TEXT NOT NULL, public_key TEXT NOT NULL, enrolled_at REAL NOT NULL,
	revoked_at REAL, version TEXT, last_seen_at REAL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS audit (
	id INTEGER PRIMARY KEY, at REAL NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL,
	result TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS agents_of_host ON agents (host) WHERE revoked_at IS NULL;
`;

/** 2: people. Who was signed in stays so, and tokens of before go on opening everything. */
const PEOPLE = `
CREATE TABLE accounts (
	id TEXT PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, role TEXT NOT NULL, domains TEXT NOT NULL,
	disabled INTEGER NOT NULL, password TEXT, factor TEXT, factor_confirmed INTEGER NOT NULL, factor_step INTEGER NOT NULL,
	created_at REAL NOT NULL, last_seen_at REAL, failures INTEGER NOT NULL, locked_until REAL) WITHOUT ROWID;
CREATE TABLE recovery_codes (account TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (account, hash)) WITHOUT ROWID;
CREATE TABLE sessions (
	id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, account TEXT NOT NULL, created_at REAL NOT NULL,
	last_seen_at REAL NOT NULL, expires_at REAL NOT NULL, origin TEXT, agent TEXT, by_link INTEGER NOT NULL)
	WITHOUT ROWID;
CREATE INDEX sessions_of_account ON sessions (account);
CREATE TABLE tokens (
	id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL, account TEXT NOT NULL, rights TEXT NOT NULL,
	created_at REAL NOT NULL, expires_at REAL, last_used_at REAL) WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
ALTER TABLE secrets ADD COLUMN account TEXT;
ALTER TABLE audit ADD COLUMN origin TEXT;
CREATE INDEX audit_by_who ON audit (who, id);
CREATE INDEX audit_by_action ON audit (action, id);
INSERT INTO accounts (id, name, folded, role, domains, disabled, factor_confirmed, factor_step, created_at, failures)
	VALUES ('owner', 'administrator', 'administrator', 'administrator', '[]', 0, 0, 0, unixepoch() * 1000, 0);
INSERT INTO sessions (id, hash, account, created_at, last_seen_at, expires_at, by_link)
	SELECT lower(hex(randomblob(8))), hash, 'owner', created_at, unixepoch() * 1000, expires_at, 1 FROM secrets
	WHERE kind = 'session' AND used_at IS NULL AND expires_at IS NOT NULL;
INSERT INTO tokens (id, hash, name, account, rights, created_at, expires_at)
	SELECT lower(hex(randomblob(8))), hash, 'from an earlier version', 'owner', '["*"]', created_at, expires_at FROM secrets
	WHERE kind = 'api' AND used_at IS NULL;
DELETE FROM secrets WHERE kind IN ('session', 'api');
`;

export const HUB_MIGRATIONS = [BASE, PEOPLE, ALERTS_SCHEMA, SHARES_SCHEMA];

export function migrateHub(db: DatabaseSync, path: string): void {
	if (versionOf(db) === HUB_MIGRATIONS.length) return;
	inTransaction(db, () => {
		// read again: a command may have been quicker
		const from = versionOf(db);
		if (from > HUB_MIGRATIONS.length) throw new NewerStore(path);
		for (const step of HUB_MIGRATIONS.slice(from)) db.exec(step);
		db.exec(`PRAGMA user_version = ${HUB_MIGRATIONS.length}`);
	});
}

function versionOf(db: DatabaseSync): number {
	return Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);
}
