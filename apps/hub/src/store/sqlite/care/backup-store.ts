/**
 * A copy of a store that a hub can start from, taken while another one writes. Slices are copied oldest first and only those
 * that were there at the beginning: the newest of them then holds no position beyond the lines that were copied.
 */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { fileOf, sliceNumbers, slicesDir } from "../slice/slice-files.ts";

/** pages copied at a time; the writer has its turn between */
const PAGES = 1_000;

/** `progress` is told bytes. `to` must not exist. */
export async function backupStore(
	data: string,
	to: string,
	progress: (done: number, all: number) => void,
): Promise<{ files: number; bytes: number }> {
	const names = sliceNumbers(slicesDir(data)).map((no) => join("slices", fileOf(no)));
	const all = [...names, "hub.db"];
	const bytes = all.reduce((sum, name) => sum + statSync(join(data, name)).size, 0);
	mkdirSync(join(to, "slices"), { recursive: true, mode: 0o700 });
	let done = 0;
	for (const name of all) {
		const db = new DatabaseSync(join(data, name), { readOnly: true, timeout: 5_000 });
		await backup(db, join(to, name), { rate: PAGES });
		db.close();
		done += statSync(join(data, name)).size;
		progress(done, bytes);
	}
	return { files: all.length, bytes };
}
