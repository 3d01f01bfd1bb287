/**
 * What the built command costs as a whole process, start included. Processor time on 100 MB against pflogsumm on the same log, where
 * that is installed, in turn, as the median of the ratios; and the most memory that it takes on 1 GB (Linux alone tells).
 * `pnpm bench`; `node bench/main.ts --seed N` with other ids; `node bench/main.ts FILE ADDRESS…` with a log of your own.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FREQUENT, makeLog } from "./make-log.ts";

const RUNS = 5;
const SMALL = 100e6;
const LARGE = 1e9;
const BUILT = join(import.meta.dirname, "../dist/mailtrail.mjs");
const NODE = [process.execPath, BUILT];
/** Senders of two, nine and of hundreds of messages in 100 MB. */
const ADDRESSES = ["user4711@example.net", "user47@example.org", FREQUENT];

/** Processor seconds of a command, user and system together; undefined where it cannot be started. One that finds nothing ends with 1. */
function secondsOf(command: string[]): number | undefined {
	// the shell's own account of its children: Node gives none of a child that has ended
	const { status, stdout } = spawnSync("sh", [
		"-c",
		'"$@" >/dev/null 2>&1 || [ $? = 1 ] || exit 9; times',
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
	process.stdout.write(`${name.padEnd(30)} ${median(own).toFixed(2)} s of processor time, ${ratio}\n`);
}

/** Runs a command to its end and tells the most memory that it had. */
async function measure(name: string, command: string[]): Promise<void> {
	const started = performance.now();
	const child = spawn(command[0] as string, command.slice(1), { stdio: ["ignore", "ignore", "ignore"] });
	let peak = 0;
	const watch = setInterval(() => {
		peak = Math.max(peak, peakOf(child.pid));
	}, 50);
	await new Promise((resolve) => child.once("exit", resolve));
	clearInterval(watch);
	const seconds = ((performance.now() - started) / 1000).toFixed(1);
	process.stdout.write(`${name.padEnd(30)} ${peak > 0 ? peak.toFixed(0) : "?"} MB at most, ${seconds} s\n`);
}

function peakOf(pid: number | undefined): number {
	try {
		const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
		return Number(kilobytes ?? 0) / 1024;
	} catch {
		return 0;
	}
}

function compareAll(file: string, addresses: string[]): void {
	process.stdout.write(`${(statSync(file).size / 1e6).toFixed(0)} MB of Postfix log\n`);
	const pflogsumm = ["pflogsumm", file];
	const log = ["--log", `mx1=${file}`];
	compare("parse --count", [...NODE, "parse", "--count", file], pflogsumm);
	compare("summary", [...NODE, "summary", ...log], pflogsumm);
	for (const address of addresses)
		compare(`trace ${address}`, [...NODE, "trace", address, "--json", ...log], pflogsumm);
}

async function measureAll(file: string): Promise<void> {
	process.stdout.write(`${(statSync(file).size / 1e6).toFixed(0)} MB of Postfix log\n`);
	const trace = [...NODE, "trace", "--json", "--log", `mx1=${file}`];
	await measure("parse --count", [...NODE, "parse", "--count", file]);
	await measure("parse", [...NODE, "parse", file]);
	await measure("summary", [...NODE, "summary", "--log", `mx1=${file}`]);
	await measure(`trace ${ADDRESSES[0]}`, [...trace, ADDRESSES[0] as string]);
	await measure(`trace ${FREQUENT}`, [...trace, FREQUENT]);
	await measure("trace status:failed", [...trace, "status:failed"]);
	await measure("trace", trace);
	await measure("trace --all", [...trace, "--all"]);
}

const folder = mkdtempSync(join(tmpdir(), "mailtrail-bench-"));
try {
	const [first, ...rest] = process.argv.slice(2);
	if (first !== undefined && first !== "--seed") {
		compareAll(first, rest.length > 0 ? rest : ADDRESSES);
	} else {
		const file = join(folder, "mail.log");
		makeLog(file, SMALL, Number(rest[0] ?? 1));
		compareAll(file, ADDRESSES);
		makeLog(file, LARGE, Number(rest[0] ?? 1));
		await measureAll(file);
	}
} finally {
	rmSync(folder, { recursive: true });
}
