/**
 * Gives pages of the program's own file back to the kernel. The executable is 100 MB, and every place of it that ran once,
 * at the start or in a burst, stays mapped in pieces of 64 KiB: 50 MB that nobody needs any more. They are unmapped
 * (madvise(2), MADV_DONTNEED), which loses nothing: what runs again comes from the page cache in microseconds. Only
 * mappings of files that cannot be written to and hold no page of the process's own. Without /proc or libc: nothing.
 */
import { dlopen } from "bun:ffi";
import { readFileSync } from "node:fs";

const LOOK_MS = 1000;
/** more than an agent with nothing to do maps */
const MAPPED_MAX = 17 * 1024 * 1024;
const MADV_DONTNEED = 4;
/** glibc, and musl for both processors */
const LIBRARIES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

type Advise = (start: bigint, length: bigint, advice: number) => number;

/** Looks from now on; returns how to stop. */
export function giveBackUnused(): () => void {
	const advise = openAdvise();
	if (!advise) return () => {};
	const timer = setInterval(() => {
		try {
			if (mappedBytes() > MAPPED_MAX) unmapUnused(advise);
		} catch {
			// no /proc here
			clearInterval(timer);
		}
	}, LOOK_MS);
	timer.unref();
	return () => clearInterval(timer);
}

function openAdvise(): Advise | undefined {
	for (const library of LIBRARIES) {
		try {
			const { symbols } = dlopen(library, { madvise: { args: ["u64", "u64", "i32"], returns: "i32" } });
			return symbols.madvise;
		} catch {
			// another system's
		}
	}
	return undefined;
}

/** Resident bytes of files: the third figure of proc(5)'s statm, in the pages that the second counts all of. */
function mappedBytes(): number {
	const [, resident = 0, ofFiles = 0] = readFileSync("/proc/self/statm", "latin1").split(" ").map(Number);
	return (process.memoryUsage.rss() / resident) * ofFiles;
}

/** proc(5), smaps: `01a40000-0684a000 r-xp 01838000 fe:00 2270188 /usr/bin/…`, and of it `Anonymous: 0 kB`. */
function unmapUnused(advise: Advise): void {
	let mapping: string | undefined;
	for (const line of readFileSync("/proc/self/smaps", "latin1").split("\n")) {
		const first = line.charCodeAt(0);
		// an address is hexadecimal in small letters or digits, a name begins with a capital letter
		if (first >= 48 && (first < 65 || first > 90)) mapping = line;
		else if (mapping !== undefined && line.startsWith("Anonymous:")) {
			if (line.endsWith(" 0 kB")) unmap(mapping, advise);
			mapping = undefined;
		}
	}
}

function unmap(mapping: string, advise: Advise): void {
	const [range = "", access = "", , , inode = "0"] = mapping.split(" ", 5);
	if (access[1] !== "-" || access[3] !== "p" || inode === "0") return;
	const [start, end] = range.split("-").map((address) => BigInt(`0x${address}`)) as [bigint, bigint];
	advise(start, end - start, MADV_DONTNEED);
}
