/** Links that open one masked journey without an account, in `hub.db`: the key as a hash only, what is over is swept away with sessions. */
import type { DatabaseSync } from "node:sqlite";
import type { ShareRecord, ShareStore } from "../../people-store.ts";

/** 4 */
export const SHARES_SCHEMA = `
CREATE TABLE shares (
	id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, journey TEXT NOT NULL, account TEXT NOT NULL, created_at REAL NOT NULL,
	expires_at REAL NOT NULL, opened INTEGER NOT NULL, last_opened_at REAL) WITHOUT ROWID;
`;

export class ShareTable implements ShareStore {
	readonly #db: DatabaseSync;

	constructor(db: DatabaseSync) {
		this.#db = db;
	}

	async add({ id, hash, journey, account, createdAt, expiresAt, opened }: ShareRecord): Promise<void> {
		this.#db
			.prepare(
				"INSERT INTO shares (id, hash, journey, account, created_at, expires_at, opened) VALUES (?, ?, ?, ?, ?, ?, ?)",
			)
			.run(id, hash, journey, account, createdAt, expiresAt, opened);
	}

	async find(hash: string): Promise<ShareRecord | undefined> {
		const row = this.#db.prepare("SELECT * FROM shares WHERE hash = ?").get(hash);
		return row && shareOf(row);
	}

	async list(): Promise<ShareRecord[]> {
		return this.#db.prepare("SELECT * FROM shares ORDER BY created_at DESC").all().map(shareOf);
	}

	async countOpening(id: string, at: number): Promise<void> {
		this.#db.prepare("UPDATE shares SET opened = opened + 1, last_opened_at = ? WHERE id = ?").run(at, id);
	}

	async drop(id: string): Promise<void> {
		this.#db.prepare("DELETE FROM shares WHERE id = ?").run(id);
	}
}

function shareOf(row: Record<string, unknown>): ShareRecord {
	const lastOpenedAt = row["last_opened_at"];
	return {
		id: String(row["id"]),
		hash: String(row["hash"]),
		journey: String(row["journey"]),
		account: String(row["account"]),
		createdAt: Number(row["created_at"]),
		expiresAt: Number(row["expires_at"]),
		opened: Number(row["opened"]),
		...(typeof lastOpenedAt === "number" && { lastOpenedAt }),
	};
}
