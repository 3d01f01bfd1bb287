/**
 * The files that a log's content may be in now: the log itself and its rotated siblings, oldest first. Names as
 * logrotate, newsyslog and cronolog make them: NAME.1, NAME-20261122, NAME.0.gz, NAME.old.
 */
import { type BigIntStats, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileKey } from "./log-file.ts";

/** `none` is plain text; `unreadable` is a compression that is not read here */
export type Compression = "none" | "gzip" | "unreadable";

export interface RotatedFile {
	path: string;
	key: string;
	compression: Compression;
	modified: bigint;
	/** the file that bears the log's own name */
	current: boolean;
}

/** Siblings that are looked at, at the most: the newest. */
export const SIBLINGS_MAX = 400;

/** File systems' clocks move in steps of up to this. */
const TICK_MS = 20;
const ROTATED = /^[.-](?:\d[\dT.:_-]{0,40}|old)(?:\.(gz|zst|bz2|xz|Z))?$/;

function compressionOf(ending: string | undefined): Compression {
	if (ending === undefined) return "none";
	return ending === "gz" ? "gzip" : "unreadable";
}

function statFile(path: string): BigIntStats | undefined {
	const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
	return stats?.isFile() ? stats : undefined;
}

function readRotated(folder: string, base: string, name: string): RotatedFile | undefined {
	const match = ROTATED.exec(name.slice(base.length));
	if (!match) return undefined;
	const path = join(folder, name);
	const stats = statFile(path);
	if (!stats) return undefined;
	const compression = compressionOf(match[1]);
	return { path, key: fileKey(stats), compression, modified: stats.mtimeNs, current: false };
}

/** Oldest first; of equal times the higher number is older (NAME.2 before NAME.1), the plain file goes first. */
function compareAge(a: RotatedFile, b: RotatedFile): number {
	if (a.modified !== b.modified) return a.modified < b.modified ? -1 : 1;
	if (a.compression !== b.compression) return a.compression === "none" ? -1 : 1;
	return b.path.localeCompare(a.path, "en", { numeric: true });
}

/** The log's siblings oldest first, then the log itself where it exists. */
export function listRotated(path: string): RotatedFile[] {
	const folder = dirname(path);
	const base = basename(path);
	const files: RotatedFile[] = [];
	for (const name of readdirSync(folder)) {
		const file = name.startsWith(base) && name !== base ? readRotated(folder, base, name) : undefined;
		if (file) files.push(file);
	}
	files.sort(compareAge);
	const kept = files.slice(-SIBLINGS_MAX);
	const stats = statFile(path);
	if (stats)
		kept.push({ path, key: fileKey(stats), compression: "none", modified: stats.mtimeNs, current: true });
	return kept;
}

/** Nanoseconds of the last change to the names in the log's folder; undefined while it may change within the same tick. */
export function folderChange(path: string, now: number): bigint | undefined {
	const stats = statSync(dirname(path), { bigint: true, throwIfNoEntry: false });
	return stats && now - Number(stats.mtimeMs) > TICK_MS ? stats.mtimeNs : undefined;
}

/** Whether two listings show the same files under the same names. */
export function sameListing(a: readonly RotatedFile[], b: readonly RotatedFile[]): boolean {
	return a.length === b.length && a.every((file, i) => file.path === b[i]?.path && file.key === b[i]?.key);
}
