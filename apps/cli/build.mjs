/**
 * Bundles the command line into one file that Node runs. Node's own modules are loaded when the code that needs them is: a
 * static import of a bundle is loaded at the start, whichever command runs. In ASCII, which Node reads twice as fast.
 */
import { chmodSync } from "node:fs";
import { isBuiltin } from "node:module";
import { build } from "esbuild";
import { complaintAbout } from "./src/node-version.ts";

const lazyBuiltins = {
	name: "lazy-builtins",
	setup({ onResolve, onLoad }) {
		onResolve({ filter: /^[a-z]/ }, ({ path }) =>
			isBuiltin(path) ? { path: path.replace(/^node:/, ""), namespace: "builtin" } : undefined,
		);
		onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
			contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
		}));
	},
};

const CHECK_NODE = `{${complaintAbout};const complaint=complaintAbout(process.versions.node,process.execPath);if(complaint){process.stderr.write(complaint);process.exit(2)}}`;

await build({
	entryPoints: ["src/main.ts"],
	outfile: "dist/mailtrail.mjs",
	bundle: true,
	platform: "node",
	format: "esm",
	// what an older Node can read at all, so that it can say that it is too old
	target: "node18",
	minify: true,
	charset: "ascii",
	plugins: [lazyBuiltins],
	banner: { js: `#!/usr/bin/env node\n${CHECK_NODE}` },
	logLevel: "warning",
});
chmodSync("dist/mailtrail.mjs", 0o755);
