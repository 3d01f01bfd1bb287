/**
 * The locked dependencies and the build, each skipped while its stamp holds: a hash of the lock file and the
 * package.json files for the one, of names, sizes and times of all sources for the other.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runStep } from "./step.mjs";

const NOT_SOURCES = new Set([
	"node_modules",
	"dist",
	".turbo",
	"golden",
	"test-results",
	"coverage",
	"playwright-report",
]);
/** what the commands of the repository run; a build that left one out is no build */
const PRODUCTS = ["apps/cli/dist/mailtrail.mjs", "apps/hub/dist/mailtrail-hub.mjs"];

/** Folders of the workspace's packages. */
export function workspacePackages(root) {
	const folders = ["packages", "apps"].flatMap((group) =>
		existsSync(join(root, group))
			? readdirSync(join(root, group)).map((name) => join(root, group, name))
			: [],
	);
	return [...folders, join(root, "e2e")].filter((folder) => existsSync(join(folder, "package.json")));
}

export async function installDependencies(root, tools, chain) {
	const stamp = join(tools, "install.stamp");
	const inputs = ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json"].map((name) => join(root, name));
	for (const folder of workspacePackages(root)) inputs.push(join(folder, "package.json"));
	const hash = createHash("sha256");
	for (const path of inputs) hash.update(path).update(readFileSync(path));
	const wanted = hash.digest("hex");
	if (holds(stamp, wanted) && existsSync(join(root, "node_modules/.modules.yaml"))) return;
	rmSync(stamp, { force: true });
	await runStep("installing the dependencies", chain.pnpm, ["install", "--frozen-lockfile"], {
		cwd: root,
		env: { ...chain.env, CI: "true" },
	});
	writeFileSync(stamp, wanted);
}

export async function buildAll(root, tools, chain) {
	const stamp = join(tools, "build.stamp");
	// taken before the build: an edit meanwhile makes the next run build again
	const wanted = sourcesFingerprint(root);
	if (holds(stamp, wanted) && PRODUCTS.every((path) => existsSync(join(root, path)))) return;
	rmSync(stamp, { force: true });
	await runStep("building", chain.pnpm, ["exec", "turbo", "run", "build", "--output-logs=errors-only"], {
		cwd: root,
		env: chain.env,
	});
	writeFileSync(stamp, wanted);
}

export function sourcesFingerprint(root) {
	const hash = createHash("sha256");
	for (const name of ["pnpm-lock.yaml", "turbo.json", "tsconfig.base.json"]) addFile(hash, join(root, name));
	for (const folder of workspacePackages(root)) addFolder(hash, folder);
	return hash.digest("hex");
}

function addFolder(hash, folder) {
	const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
	for (const entry of entries) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) {
			if (!NOT_SOURCES.has(entry.name)) addFolder(hash, path);
		} else if (entry.isFile() && !/\.test\.[cm]?[jt]s$/.test(entry.name)) addFile(hash, path);
	}
}

function addFile(hash, path) {
	const { size, mtimeMs } = statSync(path);
	hash.update(`${path}\0${size}\0${mtimeMs}\n`);
}

function holds(stamp, wanted) {
	try {
		return readFileSync(stamp, "utf8") === wanted;
	} catch {
		return false;
	}
}
