/**
 * Bundles the command line into one file that Node runs. It starts with what every call needs and with `parse`; the parser and the other
 * commands are in it as texts, in comments at its end, that are only read when one of them is called for: reading code costs more
 * than most answers. What this Node made of the texts that read logs is kept beside it, named after text, Node and processor: where none
 * of that name is, Node reads the text.
 * Node's own modules are loaded when the code that needs them is. All in ASCII, which Node reads twice as fast.
 */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";
import { build } from "esbuild";
import { complaintAbout } from "./src/node-version.ts";

/** Commands that share most of their code share a text. */
const TEXTS = [
	["trace", "summary"],
	["diagnose", "bounce", "check"],
	["login", "user", "host", "token"],
	["import"],
];
const LATER = TEXTS.flat();
const PARSER = "@mailtrail/core/parse";
const BUILT = "dist/mailtrail.mjs";
const COMPILED = "compiled";
/**
 * The engine makes fast code of functions that were called some hundred times, on threads of its own: of a trace's processor time that is a
 * fifth, and most of these functions are hardly called again. Loops over many lines become fast by their own count. Said when the text
 * has been read: one that was kept under other flags would be refused.
 */
const LATER_COMPILED = `process.getBuiltinModule("v8").setFlagsFromString("--invocation-count-for-maglev=4000");`;
const SAMPLES = join(import.meta.dirname, "../../samples/relay-chain");

/** Modules of Node's that are plain objects and bring many others: they are loaded when something of them is used. */
const COSTLY = ["zlib", "fs/promises"];

function builtin(path) {
	return `process.getBuiltinModule(${JSON.stringify(path)})`;
}

function withGetters(path) {
	const keys = Object.keys(process.getBuiltinModule(path));
	return `module.exports = {${keys.map((key) => `get ${key}() { return ${builtin(path)}.${key}; }`).join()}};`;
}

const lazyBuiltins = {
	name: "lazy-builtins",
	setup({ onResolve, onLoad }) {
		onResolve({ filter: /^[a-z]/ }, ({ path }) =>
			isBuiltin(path) ? { path: path.replace(/^node:/, ""), namespace: "builtin" } : undefined,
		);
		onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
			contents: COSTLY.includes(path) ? withGetters(path) : `module.exports = ${builtin(path)};`,
		}));
	},
};

/** Commands of `LATER` and the parser come out of the texts, which are the last lines of the file. */
const laterCommands = {
	name: "later-commands",
	setup({ onResolve, onLoad }) {
		onResolve({ filter: new RegExp(`^\\./commands/(?:${LATER.join("|")})\\.ts$`) }, ({ path }) => ({
			path: path.slice("./commands/".length, -".ts".length),
			namespace: "later",
		}));
		onResolve({ filter: new RegExp(`^${PARSER}$`) }, ({ path, kind }) =>
			kind === "dynamic-import" ? { path, namespace: "later" } : undefined,
		);
		onResolve({ filter: /^later$/ }, () => ({ path: "text", namespace: "later" }));
		onLoad({ filter: /.*/, namespace: "later" }, ({ path }) => ({
			contents:
				path === "text"
					? `const { readFileSync, openSync, fstatSync, readSync, closeSync } = process.getBuiltinModule("fs");
					const { Script } = process.getBuiltinModule("vm");
					function compiled(name) {
						try {
							return readFileSync(import.meta.dirname + "/${COMPILED}/" + name + "-" + process.version + "-" + process.arch);
						} catch {}
					}
					const PLACES = ${JSON.stringify(placesOf(texts))};
					function textAt({ fromEnd, length }) {
						const file = openSync(import.meta.filename);
						const bytes = Buffer.allocUnsafeSlow(length);
						readSync(file, bytes, 0, length, fstatSync(file).size - fromEnd);
						closeSync(file);
						return bytes.latin1Slice().replaceAll("\\n//", "\\n");
					}
					export function later(number) {
						const text = textAt(PLACES[number]);
						const cachedData = compiled(${JSON.stringify(texts.map(nameOf))}[number]);
						const module = { exports: {} };
						new Script(text, { filename: import.meta.filename, cachedData }).runInThisContext()(module, module.exports);
						return module.exports;
					}`
					: path === PARSER
						? `import { later } from "later"; let parse; export const createLineParser = (...args) => (parse ??= later(${TEXTS.length})).createLineParser(...args);`
						: `import { later } from "later"; export const ${path}Command = (args) => {
								const { ${path}Command } = later(${TEXTS.findIndex((text) => text.includes(path))});
								${path === "trace" ? LATER_COMPILED : ""}
								return ${path}Command(args);
							};`,
		}));
	},
};

