/**
 * A slice file that cannot be read is set aside under another name, with the reason beside it, and the rest serves: one bad
 * sector must not take the hub's other months with it. Nothing of it is deleted; a person may mend it or put a backup there.
 */
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DAMAGED, fileOf, sliceNumbers } from "./slice-files.ts";

/** SQLITE_CORRUPT, SQLITE_NOTADB */
const DAMAGE_CODES = [11, 26];

export class SliceDamaged extends Error {
	readonly no: number;

	constructor(no: number, reason: string) {
		super(reason);
		this.no = no;
	}
}

/** The error as one of a damaged file; undefined for any other. */
export function damageOf(error: unknown, no: number): SliceDamaged | undefined {
	if (error instanceof SliceDamaged) return error;
	if (!(error instanceof Error) || !("errcode" in error)) return undefined;
	const code = Number(error.errcode) & 0xff;
	return DAMAGE_CODES.includes(code) ? new SliceDamaged(no, error.message) : undefined;
}

export function setAsideFile(dir: string, no: number, reason: string): void {
	const path = join(dir, fileOf(no));
	for (const side of ["", "-wal", "-shm"]) {
		if (existsSync(path + side)) renameSync(path + side, `${path}${DAMAGED}${side}`);
	}
	writeFileSync(`${path}${DAMAGED}.txt`, `${reason}\n`);
}

export interface DamagedFile {
	name: string;
	/** epoch milliseconds when it was set aside */
	at: number;
	reason: string;
}

export function damagedFiles(dir: string): DamagedFile[] {
	if (!existsSync(dir)) return [];
	return readdirSync(dir)
		.filter((name) => name.endsWith(DAMAGED))
		.sort()
		.map((name) => {
			const why = join(dir, `${name}.txt`);
			const known = existsSync(why);
			return {
				name,
				at: statSync(known ? why : join(dir, name)).mtimeMs,
				reason: known ? readFileSync(why, "utf8").trim() : "unknown",
			};
		});
}

/** Behind every number that was ever given out, those of files set aside included. */
export function nextNumber(dir: string): number {
	const aside = damagedFiles(dir).map(({ name }) => Number(name.slice(0, 6)));
	return Math.max(0, ...sliceNumbers(dir), ...aside) + 1;
}
