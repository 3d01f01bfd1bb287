/**
 * What the built command costs as a whole process, start included, against pflogsumm on the same log where that is installed:
 * processor seconds of both in turn, and the median of the ratios. `pnpm bench`, or with a log of your own:
 * `node bench/main.ts FILE ADDRESS…`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeLog } from "./make-log.ts";

const RUNS = 5;
const BYTES = 100e6;
const BUILT = join(import.meta.dirname, "../dist/mailtrail.mjs");

/** Processor seconds of a command, user and system together; undefined where it cannot be started. */
function secondsOf(command: string[]): number | undefined {
	// the shell's own account of its children: Node gives none of a child that has ended
	const { status, stdout } = spawnSync("sh", [
		"-c",
		'"$@" >/dev/null 2>&1 || exit 9; times',
		"sh",
		...command,
	]);
	if (status !== 0) return undefined;
	const children = stdout.toString().trim().split("\n").at(-1) ?? "";
	return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
		(sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
		0,
	);
}

function median(values: number[]): number {
	return values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function compare(name: string, command: string[], other: string[]): void {
	const own: number[] = [];
	const ratios: number[] = [];
	for (let run = 0; run <= RUNS; run++) {
		const seconds = secondsOf(command);
		const others = secondsOf(other);
		if (seconds === undefined) throw new Error(`${command.join(" ")}: failed; is it built?`);
		// the first run fills the file cache
		if (run === 0) continue;
		own.push(seconds);
		if (others !== undefined) ratios.push(seconds / others);
	}
	const ratio = ratios.length > 0 ? `${median(ratios).toFixed(3)} × pflogsumm` : "pflogsumm is not installed";
	process.stdout.write(`${name.padEnd(16)} ${median(own).toFixed(2)} s of processor time, ${ratio}\n`);
}

const folder = mkdtempSync(join(tmpdir(), "mailtrail-bench-"));
try {
	const file = process.argv[2] ?? join(folder, "mail.log");
	if (process.argv[2] === undefined) makeLog(file, BYTES);
	process.stdout.write(`${(statSync(file).size / 1e6).toFixed(0)} MB of Postfix log\n`);
	const node = [process.execPath, BUILT];
	const given = process.argv.slice(3);
	const pflogsumm = ["pflogsumm", file];
	compare("parse --count", [...node, "parse", "--count", file], pflogsumm);
	for (const address of given.length > 0 ? given : ["user4711@example.org"])
		compare(`trace ${address}`, [...node, "trace", address, "--json", "--log", `mx1=${file}`], pflogsumm);
} finally {
	rmSync(folder, { recursive: true });
}
