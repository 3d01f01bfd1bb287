/**
 * One step of the setup: runs a program, says on standard error what it does and how long it takes, and keeps the last
 * lines of its output for the case that it fails. On a terminal one line moves; piped, a line at the start, one every
 * ten seconds and one at the end.
 */
import { spawn } from "node:child_process";

const TAIL_LINES = 30;
const PATIENCE_MS = 10_000;

/** What failed, its last words, and what to do about it. */
export class StepFailed extends Error {
	constructor(what, output, advice) {
		const tail = output.trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
		super(`\nmailtrail: ${what} failed.\n\n${tail}\n\nWhat to do: ${advice}`);
		this.name = "StepFailed";
	}
}

/** Causes that a person can do something about, by what npm, pnpm, apt and the kernel print. */
const ADVICE = [
	[/ENOSPC|no space left/i, "The disk is full: free some space (`df -h .`), then run this again."],
	[
		/EACCES|EPERM|permission denied/i,
		"This user may not write here: check who owns this folder and ~/.npm, then run this again.",
	],
	[
		/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT|ERR_PNPM_META_FETCH_FAIL/,
		"The package registry cannot be reached: check the network and the proxy (`npm config get registry`, `npm config get proxy`), then run this again; what was already fetched is kept.",
	],
	[
		/ERR_PNPM_OUTDATED_LOCKFILE/,
		"pnpm-lock.yaml does not fit the package.json files: run `.tools/bin/pnpm install` and commit the lock file.",
	],
	[
		/heap out of memory|\bKilled\b|SIGKILL/,
		"There was not enough memory: close something or add swap, then run this again.",
	],
];

export function adviceFor(output) {
	for (const [pattern, advice] of ADVICE) if (pattern.test(output)) return advice;
	return "The lines above say why. After a change, run this again: finished steps are not repeated.";
}

/**
 * @param {string} what in words, "installing the dependencies"
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<string>} its output
 */
export async function runStep(what, program, args, options = {}) {
	const progress = showProgress(what);
	const { code, output } = await capture(program, args, options);
	progress.end(code === 0);
	if (code !== 0) throw new StepFailed(what, output, adviceFor(output));
	return output;
}

/** Runs a program with standard input closed and gives its exit code with all that it printed. */
export function capture(program, args, options = {}) {
	return new Promise((resolve) => {
		const chunks = [];
		const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
		child.stdout.on("data", (chunk) => chunks.push(chunk));
		child.stderr.on("data", (chunk) => chunks.push(chunk));
		child.on("error", (error) => resolve({ code: 127, output: `${program}: ${error.message}` }));
		child.on("close", (code, signal) => {
			const output = Buffer.concat(chunks).toString("utf8");
			resolve(signal ? { code: 1, output: `${output}\n${signal}` } : { code: code ?? 1, output });
		});
	});
}

export function showProgress(what, stream = process.stderr) {
	const started = Date.now();
	const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
	const moving = stream.isTTY === true;
	const redraw = (end) => stream.write(`\r\x1b[K${end ? "" : "… "}${what} ${seconds()}${end ?? ""}`);
	if (!moving) stream.write(`mailtrail: ${what} …\n`);
	const timer = setInterval(
		() => (moving ? redraw() : stream.write(`mailtrail: ${what} … ${seconds()}\n`)),
		moving ? 100 : PATIENCE_MS,
	);
	timer.unref();
	return {
		end(ok) {
			clearInterval(timer);
			const word = ok ? "done" : "failed";
			if (moving) redraw(`, ${word}\n`);
			else stream.write(`mailtrail: ${what}: ${word} in ${seconds()}\n`);
		},
	};
}
