/**
 * Bundles the command line into one file that Node runs. It starts with what every call needs and `parse`; the other commands are in
 * it as a text that is only read when one of them is called, for reading code costs more than most answers. Node's own modules
 * are loaded when the code that needs them is. All in ASCII, which Node reads twice as fast.
 */
import { chmodSync } from "node:fs";
import { isBuiltin } from "node:module";
import { build } from "esbuild";
import { complaintAbout } from "./src/node-version.ts";

const LATER = ["trace", "summary", "diagnose", "bounce", "check"];

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

/** Commands of `LATER` come out of the text, all of them through one function that reads it once. */
function laterCommands(text) {
	return {
		name: "later-commands",
		setup({ onResolve, onLoad }) {
			onResolve({ filter: new RegExp(`^\\./commands/(?:${LATER.join("|")})\\.ts$`) }, ({ path }) => ({
				path: path.slice("./commands/".length, -".ts".length),
				namespace: "later",
			}));
			onResolve({ filter: /^later$/ }, () => ({ path: "text", namespace: "later" }));
			onLoad({ filter: /.*/, namespace: "later" }, ({ path }) => ({
				contents:
					path === "text"
						? `let commands;
						export function later() {
							if (commands) return commands;
							const module = { exports: {} };
							const { compileFunction } = process.getBuiltinModule("vm");
							compileFunction(${JSON.stringify(text)}, ["module", "exports"], { filename: import.meta.filename })(module, module.exports);
							return (commands = module.exports);
						}`
						: `import { later } from "later"; export const ${path}Command = (args) => later().${path}(args);`,
			}));
		},
	};
}

const COMMON = {
	bundle: true,
	platform: "node",
	// what an older Node can read at all, so that it can say that it is too old
	target: "node22",
	minify: true,
	charset: "ascii",
	logLevel: "warning",
};

const rest = await build({
	...COMMON,
	stdin: {
		contents: LATER.map(
			(name) =>
				`export const ${name} = async (args) => (await import("./src/commands/${name}.ts")).${name}Command(args);`,
		).join("\n"),
		resolveDir: import.meta.dirname,
	},
	format: "cjs",
	plugins: [lazyBuiltins],
	write: false,
});

const CHECK_NODE = `{${complaintAbout};const complaint=complaintAbout(process.versions.node,process.execPath);if(complaint){process.stderr.write(complaint);process.exit(2)}}`;

await build({
	...COMMON,
	entryPoints: ["src/main.ts"],
	outfile: "dist/mailtrail.mjs",
	format: "esm",
	plugins: [laterCommands(rest.outputFiles[0].text), lazyBuiltins],
	banner: { js: `#!/usr/bin/env node\n${CHECK_NODE}` },
});
chmodSync("dist/mailtrail.mjs", 0o755);
