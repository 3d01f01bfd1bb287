/**
 * An open log file, read by position. Reads are synchronous on purpose: local logs come from the page cache, and what
 * was checked (size, head) and what was read then cannot be torn apart by other work in between.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from "node:fs";

/** A line's end, or beginning, is looked for within so many bytes. */
export const LINE_START_MAX = 1024 * 1024;

/** One open file; whoever opens it closes it. */
export interface LogFile {
	readonly path: string;
	/** device and inode: the same file object under whatever name, as long as it is open */
	readonly key: string;
	size(): number;
	/** epoch milliseconds of the last write */
	modifiedAt(): number;
	/** epoch milliseconds when the file was made; 0 where the file system does not say */
	bornAt(): number;
	/** whether it has a name yet */
	linked(): boolean;
	/** The bytes there, in memory of their own, or in the beginning of `into`. */
	read(offset: number, length: number, into?: Buffer): Buffer;
	close(): void;
}

/** Where the last, unfinished line starts of what a file holds up to `size`. */
export function lineStart(file: LogFile, size: number): number {
	const from = Math.max(0, size - LINE_START_MAX);
	return from + file.read(from, size - from).lastIndexOf(10) + 1;
}

/** Device and inode of a stat. */
export function fileKey(stats: BigIntStats): string {
	return `${stats.dev}:${stats.ino}`;
}

/** Opens a file for reading; throws what the system says. Waits for nobody: the opening of a pipe would, for a writer. */
export function openLog(path: string): LogFile {
	const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
	if (fstatSync(fd).isFile()) return logOf(fd, path);
	closeSync(fd);
	throw new Error("is no file but a folder, a pipe or a device");
}

/** The log that is open as `fd`; closing it closes that. */
export function logOf(fd: number, path: string): LogFile {
	let open = true;
	return {
		path,
		key: fileKey(fstatSync(fd, { bigint: true })),
		size: () => fstatSync(fd).size,
		modifiedAt: () => fstatSync(fd).mtimeMs,
		bornAt: () => fstatSync(fd).birthtimeMs,
		linked: () => fstatSync(fd).nlink > 0,
		read(offset, length, into) {
			const bytes = into ?? Buffer.allocUnsafe(length);
			let filled = 0;
			while (filled < length) {
				const got = readSync(fd, bytes, filled, length - filled, offset + filled);
				if (got === 0) break;
				filled += got;
			}
			return bytes.subarray(0, filled);
		},
		close() {
			if (open) closeSync(fd);
			open = false;
		},
	};
}
