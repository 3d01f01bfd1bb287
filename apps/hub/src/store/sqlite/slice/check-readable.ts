/** A slice file that the store is about to open: brought up to today's version, then looked at where damage shows at once. */
import { existsSync, statSync } from "node:fs";
import { damageOf, SliceDamaged } from "./damage.ts";
import { migrateSlice } from "./migrate-slice.ts";
import { Slice } from "./slice.ts";

/** Throws `SliceDamaged` where SQLite cannot read it, or the file is shorter than it says. */
export function checkReadable(no: number, path: string): void {
	try {
		migrateSlice(path);
		const slice = new Slice(no, path, true);
		const pages = Number(slice.one("PRAGMA page_count")?.page_count ?? 0);
		const size = Number(slice.one("PRAGMA page_size")?.page_size ?? 0);
		slice.one("SELECT max(id) FROM lines");
		slice.one("SELECT max(first) FROM line_batches");
		slice.one("SELECT max(first) FROM line_blocks");
		slice.one("SELECT max(first) FROM line_pages");
		slice.timeRange();
		slice.close();
		if (!existsSync(`${path}-wal`) && statSync(path).size < pages * size)
			throw new SliceDamaged(no, `the file is cut off: ${statSync(path).size} of ${pages * size} bytes`);
	} catch (error) {
		throw damageOf(error, no) ?? error;
	}
}
