/** Looks at every slice file as SQLite sees it, and at what must hold between its tables. Reads only: a hub may run. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SLICE_VERSION } from "../slice/slice-schema.ts";
import { damagedFiles } from "../slice/damage.ts";
import { unpackColumns } from "../packed/columns.ts";
import { readTexts } from "../packed/hop-block.ts";
import { LineBlock } from "../packed/line-block.ts";
import { fileOf, sliceNumbers, slicesDir } from "../slice/slice-files.ts";
import { NewerStore } from "../newer-store.ts";

export interface SliceReport {
	name: string;
	lines: number;
	hops: number;
	/** what is wrong; absent: nothing */
	problem?: string;
}

/** Throws `NewerStore`: of that nothing can be said. */
export function* checkStore(data: string): Generator<SliceReport> {
	const dir = slicesDir(data);
	for (const no of sliceNumbers(dir)) yield checkSlice(join(dir, fileOf(no)), fileOf(no));
	for (const { name, reason } of damagedFiles(dir))
		yield { name, lines: 0, hops: 0, problem: `was set aside: ${reason}` };
}

function checkSlice(path: string, name: string): SliceReport {
	try {
		const db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
		try {
			return { name, ...look(db) };
		} finally {
			db.close();
		}
	} catch (error) {
		if (error instanceof NewerStore) throw error;
		return { name, lines: 0, hops: 0, problem: error instanceof Error ? error.message : String(error) };
	}
}

function look(db: DatabaseSync): Omit<SliceReport, "name"> {
	const number = (sql: string) => Number(Object.values(db.prepare(sql).get() ?? {})[0] ?? 0);
	const found = db.prepare("PRAGMA integrity_check(3)").all();
	const faults = found.map((row) => String(row.integrity_check)).filter((text) => text !== "ok");
	if (faults.length > 0) return { lines: 0, hops: 0, problem: faults.join("; ") };
	const version = number("SELECT value FROM meta WHERE name = 'version'");
	if (version > SLICE_VERSION) throw new NewerStore(db.location() ?? "");
	const rows = (table: string) => (version < SLICE_VERSION ? 0 : number(`SELECT sum(rows) FROM ${table}`));
	const lines =
		number("SELECT count(*) FROM lines") + rows("line_blocks") + rows("line_batches") + rows("line_pages");
	const hops = number("SELECT count(*) FROM hops") + rows("hop_pages");
	const spoilt = version === SLICE_VERSION ? spoiltPages(db) : 0;
	if (spoilt > 0) return { lines, hops, problem: `${spoilt} of its pages cannot be unpacked` };
	const lost = number("SELECT count(*) FROM hop_terms WHERE hop NOT IN (SELECT no FROM hops)");
	if (lost > 0)
		return { lines, hops, problem: `${lost} search terms without a hop; \`store rebuild\` mends it` };
	return { lines, hops };
}

/** Pages whose bytes are not those that were written. */
function spoiltPages(db: DatabaseSync): number {
	const dictionary = db.prepare("SELECT value FROM meta WHERE name = 'hop-dictionary'").get()?.value;
	let spoilt = 0;
	const look = (table: string, unpack: (data: Uint8Array) => unknown) => {
		for (const { data } of db.prepare(`SELECT data FROM ${table}`).iterate())
			try {
				if (data instanceof Uint8Array) unpack(data);
			} catch {
				spoilt++;
			}
	};
	look("line_pages", (data) => new LineBlock(data));
	look("column_pages", unpackColumns);
	if (dictionary instanceof Uint8Array) look("hop_pages", (data) => readTexts(data, dictionary));
	return spoilt;
}
