/**
 * The machines that an executable is made for, and the Bun that goes into it. Packages take Bun's `baseline` build: a
 * virtual machine's processor often has no AVX2. What the dependencies do not bring is fetched by npm, which checks it,
 * only when asked for.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import about from "../package.json" with { type: "json" };
import { ROOT } from "./package-files.ts";

export interface Target {
	/** as in file names: `linux-x64` */
	name: string;
	/** what `bun build --target` calls it */
	compile: string;
	/** packages of npm that hold its Bun, the better first */
	bun: readonly string[];
	/** how Debian and Red Hat call the machine; none: tarball only */
	deb?: string;
	rpm?: string;
}

export const TARGETS: readonly Target[] = [
	{
		name: "linux-x64",
		compile: "bun-linux-x64-baseline",
		bun: ["bun-linux-x64-baseline", "bun-linux-x64"],
		deb: "amd64",
		rpm: "x86_64",
	},
	{
		name: "linux-arm64",
		compile: "bun-linux-arm64",
		bun: ["bun-linux-aarch64"],
		deb: "arm64",
		rpm: "aarch64",
	},
	{ name: "linux-x64-musl", compile: "bun-linux-x64-musl-baseline", bun: ["bun-linux-x64-musl-baseline"] },
	{ name: "linux-arm64-musl", compile: "bun-linux-arm64-musl", bun: ["bun-linux-aarch64-musl"] },
];

const BUN_VERSION = about.optionalDependencies["@oven/bun-linux-x64"];
const CACHE = join(ROOT, ".tools/bun");
const require = createRequire(import.meta.url);

/** The Bun to put into the executable; with `fetch` the best one, from npm where it is not here yet. */
export function findBun({ bun }: Target, fetch: boolean): string | undefined {
	for (const name of bun) {
		const here = installed(name) ?? (fetch ? fetchBun(name) : cached(name));
		if (here !== undefined) return here;
	}
	return undefined;
}

/** The Bun that this machine runs: it builds for all others. */
export function ownBun(): string | undefined {
	if (process.platform !== "linux") return undefined;
	return installed(process.arch === "arm64" ? "bun-linux-aarch64" : "bun-linux-x64");
}

function installed(name: string): string | undefined {
	try {
		return require.resolve(`@oven/${name}/bin/bun`);
	} catch {
		return undefined;
	}
}

function cached(name: string): string | undefined {
	const program = join(CACHE, `${name}-${BUN_VERSION}`, "bin/bun");
	return existsSync(program) ? program : undefined;
}

function fetchBun(name: string): string {
	const found = cached(name);
	if (found !== undefined) return found;
	const folder = join(CACHE, `${name}-${BUN_VERSION}`);
	const fresh = `${folder}.new`;
	rmSync(fresh, { recursive: true, force: true });
	mkdirSync(fresh, { recursive: true });
	// npm compares what it gets with the integrity that the registry states
	const args = ["pack", "--silent", `@oven/${name}@${BUN_VERSION}`, "--pack-destination", fresh];
	execFileSync("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
	const [archive] = readdirSync(fresh);
	if (archive === undefined) throw new Error(`npm brought no @oven/${name}@${BUN_VERSION}`);
	execFileSync("tar", ["-xzf", join(fresh, archive), "-C", fresh, "--strip-components=1"]);
	rmSync(join(fresh, archive));
	rmSync(folder, { recursive: true, force: true });
	renameSync(fresh, folder);
	return join(folder, "bin/bun");
}

/** As `sha256sum` prints it. */
export function sha256(path: string): string {
	return createHash("sha256").update(readFileSync(path)).digest("hex");
}
