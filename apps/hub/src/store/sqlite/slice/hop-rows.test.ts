/** A slice that is written to and has nothing yet is asked at each look-up of a page: it answers without its file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createSlice } from "./create-slice.ts";
import { OpenHops } from "./hop-rows.ts";
import { Slice } from "./slice.ts";
import { fileOf } from "./slice-files.ts";

it("terms of the newest slice are looked for in its runs alone", () => {
	const dir = mkdtempSync(join(tmpdir(), "mailtrail-hops-"));
	onTestFinished(() => rmSync(dir, { recursive: true }));
	createSlice(dir, 1, { positions: [], peers: [] });
	const slice = new Slice(1, join(dir, fileOf(1)), false);
	onTestFinished(() => slice.close());
	slice.db.exec("DROP TABLE hop_terms");
	const hops = new OpenHops(slice);
	expect(hops.near(7, 1_000, 20)).toEqual([]);
	expect(hops.byTerm(7, { at: 1_000, no: 1, endsAfter: 0 }, 20)).toEqual([]);
	expect(hops.count(7, 20)).toBe(0);
});
