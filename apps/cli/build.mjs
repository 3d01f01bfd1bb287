/** Bundles the command line into one file that Node runs. */
import { chmodSync } from "node:fs";
import { build } from "esbuild";

await build({
	entryPoints: ["src/main.ts"],
	outfile: "dist/mailtrail.mjs",
	bundle: true,
	platform: "node",
	format: "esm",
	target: "node24",
	minifySyntax: true,
	minifyWhitespace: true,
	charset: "utf8",
	banner: { js: "#!/usr/bin/env node" },
	logLevel: "warning",
});
chmodSync("dist/mailtrail.mjs", 0o755);
