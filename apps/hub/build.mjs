/** The hub as one file that Node runs: dist/mailtrail-hub.mjs. */
import { chmod } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const outfile = fileURLToPath(new URL("dist/mailtrail-hub.mjs", import.meta.url));
await build({
	entryPoints: [fileURLToPath(new URL("src/main.ts", import.meta.url))],
	outfile,
	bundle: true,
	platform: "node",
	target: "node24",
	format: "esm",
	legalComments: "none",
	logLevel: "warning",
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
await chmod(outfile, 0o755);
