/**
 * Gives pages of the program's own file back to the kernel. The executable is 100 MB, and every place of it that ran once,
 * at the start or in a burst, stays mapped in pieces of 64 KiB: 50 MB that nobody needs any more. They are unmapped
 * (madvise(2), MADV_DONTNEED), which loses nothing: what runs again comes from the page cache in microseconds. Only the
 * executable's own mappings, which last as long as the process, not writable, and without a changed page. Without /proc or
 * libc: nothing.
 */
import { dlopen } from "bun:ffi";
import { openSync, readFileSync, readlinkSync, readSync } from "node:fs";
import type { GiveBack } from "./give-back.ts";

/** while something is done, and while nothing is */
const LOOK_MS = 500;
const IDLE_LOOK_MS = 1000;
/** more than an agent with nothing to do maps */
const MAPPED_MAX = 15 * 1024 * 1024;
const MADV_DONTNEED = 4;
/** glibc, and musl for both processors */
const LIBRARIES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

type Advise = (start: bigint, length: bigint, advice: number) => number;
type Mapping = readonly [start: bigint, length: bigint];

/** Looks from now on. */
export function giveBackUnused(): GiveBack {
	let advise: Advise | undefined;
	let mappings: Mapping[] = [];
	let mappedBytes = () => 0;
	let timer: NodeJS.Timeout | undefined;
	// a start has more urgent things to do
	let lookAt = performance.now() + LOOK_MS;
	const again = (wait: number) => {
		clearTimeout(timer);
		lookAt = performance.now() + LOOK_MS;
		timer = setTimeout(look, wait);
		timer.unref();
	};
	const look = () => {
		if (mappings.length === 0) {
			advise = openAdvise();
			mappings = ownMappings();
			if (!advise || mappings.length === 0) return;
			mappedBytes = mappedReader();
		}
		const isMuch = mappedBytes() >= MAPPED_MAX;
		if (isMuch) for (const [start, length] of mappings) advise?.(start, length, MADV_DONTNEED);
		again(isMuch ? LOOK_MS : IDLE_LOOK_MS);
	};
	again(LOOK_MS);
	return {
		worked() {
			if (performance.now() >= lookAt) look();
		},
		stop: () => clearTimeout(timer),
	};
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
function mappedReader(): () => number {
	const file = openSync("/proc/self/statm", "r");
	const text = Buffer.alloc(256);
	const figures = () => {
		const length = readSync(file, text, 0, text.length, 0);
		return text.toString("latin1", 0, length).split(" ").map(Number);
	};
	const [, resident = 1] = figures();
	// pages of 4 KiB, or of 16 or 64
	const page = 4096 * 2 ** Math.round(Math.log2(process.memoryUsage.rss() / resident / 4096));
	return () => (figures()[2] ?? 0) * page;
}

/** proc(5), smaps: `01a40000-0684a000 r-xp 01838000 fe:00 2270188   /usr/bin/…`, and of it `Anonymous: 0 kB`. */
function ownMappings(): Mapping[] {
	try {
		const executable = ` ${readlinkSync("/proc/self/exe")}`;
		const found: Mapping[] = [];
		let mapping: string | undefined;
		for (const line of readFileSync("/proc/self/smaps", "latin1").split("\n")) {
			if (/^[0-9a-f]+-/.test(line)) mapping = line;
			else if (line.startsWith("Anonymous:") && line.endsWith(" 0 kB") && mapping?.endsWith(executable))
				found.push(...readOnly(mapping));
		}
		return found;
	} catch {
		// no /proc here
		return [];
	}
}

function readOnly(mapping: string): Mapping[] {
	const [range = "", access = ""] = mapping.split(" ", 2);
	if (access[1] !== "-" || access[3] !== "p") return [];
	const [start, end] = range.split("-").map((address) => BigInt(`0x${address}`)) as [bigint, bigint];
	return [[start, end - start]];
}
