/**
 * The files that a log's content may be in now: the log itself and its rotated siblings, oldest first. Names as logrotate
 * (numbers, `dateext` with any `dateformat`, `extension`), newsyslog, postlogd and exicyclog make them: NAME.1, NAME.0.gz,
 * NAME-20261122, NAME-20261122-1795305600.xz, NAME.20261122-031500.gz, STEM-20261122.log, NAME.old.
 */
import { type BigIntStats, readdirSync, statSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileKey } from "./log-file.ts";
import { ageOfName } from "./rotated-name.ts";

export interface RotatedFile {
	path: string;
	key: string;
	/** by its name; what it is stands in its first bytes */
	compressed: boolean;
	modified: bigint;
	/** the same for one file as long as it exists, and for no other: inodes are used again */
	born: bigint;
	size: bigint;
	/** the file that bears the log's own name */
	current: boolean;
}

interface Aged extends RotatedFile {
	/** what in its name tells the order, and in which way */
	by: "date" | "number" | "none";
	age: string;
}

/** Siblings that are looked at, at the most: the newest. */
export const SIBLINGS_MAX = 400;

/** File systems' clocks move in steps of up to this. */
const TICK_MS = 20;
/** Names of compressed files. */
export const COMPRESSED = /\.(?:gz|gzip|zst|zstd|bz2|bzip2|xz|lzma|lz4|Z)$/;

function statFile(path: string): BigIntStats | undefined {
	const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
	return stats?.isFile() ? stats : undefined;
}

function describe(path: string, stats: BigIntStats, compressed: boolean, current: boolean): RotatedFile {
	const { mtimeNs: modified, birthtimeNs: born, size } = stats;
	return { path, key: fileKey(stats), compressed, modified, born, size, current };
}

/** What rotation added to the log's name, or nothing where the file is another one. */
function rotationOf(name: string, base: string): string | undefined {
	if (name.startsWith(base)) return name.slice(base.length);
	// `extension .log`: mail.log becomes mail-20261122.log
	const extension = extname(base);
	const stem = base.slice(0, base.length - extension.length);
	if (extension === "" || !name.startsWith(stem) || !name.endsWith(extension)) return undefined;
	const added = name.slice(stem.length, name.length - extension.length);
	return added.length >= "-261122".length ? added : undefined;
}

function readRotated(folder: string, base: string, name: string): Aged | undefined {
	const plainName = name.replace(COMPRESSED, "");
	const age = ageOfName(rotationOf(plainName, base) ?? "");
	if (!age) return undefined;
	const path = join(folder, name);
	const stats = statFile(path);
	return stats && { ...describe(path, stats, plainName !== name, false), ...age };
}

/** Of equal names the plain file goes first: the other is being made from it. */
function compareNames(a: Aged, b: Aged): number {
	if (a.age !== b.age) return a.age < b.age ? -1 : 1;
	if (a.compressed !== b.compressed) return a.compressed ? 1 : -1;
	return a.path < b.path ? -1 : 1;
}

/**
 * Oldest first. Within one way of naming the name tells (a copied or restored file has any time); between two ways, as
 * after a change of logrotate's settings, the time of the last write.
 */
function oldestFirst(files: readonly Aged[]): RotatedFile[] {
	const dated = files.filter(({ by }) => by === "date").sort(compareNames);
	const numbered = files.filter(({ by }) => by === "number").sort(compareNames);
	const others = files.filter(({ by }) => by === "none").sort((a, b) => Number(a.modified - b.modified));
	return merge(merge(dated, numbered), others);
}

function merge(a: readonly RotatedFile[], b: readonly RotatedFile[]): RotatedFile[] {
	const merged: RotatedFile[] = [];
	let i = 0;
	for (const file of b) {
		while (i < a.length && a[i]!.modified <= file.modified) merged.push(a[i++]!);
		merged.push(file);
	}
	return [...merged, ...a.slice(i)];
}

/** The log's siblings oldest first, then the log itself where it exists. */
export function listRotated(path: string): RotatedFile[] {
	const folder = dirname(path);
	const base = basename(path);
	const files: Aged[] = [];
	for (const name of readdirSync(folder)) {
		const file = name === base ? undefined : readRotated(folder, base, name);
		if (file) files.push(file);
	}
	const kept = oldestFirst(files).slice(-SIBLINGS_MAX);
	const stats = statFile(path);
	if (stats) kept.push(describe(path, stats, false, true));
	return kept;
}

/** Whether `name` is what rotation makes of the log called `base`. */
export function isRotated(name: string, base: string): boolean {
	return name !== base && ageOfName(rotationOf(name.replace(COMPRESSED, ""), base) ?? "") !== undefined;
}

/** Nanoseconds of the last change to the names in the log's folder; undefined while it may change within the same tick. */
export function folderChange(path: string, now: number): bigint | undefined {
	const stats = statSync(dirname(path), { bigint: true, throwIfNoEntry: false });
	return stats && now - Number(stats.mtimeMs) > TICK_MS ? stats.mtimeNs : undefined;
}

/** Whether a sibling is empty and written to not long ago: it may be a copy that has only begun. */
export function isFilling({ current, size, modified }: RotatedFile, since: number): boolean {
	return !current && size === 0n && Number(modified / 1_000_000n) >= since;
}

/** Whether two listings show the same files under the same names, and none of them empty in one alone. */
export function sameListing(a: readonly RotatedFile[], b: readonly RotatedFile[]): boolean {
	const isSame = (file: RotatedFile, other: RotatedFile | undefined) =>
		file.path === other?.path && file.key === other.key && (file.size === 0n) === (other.size === 0n);
	return a.length === b.length && a.every((file, i) => isSame(file, b[i]));
}
