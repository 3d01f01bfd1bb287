/**
 * Makes a fresh clone runnable on any Node ≥ 20 with npm and nothing else: our own Node and pnpm in `.tools/`, the
 * locked dependencies, the build. Every step is skipped while what it depends on is unchanged, so that calling it
 * costs a few milliseconds when there is nothing to do. All that it says goes to standard error.
 */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./setup/lock.mjs";
import { StepFailed } from "./setup/step.mjs";
import { toolchain } from "./setup/toolchain.mjs";
import { buildAll, installDependencies } from "./setup/workspace.mjs";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @param {{ build?: boolean }} [options] `build: false` stops after the dependencies
 * @returns {Promise<import("./setup/toolchain.mjs").Toolchain>}
 */
export async function setUp({ build = true } = {}) {
	const [major] = process.versions.node.split(".").map(Number);
	if (major < 20) {
		throw new StepFailed(
			"checking Node",
			`This is Node ${process.version}.`,
			"Install Node 20 or newer, then run this again.",
		);
	}
	const tools = join(ROOT, ".tools");
	mkdirSync(tools, { recursive: true });
	return withLock(join(tools, "setup.lock"), async () => {
		const chain = await toolchain(tools);
		await installDependencies(ROOT, tools, chain);
		if (build) await buildAll(ROOT, tools, chain);
		return chain;
	});
}

/** Runs `main`; a failed step ends the process with its words instead of a stack trace. */
export async function runMain(main) {
	try {
		await main();
	} catch (error) {
		if (!(error instanceof StepFailed)) throw error;
		process.stderr.write(`${error.message}\n`);
		process.exitCode = 2;
	}
}
