/**
 * Which pages of the program's own file are mapped and hold nothing but what the file holds: its code, its constants, and the
 * bundle with its bytecode (the section `.bun`, which the linker made writable and nobody writes to). Only the executable's own
 * mappings, which last as long as the process. Linux alone; elsewhere there are none.
 */
import { closeSync, openSync, readFileSync, readlinkSync, readSync } from "node:fs";

export type Pages = readonly [start: bigint, length: bigint];

const EXECUTABLE = "/proc/self/exe";

/** proc(5), smaps: `01a40000-0684a000 r-xp 01838000 fe:00 2270188   /usr/bin/…`, and of it `Anonymous: 0 kB`. */
export function unchangedMappings(): Pages[] {
	try {
		const executable = ` ${readlinkSync(EXECUTABLE)}`;
		const found: Pages[] = [];
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

function readOnly(mapping: string): Pages[] {
	const [range = "", access = ""] = mapping.split(" ", 2);
	if (access[1] !== "-" || access[3] !== "p") return [];
	const [start, end] = range.split("-").map((address) => BigInt(`0x${address}`)) as [bigint, bigint];
	return [[start, end - start]];
}

/** Whole pages of the section with the bundle; nothing where the program is loaded at another address than its file says. */
export function bundlePages(): Pages | undefined {
	const page = BigInt(pageSize());
	const fd = openSync(EXECUTABLE, "r");
	try {
		const section = findSection(fd, ".bun");
		if (!section) return undefined;
		const start = ((section.address + page - 1n) / page) * page;
		const end = ((section.address + section.size) / page) * page;
		return end > start ? [start, end - start] : undefined;
	} finally {
		closeSync(fd);
	}
}

/** getauxval(3): pairs of 64 bits, among them the size of a page, which is 4, 16 or 64 KiB. */
export function pageSize(): number {
	const vector = readFileSync("/proc/self/auxv");
	for (let at = 0; at + 16 <= vector.length; at += 16)
		if (vector.readBigUInt64LE(at) === AT_PAGESZ) return Number(vector.readBigUInt64LE(at + 8));
	return 4096;
}
const AT_PAGESZ = 6n;

const ELF_HEADER_BYTES = 64;
const SECTION_BYTES = 64;
/** ET_EXEC: it runs where its file says */
const FIXED_ADDRESS = 2;

/** elf(5), 64 bits, little-endian: the table of sections, and of them the one that holds the others' names. */
function findSection(fd: number, wanted: string): { address: bigint; size: bigint } | undefined {
	const header = readAt(fd, 0, ELF_HEADER_BYTES);
	if (header.toString("latin1", 1, 6) !== "ELF\x02\x01" || header.readUInt16LE(16) !== FIXED_ADDRESS)
		return undefined;
	const count = header.readUInt16LE(60);
	const table = readAt(fd, Number(header.readBigUInt64LE(40)), count * SECTION_BYTES);
	const section = (index: number) => table.subarray(index * SECTION_BYTES, (index + 1) * SECTION_BYTES);
	const ofNames = section(header.readUInt16LE(62));
	const names = readAt(fd, Number(ofNames.readBigUInt64LE(24)), Number(ofNames.readBigUInt64LE(32)));
	for (let index = 0; index < count; index++) {
		const each = section(index);
		const name = each.readUInt32LE(0);
		if (names.toString("latin1", name, names.indexOf(0, name)) !== wanted) continue;
		return { address: each.readBigUInt64LE(16), size: each.readBigUInt64LE(32) };
	}
	return undefined;
}

function readAt(fd: number, at: number, length: number): Buffer {
	const bytes = Buffer.alloc(length);
	return bytes.subarray(0, readSync(fd, bytes, 0, length, at));
}

/** The byte of a page's entry that holds its flags, and of them: in memory, on disk, of a file. proc_pid_pagemap(5). */
const ENTRY_BYTES = 8;
const [PRESENT, SWAPPED, OF_A_FILE] = [0x80, 0x40, 0x20];

/** Whether each of the pages holds what its file does: none was written to. Where that cannot be seen: no. */
export function areUnchanged([start, length]: Pages): boolean {
	let fd: number | undefined;
	try {
		fd = openSync("/proc/self/pagemap", "r");
		const page = BigInt(pageSize());
		const bytes = Number(length / page) * ENTRY_BYTES;
		const entries = readAt(fd, Number(start / page) * ENTRY_BYTES, bytes);
		for (let at = ENTRY_BYTES - 1; at < entries.length; at += ENTRY_BYTES)
			if (wasWritten(entries[at] as number)) return false;
		return entries.length === bytes;
	} catch {
		return false;
	} finally {
		if (fd !== undefined) closeSync(fd);
	}
}

const wasWritten = (flags: number) =>
	(flags & SWAPPED) !== 0 || ((flags & PRESENT) !== 0 && (flags & OF_A_FILE) === 0);
