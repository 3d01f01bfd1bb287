/** A reader beside the writer, over one file: what is committed is found, however runs were merged since it looked last. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { afterEach, expect, it } from "vitest";
import { openDatabase } from "../open-database.ts";
import { TERM_RUNS_SCHEMA, TermIndex } from "./term-index.ts";

const dir = mkdtempSync(join(tmpdir(), "mailtrail-terms-"));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const indexOver = (db: DatabaseSync) =>
	new TermIndex({
		all: (sql, ...values) => db.prepare(sql).all(...values),
		one: (sql, ...values) => db.prepare(sql).get(...values),
		run: (sql, ...values) => Number(db.prepare(sql).run(...values).lastInsertRowid),
	});

it("a reader that has looked before finds what came after, also when a run was merged under it", () => {
	const path = join(dir, "terms.db");
	const db = openDatabase(path);
	db.exec(TERM_RUNS_SCHEMA);
	let writer = indexOver(db);
	const beside = openDatabase(path, { readOnly: true });
	const reader = indexOver(beside);
	for (let n = 1; n <= 200; n++) {
		writer.add(n, 7, n);
		writer.write();
		// as after a commit that failed: what it remembered is read from the file again
		if (n % 30 === 0) writer = indexOver(db);
		if (n > 1) expect([...reader.descend(n, { at: 8, no: 0 })]).toEqual([]);
		reader.refresh();
		expect([...reader.descend(n, { at: 8, no: 0 })]).toEqual([{ at: 7, no: n }]);
	}
	beside.close();
	db.close();
});
