/** Names of the files in a data directory's `slices` folder. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const FILE = /^(\d{6})\.db$/;
/** a file that could not be read is kept under this name, with the reason beside it */
export const DAMAGED = ".damaged";

export function slicesDir(data: string): string {
	return join(data, "slices");
}

/** Numbers of the slices, oldest first. */
export function sliceNumbers(dir: string): number[] {
	if (!existsSync(dir)) return [];
	return readdirSync(dir)
		.flatMap((name) => FILE.exec(name)?.[1] ?? [])
		.map(Number)
		.sort((a, b) => a - b);
}

export function fileOf(no: number): string {
	return `${String(no).padStart(6, "0")}.db`;
}
