/** `hub.db` of every released version opens, with what was in it; one of a newer version does not. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hashOf } from "../../../accounts/secrets.ts";
import { viewerOfSession, viewerOfToken } from "../../../accounts/viewer.ts";
import { openAccounts } from "../sqlite-store.ts";

/** as 0.1.0 made it */
const RELEASED_0_1_0 = `
CREATE TABLE secrets (
	hash TEXT PRIMARY KEY, kind TEXT NOT NULL, created_at REAL NOT NULL, expires_at REAL, used_at REAL, host TEXT)
	WITHOUT ROWID;
CREATE TABLE agents (
	agent TEXT PRIMARY KEY, host TEXT NOT NULL, public_key TEXT NOT NULL, enrolled_at REAL NOT NULL,
	revoked_at REAL, version TEXT, last_seen_at REAL) WITHOUT ROWID;
CREATE TABLE audit (
	id INTEGER PRIMARY KEY, at REAL NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL,
	result TEXT NOT NULL);
CREATE UNIQUE INDEX agents_of_host ON agents (host) WHERE revoked_at IS NULL;
`;

let dir: string;
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-hub-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

it("keeps agents, sessions, tokens, links and the audit log of the first release", async () => {
	const now = Date.now();
	const old = new DatabaseSync(join(dir, "hub.db"));
	old.exec(RELEASED_0_1_0);
	const secret = old.prepare("INSERT INTO secrets (hash, kind, created_at, expires_at) VALUES (?, ?, ?, ?)");
	secret.run(hashOf("session"), "session", now, now + 86_400_000);
	secret.run(hashOf("api"), "api", now, null);
	secret.run(hashOf("link"), "sign-in", now, now + 86_400_000);
	old.prepare("INSERT INTO agents (agent, host, public_key, enrolled_at) VALUES ('a', 'mx', 'k', 1)").run();
	old
		.prepare(
			"INSERT INTO audit (at, who, action, detail, result) VALUES (1, 'browser', 'check', 'x', 'done')",
		)
		.run();
	old.close();
	for (const _ of ["migrated", "opened again"]) {
		const accounts = openAccounts(dir);
		const viewer = await viewerOfSession(accounts.people, "session", now);
		expect(viewer?.account).toMatchObject({ id: "owner", role: "administrator" });
		expect((await viewerOfToken(accounts.people, "api", now))?.rights.has("accounts")).toBe(true);
		expect(await accounts.findSecret("sign-in", hashOf("link"), now)).toBeDefined();
		expect(await accounts.agents()).toMatchObject([{ agent: "a", host: "mx" }]);
		expect(await accounts.audits({ limit: 9 })).toMatchObject([{ id: 1, who: "browser" }]);
		await accounts.close();
	}
});

it("does not touch what a newer version wrote", () => {
	const newer = new DatabaseSync(join(dir, "hub.db"));
	newer.exec("PRAGMA user_version = 999");
	newer.close();
	expect(() => openAccounts(dir)).toThrow("newer mailtrail-hub");
});
