/**
 * Gives memory back that nobody needs any more. What lines leave is collected when those of a moment are sent: later, in the
 * middle of the next ones, more would be taken for what stays. And pages of the program's own file go back to the kernel: the
 * executable is 100 MB, and every place of it that ran once, at the start or in a burst, stays mapped in pieces of 64 KiB, 50 MB.
 * The pieces are made smaller, and unmapped (madvise(2), MADV_DONTNEED), which loses nothing: what runs again comes from the
 * page cache in microseconds. Only pages that hold what the file holds (`own-pages.bun.ts`). Without /proc or libc: nothing.
 */
import { dlopen } from "bun:ffi";
import { edenGC, fullGC } from "bun:jsc";
import { openSync, readFileSync, readSync } from "node:fs";
import type { GiveBack } from "./give-back.ts";
import { areUnchanged, bundlePages, pageSize, unchangedMappings } from "./own-pages.bun.ts";

/** what a burst of lines has mapped goes so often while it lasts; that of other work so long after it, if it is much */
const BURST_MS = 2000;
const LOOK_MS = 500;
/** more than an agent with nothing to do maps */
const MAPPED_MAX = 18 * 1024 * 1024;
/**
 * The kernel maps what stands around a page that is asked for, up to 64 KiB of the same mapping (mm/memory.c, do_fault_around): mostly
 * what nobody asks for. Mappings whose flags differ stay apart, so every second piece is left out of core dumps.
 */
const PIECE = 16_384n;
/** mappings that a process may have, where so many more are nothing: 65530 unless somebody lowered it (proc_sys_vm(5)) */
const MAPPINGS_MIN = 32_768;
/** lines that leave some megabytes */
const COLLECT_LINES = 900;
/** one collection of so many takes what the others took for what stays */
const FULL_EVERY = 20;
/** without a line for so long, what survived the collections of the last ones is collected too */
const QUIET_MS = 5000;
const MADV_DONTNEED = 4;
const MADV_DONTDUMP = 16;
/** glibc, and musl for both processors */
const LIBRARIES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

type Advise = (start: bigint, length: bigint, advice: number) => number;

/** Looks from now on, when something was done: a timer of its own would cost an idle host more than it gives. */
export function giveBackUnused(): GiveBack {
	let pages: OwnPages | undefined;
	let looking: NodeJS.Timeout | undefined;
	let collecting: NodeJS.Timeout | undefined;
	let lookedAt = 0;
	let readAt: number | undefined;
	let lines = 0;
	let collections = 0;
	const look = (mapped: number) => {
		looking = undefined;
		lookedAt = performance.now();
		if (readAt !== undefined && lookedAt - readAt > QUIET_MS) {
			readAt = undefined;
			fullGC();
		}
		pages ??= openOwnPages();
		pages?.unmap(mapped);
	};
	const collect = () => {
		collecting = undefined;
		lines = 0;
		if (++collections % FULL_EVERY === 0) fullGC();
		else edenGC();
		if (performance.now() - lookedAt >= BURST_MS) look(0);
	};
	return {
		worked(read) {
			looking ??= setTimeout(look, LOOK_MS, MAPPED_MAX);
			if (read === 0) return;
			readAt = performance.now();
			lines += read;
			if (lines >= COLLECT_LINES) collecting ??= setTimeout(collect, 0);
		},
		stop() {
			clearTimeout(looking);
			clearTimeout(collecting);
		},
	};
}

function openOwnPages(): OwnPages | undefined {
	try {
		return new OwnPages();
	} catch {
		// no /proc here, or not all of it
		return undefined;
	}
}

class OwnPages {
	readonly #advise = openAdvise();
	readonly #mappings = unchangedMappings();
	readonly #bundle = bundlePages();
	readonly #statm = openSync("/proc/self/statm", "r");
	readonly #text = Buffer.alloc(256);
	readonly #page = pageSize();

	constructor() {
		if (Number(readFileSync("/proc/sys/vm/max_map_count", "latin1")) < MAPPINGS_MIN) return;
		for (const [start, length] of this.#bundle ? [...this.#mappings, this.#bundle] : this.#mappings)
			for (let at = start; at < start + length - PIECE; at += 2n * PIECE)
				this.#advise?.(at, PIECE, MADV_DONTDUMP);
	}

	/** Unmaps what there is, if that is more than so many bytes. */
	unmap(most: number): void {
		if (most > 0 && this.#mapped() <= most) return;
		for (const [start, length] of this.#mappings) this.#advise?.(start, length, MADV_DONTNEED);
		const bundle = this.#bundle;
		if (bundle && areUnchanged(bundle)) this.#advise?.(...bundle, MADV_DONTNEED);
	}

	/** Resident bytes of files: the third figure of proc(5)'s statm. */
	#mapped(): number {
		const length = readSync(this.#statm, this.#text, 0, this.#text.length, 0);
		return Number(this.#text.toString("latin1", 0, length).split(" ")[2]) * this.#page;
	}
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
