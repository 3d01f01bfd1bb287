/**
 * `pnpm --filter @mailtrail/agent package [--fetch] [--target NAME]… [--out DIR] [--version V]`: executables and packages
 * for every machine whose Bun is here, into dist/packages, with their SHA-256 sums. `--fetch` gets the Buns that are
 * missing from npm: other machines, musl, and processors without AVX2.
 */
import { execFileSync } from "node:child_process";
import {
	chmodSync,
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { VERSION } from "../src/version.ts";
import { makeDeb, makeRpm, makeTarball } from "./make-package.ts";
import { layOut, ROOT } from "./package-files.ts";
import { findBun, ownBun, sha256, type Target, TARGETS } from "./targets.ts";

const PROGRAM = "mailtrail-agent";
const AGENT = resolve(import.meta.dirname, "..");

const { values } = parseArgs({
	options: {
		fetch: { type: "boolean", default: false },
		target: { type: "string", multiple: true },
		out: { type: "string", default: join(AGENT, "dist/packages") },
		version: { type: "string", default: VERSION },
	},
});

process.umask(0o022);
const builder = ownBun();
if (!builder) fail("There is no Bun for this machine among the dependencies: packages cannot be made here.");
const unknown = values.target?.find((name) => !TARGETS.some((target) => target.name === name));
if (unknown !== undefined)
	fail(`--target ${unknown} is unknown; known: ${TARGETS.map(({ name }) => name).join(", ")}`);
const out = resolve(values.out);
const scratch = mkdtempSync(join(tmpdir(), "mailtrail-package-"));
try {
	mkdirSync(out, { recursive: true });
	execFileSync(process.execPath, [join(AGENT, "build.mjs"), join(scratch, "build")], {
		stdio: ["ignore", "ignore", "inherit"],
	});
	for (const target of TARGETS) {
		if (values.target && !values.target.includes(target.name)) continue;
		packageFor(target, builder, join(scratch, "build/mailtrail-agent.bun.mjs"));
	}
} finally {
	rmSync(scratch, { recursive: true, force: true });
}

function packageFor(target: Target, builder: string, bundle: string): void {
	const bun = findBun(target, values.fetch);
	if (bun === undefined) {
		process.stdout.write(`${target.name}: left out, its Bun is not here; --fetch gets it from npm\n`);
		return;
	}
	const work = join(scratch, target.name);
	const tree = join(work, "tree");
	mkdirSync(tree, { recursive: true, mode: 0o755 });
	// a hub hands out what is in the folder: files come there whole
	const making = mkdtempSync(join(out, ".making-"));
	const executable = join(making, `mailtrail-agent-${target.name}`);
	compile(builder, bun, target, bundle, executable);
	layOut(tree, executable, target.name);
	const job = { target, version: values.version, tree, scratch: work, out: making, epoch: sourceDate() };
	const made = [makeTarball(job), makeDeb(job), makeRpm(job)].filter((file) => file !== undefined);
	for (const file of [`mailtrail-agent-${target.name}`, ...made]) {
		const path = join(out, file);
		const sum = sha256(join(making, file));
		renameSync(join(making, file), path);
		writeFileSync(`${path}.sha256`, `${sum}  ${file}\n`);
		process.stdout.write(`${path} ${(statSync(path).size / 1_048_576).toFixed(1)} MB ${sum}\n`);
	}
	rmSync(making, { recursive: true });
	rmSync(work, { recursive: true });
}

function compile(builder: string, bun: string, target: Target, bundle: string, executable: string): void {
	const options = [
		"--compile",
		"--bytecode",
		"--format=esm",
		"--no-compile-autoload-dotenv",
		"--no-compile-autoload-bunfig",
		`--target=${target.compile}`,
		`--compile-executable-path=${bun}`,
	];
	// paths go into the executable: the same ones every time
	const args = ["build", ...options, basename(bundle), "--outfile", PROGRAM];
	execFileSync(builder, args, { cwd: dirname(bundle), stdio: "pipe" });
	copyFileSync(join(dirname(bundle), PROGRAM), executable);
	chmodSync(executable, 0o755);
}

/** The commit's time: who builds it again gets the same bytes. */
function sourceDate(): number {
	const given = Number(process.env.SOURCE_DATE_EPOCH);
	if (given > 0) return given;
	try {
		return Number(
			execFileSync("git", ["log", "-1", "--format=%ct"], {
				cwd: ROOT,
				encoding: "utf8",
				stdio: ["ignore", "pipe", "ignore"],
			}),
		);
	} catch {
		// a copy without its history
		return Math.floor(statSync(join(ROOT, "package.json")).mtimeMs / 1000);
	}
}

function fail(text: string): never {
	process.stderr.write(`${text}\n`);
	process.exit(2);
}
