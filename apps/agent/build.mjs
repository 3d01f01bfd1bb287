/**
 * Builds the agent twice from the same source: dist/mailtrail-agent.mjs for Node, and dist/mailtrail-agent, one executable
 * that needs nothing, made by the Bun that came with the dependencies (no network). Where this machine has no such Bun
 * the second is left out, and the last lines say so. `node build.mjs [FOLDER]`
 */
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { lazyBuiltins } from "./lazy-builtins.mjs";

const folder = dirname(fileURLToPath(import.meta.url));
const target = resolve(process.argv[2] ?? join(folder, "dist"));
const forNode = join(target, "mailtrail-agent.mjs");
/** what packages for other processors are made of */
const forBun = join(target, "mailtrail-agent.bun.mjs");
const executable = join(target, "mailtrail-agent");

// ws is CommonJS and asks for Node's modules by require
const banner = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** `conditions`: which of the files that package.json's `imports` names for a runtime are taken */
function bundle(entry, outfile, options) {
	return build({
		entryPoints: [join(folder, "src", entry)],
		outfile,
		bundle: true,
		platform: "node",
		target: "node24",
		format: "esm",
		banner: { js: banner },
		logLevel: "warning",
		...options,
	});
}

await bundle("main.ts", forNode, { minifySyntax: true, banner: { js: `#!/usr/bin/env node\n${banner}` } });
tell(forNode);
await bundle("main.bun.ts", forBun, {
	conditions: ["bun"],
	minify: true,
	external: ["bun:*"],
	plugins: [lazyBuiltins],
});

const bun = findBun();
rmSync(executable, { force: true });
if (bun) {
	// bytecode: the program starts in half the time, and keeps no tree of its source
	const options = [
		"--bytecode",
		"--format=esm",
		"--no-compile-autoload-dotenv",
		"--no-compile-autoload-bunfig",
	];
	execFileSync(bun, ["build", "--compile", ...options, forBun, "--outfile", executable], { stdio: "pipe" });
	tell(executable);
} else {
	const here = `${process.platform}-${process.arch}`;
	console.log(`No executable: there is no Bun for ${here} among the dependencies. Use: node ${forNode}`);
}

/** The Bun of this platform that pnpm installed as an optional dependency. */
function findBun() {
	const names = { "linux-x64": "linux-x64", "linux-arm64": "linux-aarch64" };
	const name = names[`${process.platform}-${process.arch}`];
	if (!name) return undefined;
	try {
		const path = createRequire(import.meta.url).resolve(`@oven/bun-${name}/bin/bun`);
		execFileSync(path, ["--version"], { stdio: "pipe" });
		return path;
	} catch (error) {
		console.log(`Bun cannot be run: ${error.message.split("\n")[0]}`);
		return undefined;
	}
}

function tell(path) {
	console.log(`${path} ${(statSync(path).size / 1_048_576).toFixed(1)} MB`);
}
