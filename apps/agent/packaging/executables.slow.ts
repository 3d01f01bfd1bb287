/**
 * The executables for every machine whose Bun is here: what they are by their own header, and that they run: those for this
 * machine, and those for arm64 where qemu and its libraries are installed (qemu-user-static, libc6-arm64-cross). One for musl
 * needs musl's libstdc++, which no Debian has: of that the header has to do.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { VERSION } from "../src/version.ts";
import { ROOT } from "./package-files.ts";
import { findBun, TARGETS } from "./targets.ts";

const here = TARGETS.filter((target) => findBun(target, false) !== undefined);
const out = mkdtempSync(join(tmpdir(), "mailtrail-executables-"));
const pathOf = (name: string) => join(out, `mailtrail-agent-${name}`);

/** ELF e_machine, and the interpreter that the program asks for */
const WANTED: Record<string, { machine: number; interpreter: string }> = {
	"linux-x64": { machine: 62, interpreter: "/lib64/ld-linux-x86-64.so.2" },
	"linux-arm64": { machine: 183, interpreter: "/lib/ld-linux-aarch64.so.1" },
	"linux-x64-musl": { machine: 62, interpreter: "/lib/ld-musl-x86_64.so.1" },
	"linux-arm64-musl": { machine: 183, interpreter: "/lib/ld-musl-aarch64.so.1" },
};

/** elf(5): 64 bits, little-endian */
function readElf(path: string): { machine: number; interpreter: string } {
	const bytes = readFileSync(path).subarray(0, 1_048_576);
	expect(bytes.subarray(0, 6).toString("latin1")).toBe("\x7fELF\x02\x01");
	const [table, size, count] = [
		Number(bytes.readBigUInt64LE(32)),
		bytes.readUInt16LE(54),
		bytes.readUInt16LE(56),
	];
	const headers = Array.from({ length: count }, (_, i) => table + i * size);
	const at = headers.find((header) => bytes.readUInt32LE(header) === 3) ?? 0;
	const [start, length] = [8, 32].map((field) => Number(bytes.readBigUInt64LE(at + field))) as [
		number,
		number,
	];
	return {
		machine: bytes.readUInt16LE(18),
		interpreter: bytes.toString("latin1", start, start + length - 1),
	};
}

const EMULATORS: Record<string, string[]> = {
	"linux-arm64": ["/usr/bin/qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"],
};

beforeAll(() => {
	const args = [
		"packaging/build-packages.ts",
		"--out",
		out,
		...here.flatMap(({ name }) => ["--target", name]),
	];
	execFileSync(process.execPath, args, {
		cwd: join(ROOT, "apps/agent"),
		stdio: ["ignore", "ignore", "inherit"],
	});
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

it.each(here.map(({ name }) => name))("%s is an executable for that machine and C library", (name) => {
	expect(readElf(pathOf(name))).toEqual(WANTED[name]);
});

/** How each is started here; those that cannot be are left out. */
const STARTS = here.flatMap(({ name }): [name: string, emulator: string[]][] => {
	if (name === `linux-${process.arch}`) return [[name, []]];
	const emulator = EMULATORS[name];
	return emulator?.filter((part) => part.startsWith("/")).every((path) => existsSync(path))
		? [[name, emulator]]
		: [];
});

it.each(STARTS)("%s runs", (name, emulator) => {
	const [program = "", ...args] = [...emulator, pathOf(name), "--version"];
	expect(execFileSync(program, args, { encoding: "utf8" }).trim()).toBe(VERSION);
});
