/**
 * The processes of `npm start`. Each has a process group of its own, so that Ctrl-C reaches only us and they stop in
 * order: agents first, then the hub. A second signal does not wait any longer.
 */
import { spawn } from "node:child_process";

const TAIL_CHARACTERS = 8_000;

/** @typedef {{ child: import("node:child_process").ChildProcess, ended: Promise<number | string>, words(): string }} Running */

/**
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, onLine?: (line: string) => void }} options
 * @returns {Running}
 */
export function startChild(program, args, { env, cwd, onLine = () => {} } = {}) {
	const child = spawn(program, args, { env, cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
	let tail = "";
	// what it prints as answers (the sign-in link) is not for a failure message
	const remember = (chunk) => {
		tail = (tail + chunk).slice(-TAIL_CHARACTERS);
	};
	let partial = "";
	child.stdout.setEncoding("utf8").on("data", (chunk) => {
		const lines = (partial + chunk).split("\n");
		partial = lines.pop();
		for (const line of lines) onLine(line);
	});
	child.stderr.setEncoding("utf8").on("data", remember);
	const ended = new Promise((resolve) => {
		child.on("error", (error) => {
			remember(error.message);
			resolve(127);
		});
		child.on("close", (code, signal) => resolve(code ?? signal));
	});
	return { child, ended, words: () => tail.trim() || "(it said nothing)" };
}

export async function stopChild(running, signal = "SIGTERM") {
	if (running.child.exitCode === null && running.child.signalCode === null) running.child.kill(signal);
	await running.ended;
}
