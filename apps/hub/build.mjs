/** The hub as one file that Node runs: dist/mailtrail-hub.mjs. What its threads run is its last line, a text in a comment. */
import { appendFile, chmod } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const outfile = fileURLToPath(new URL("dist/mailtrail-hub.mjs", import.meta.url));
const common = {
	bundle: true,
	platform: "node",
	target: "node24",
	legalComments: "none",
	logLevel: "warning",
};

await build({
	...common,
	entryPoints: [fileURLToPath(new URL("src/main.ts", import.meta.url))],
	outfile,
	format: "esm",
	banner: {
		// Bundled CommonJS packages call `require` and `__dirname`, which an ES module has not.
		js: [
			"#!/usr/bin/env node",
			'import { createRequire as __createRequire } from "node:module";',
			"const require = __createRequire(import.meta.url);",
			"const __filename = import.meta.filename;",
			"const __dirname = import.meta.dirname;",
		].join("\n"),
	},
});
// as a script: Node takes no module for a text (worker_threads, `eval`)
const { outputFiles } = await build({
	...common,
	entryPoints: [fileURLToPath(new URL("src/main-thread.ts", import.meta.url))],
	write: false,
	format: "cjs",
});
// in ASCII, as all that esbuild writes
await appendFile(outfile, `\n//${JSON.stringify(outputFiles[0].text)}`);
await chmod(outfile, 0o755);