const COMMON = {
	bundle: true,
	platform: "node",
	// what an older Node can read at all, so that it can say that it is too old
	target: "node22",
	minify: true,
	charset: "ascii",
	logLevel: "warning",
};

/** A text as lines of comments. */
function asComments(text) {
	return `//${text.replaceAll("\n", "\n//")}\n`;
}

/** Where the texts stand at the end of the file: their first bytes behind `//`, and how many they are without the last newline. */
function placesOf(texts) {
	let fromEnd = 0;
	return texts
		.map(asComments)
		.reverse()
		.map(({ length }) => {
			fromEnd += length;
			return { fromEnd: fromEnd - "//".length, length: length - "//\n".length };
		})
		.reverse();
}

function textOfCommands(names) {
	return textOf(
		names
			.map(
				(name) =>
					`export const ${name}Command = async (args) => (await import("./src/commands/${name}.ts")).${name}Command(args);`,
			)
			.join("\n"),
	);
}

async function textOf(contents) {
	const { outputFiles } = await build({
		...COMMON,
		stdin: { contents, resolveDir: import.meta.dirname },
		format: "cjs",
		plugins: [lazyBuiltins],
		write: false,
	});
	return `(function(module,exports){${asAscii(outputFiles[0].text)}\n})`;
}

function nameOf(text) {
	return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** With the functions that `use` calls, which Node would otherwise read again one by one. */
async function keepCompiled(text, use) {
	const script = new Script(text, { filename: join(import.meta.dirname, BUILT) });
	const module = { exports: {} };
	script.runInThisContext()(module, module.exports);
	await use(module.exports);
	const name = `${nameOf(text)}-${process.version}-${process.arch}`;
	writeFileSync(join("dist", COMPILED, name), script.createCachedData());
	return name;
}

/** As somebody would who follows a message through some hosts. */
async function traceSamples({ traceCommand }) {
	const logs = readdirSync(SAMPLES, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.flatMap(({ name }) => ["--log", `${name}=${join(SAMPLES, name, "mail.log")}`]);
	const write = process.stdout.write;
	process.stdout.write = () => true;
	try {
		for (const form of [[], ["--json"]]) await traceCommand(["bob@corp.example", ...form, ...logs]);
	} finally {
		process.stdout.write = write;
	}
}

function parseSamples({ createLineParser }) {
	const parser = createLineParser({ zone: "UTC", now: 0 });
	for (const line of readFileSync(join(SAMPLES, "edge/mail.log"), "utf8").split("\n")) parser.parse(line);
}

/** Patterns hold letters of any script, which esbuild leaves. */
function asAscii(code) {
	return code.replace(/[^\0-~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const CHECK_NODE = `{${complaintAbout};const complaint=complaintAbout(process.versions.node,process.execPath);if(complaint){process.stderr.write(complaint);process.exit(2)}}`;

const texts = await Promise.all([
	...TEXTS.map(textOfCommands),
	textOf(`export { createLineParser } from "${PARSER}";`),
]);
const { outputFiles } = await build({
	...COMMON,
	entryPoints: ["src/main.ts"],
	outfile: BUILT,
	format: "esm",
	plugins: [laterCommands, lazyBuiltins],
	banner: { js: `#!/usr/bin/env node\n${CHECK_NODE}` },
	write: false,
});
mkdirSync(join("dist", COMPILED), { recursive: true });
writeFileSync(BUILT, `${asAscii(outputFiles[0].text)}${texts.map(asComments).join("")}`);
chmodSync(BUILT, 0o755);
const kept = [
	await keepCompiled(texts[0], traceSamples),
	await keepCompiled(texts[TEXTS.length], parseSamples),
];
for (const name of readdirSync(join("dist", COMPILED)))
	if (!kept.includes(name)) rmSync(join("dist", COMPILED, name));
