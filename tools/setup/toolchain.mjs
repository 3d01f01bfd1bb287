/**
 * Our own Node and pnpm, from npm packages, in `.tools/`: the machine's Node may be as old as 20 and need not have
 * pnpm or corepack. `.tools/bin` holds `node` and `pnpm` for PATH: turbo and package scripts find them there.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runStep, StepFailed } from "./step.mjs";

const NODE_VERSION = "26.10.0";
const PNPM_VERSION = "12.21.0";
/** what the sources need to run as they are (type stripping, `node:sqlite`, zstd) */
const NODE_MAJOR_MIN = 24;
/** platforms for which npm has that Node as a package without an install script; there is none for Apple silicon */
const PACKAGED = new Set(["linux-x64", "linux-arm64", "darwin-x64"]);

/** @typedef {{ node: string, pnpm: string, env: NodeJS.ProcessEnv }} Toolchain `pnpm` is the shim; `env` has both on PATH */

/** @returns {Promise<Toolchain>} */
export async function toolchain(tools) {
	const platform = `${process.platform}-${process.arch}`;
	const own = PACKAGED.has(platform) && !isMusl();
	const wanted = `${platform} ${own ? NODE_VERSION : process.execPath} pnpm ${PNPM_VERSION}\n`;
	const stamp = join(tools, "toolchain.stamp");
	const chain = describe(tools);
	if (readIfThere(stamp) === wanted && existsSync(chain.node) && existsSync(chain.pnpm)) return chain;
	if (!own && Number(process.versions.node.split(".")[0]) < NODE_MAJOR_MIN) {
		throw new StepFailed(
			"finding a Node to run with",
			`There is no packaged Node for ${platform}${isMusl() ? " with musl" : ""}, and this machine's is ${process.version}.`,
			`Install Node ${NODE_MAJOR_MIN} or newer (https://nodejs.org/), then run this again.`,
		);
	}
	const packages = [`pnpm@${PNPM_VERSION}`, ...(own ? [`node-${platform}@${NODE_VERSION}`] : [])];
	rmSync(stamp, { force: true });
	writeFileSync(join(tools, "package.json"), '{ "private": true }\n');
	const [npm, ...before] = npmCommand();
	await runStep(
		own ? `installing Node ${NODE_VERSION} and pnpm ${PNPM_VERSION}` : `installing pnpm ${PNPM_VERSION}`,
		npm,
		[
			...before,
			"install",
			"--prefix",
			tools,
			"--no-save",
			"--ignore-scripts",
			"--no-audit",
			"--no-fund",
			...packages,
		],
		{ cwd: tools, env: withoutNpmSettings(process.env) },
	);
	writeShims(tools, own ? join(tools, "node_modules", `node-${platform}`, "bin", "node") : process.execPath);
	writeFileSync(stamp, wanted);
	return chain;
}

function describe(tools) {
	const bin = join(tools, "bin");
	const env = withoutNpmSettings(process.env);
	// a production environment would leave out the compiler; colours would end up in captured output
	delete env.NODE_ENV;
	delete env.FORCE_COLOR;
	env.PATH = `${bin}${delimiter}${env.PATH ?? ""}`;
	env.TURBO_TELEMETRY_DISABLED = "1";
	env.DO_NOT_TRACK = "1";
	return { node: join(bin, "node"), pnpm: join(bin, "pnpm"), env };
}

function writeShims(tools, node) {
	const bin = join(tools, "bin");
	rmSync(bin, { recursive: true, force: true });
	mkdirSync(bin);
	symlinkSync(node, join(bin, "node"));
	const pnpm = join(bin, "pnpm");
	writeFileSync(
		pnpm,
		'#!/bin/sh\nbin=$(dirname "$0")\nexec "$bin/node" "$bin/../node_modules/pnpm/bin/pnpm.mjs" "$@"\n',
	);
	chmodSync(pnpm, 0o755);
}

/** Under `npm start` npm says where it is itself; otherwise the one on PATH. */
function npmCommand() {
	const script = process.env.npm_execpath;
	return script && /npm-cli\.[cm]?js$/.test(script) ? [process.execPath, script] : ["npm"];
}

/** `npm start` hands its own settings down in the environment; they are not meant for the npm and pnpm that we call. */
function withoutNpmSettings(env) {
	const inherited =
		/^npm_(?:package|lifecycle|command|node_execpath|execpath|config_(?:local_prefix|prefix|global_prefix|noproxy|node_gyp|user_agent|npm_version|init_module))/i;
	return Object.fromEntries(Object.entries(env).filter(([name]) => !inherited.test(name)));
}

/** The packaged Node is linked against glibc. */
function isMusl() {
	if (process.platform !== "linux") return false;
	return process.report.getReport().header.glibcVersionRuntime === undefined;
}

function readIfThere(path) {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return undefined;
	}
}
