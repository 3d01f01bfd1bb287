import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { hashTerm } from "./term-hash.ts";

it("stays what files were written with", () => {
	expect(["", "h:mx", "f:söderström@example.org", "q:4f1x2y"].map(hashTerm)).toEqual([
		567839624004608, 326442093752102, 659448376103689, 315164393185047,
	]);
});

it("is an integer to SQLite, and another one for every term", () => {
	const db = new DatabaseSync(":memory:");
	db.exec("CREATE TABLE terms (term INTEGER PRIMARY KEY, kind TEXT) WITHOUT ROWID");
	const add = db.prepare("INSERT INTO terms (term) VALUES (?)");
	for (let n = 0; n < 20_000; n++) {
		add.run(hashTerm(`t:u${n}@example.org`));
		add.run(hashTerm(`k:q:${(n + 0x10_0000_0000).toString(16)}`));
	}
	expect(db.prepare("SELECT DISTINCT typeof(term) AS type FROM terms").all()).toEqual([{ type: "integer" }]);
	expect(db.prepare("SELECT count(*) AS n FROM terms").get()).toEqual({ n: 40_000 });
	db.close();
});
