/** What logrotate and its like make beside a log: numbered files, and archives by every program that they know. */
import * as fs from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { spawnSync } from "node:child_process";

const NUMBER_MAX = 30;
const ENDINGS = { gzip: ".gz", zstd: ".zst", xz: ".xz", bzip2: ".bz2" } as const;

export type Archiver = keyof typeof ENDINGS;

/** The log's siblings, as they are listed. */
export function listRotated(folder: string): string[] {
	return fs
		.readdirSync(folder)
		.filter((name) => /^mail\.log[.-]\d/.test(name))
		.map((name) => join(folder, name));
}

/** Makes room for a new `log.1`. */
export function shiftNumbered(log: string): void {
	for (let n = NUMBER_MAX; n > 0; n--) {
		for (const end of ["", ...Object.values(ENDINGS)]) {
			const from = `${log}.${n}${end}`;
			if (fs.existsSync(from)) fs.renameSync(from, `${log}.${n + 1}${end}`);
		}
	}
}

/** The archive has the time of what is in it. */
export function compress(plain: string, archiver: Archiver): void {
	const { atimeMs, mtimeMs } = fs.statSync(plain);
	const archive = `${plain}${ENDINGS[archiver]}`;
	fs.writeFileSync(archive, compressed(archiver, fs.readFileSync(plain)));
	fs.utimesSync(archive, atimeMs / 1000, mtimeMs / 1000);
	fs.unlinkSync(plain);
}

/** A rotated file's lines, without the holes before them. */
export function linesOf(path: string): string[] {
	return plainOf(path)
		.toString("utf8")
		.split("\n")
		.map((line) => line.replace(/^\0+|\r$/g, ""));
}

/** By the program of that name, or by gzip where it is not installed: what it is stands in its first bytes. */
function compressed(archiver: Archiver, plain: Buffer): Buffer {
	if (archiver === "gzip") return gzipSync(plain);
	if (archiver === "zstd") return zstdCompressSync(plain);
	const { status, stdout } = spawnSync(archiver, ["-c"], { input: plain, maxBuffer: 1 << 28 });
	return status === 0 ? stdout : gzipSync(plain);
}

function plainOf(path: string): Buffer {
	const stored = fs.readFileSync(path);
	const magic = stored.subarray(0, 2).toString("hex");
	if (magic === "1f8b") return gunzipSync(stored);
	if (magic === "28b5") return zstdDecompressSync(stored);
	if (!/\.(?:xz|bz2)$/.test(path)) return stored;
	const program = path.endsWith(".xz") ? "xz" : "bzip2";
	return spawnSync(program, ["-dc"], { input: stored, maxBuffer: 1 << 28 }).stdout;
}
