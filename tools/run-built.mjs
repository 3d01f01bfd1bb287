/**
 * Runs one of the built programs from the repository, set up first where needed, on the Node that the set-up brings:
 * the machine's may be too old. Standard input goes through, the exit status is the program's own, and relative paths
 * mean the folder in which the user stood.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT, runMain, setUp } from "./setup.mjs";

/** @param {string} program its file, from the repository's root */
export async function runBuilt(program, args) {
	await runMain(async () => {
		const { node } = await setUp();
		const child = spawn(node, [join(ROOT, program), ...args], {
			cwd: process.env.INIT_CWD ?? process.cwd(),
			stdio: "inherit",
		});
		// a terminal sends Ctrl-C to the whole group: the command decides, we only wait and pass its status on
		for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
		child.on("close", (code, signal) => {
			process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
		});
	});
}
