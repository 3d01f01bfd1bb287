/**
 * `npm test`: sets up, then checks types, lint, format, import rules and unused code, runs the unit tests of every
 * package and the browser tests. One check failing does not stop the others. It closes with `N passed, N failed`:
 * every test case counts one, every check step one.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { ROOT, setUp } from "./setup.mjs";
import { capture, showProgress, StepFailed } from "./setup/step.mjs";
import { buildAll, workspacePackages } from "./setup/workspace.mjs";
import { auditDependencies } from "./test/audit.mjs";
import { findChromium, installChromium } from "./test/chromium.mjs";
import { plantedErrorIsFound } from "./test/planted-error.mjs";
import { playwrightCounts, vitestCounts } from "./test/report-counts.mjs";

const total = { passed: 0, failed: 0, skipped: 0 };
const remarks = [];
const failures = [];

/** Adds one step's cases, and shows the whole output of a step that failed. */
function record(name, counts, output) {
	for (const key of Object.keys(total)) total[key] += counts[key] ?? 0;
	if (counts.failed === 0) return;
	failures.push(name);
	process.stdout.write(`\n──── ${name}: failed ────\n${output.trimEnd()}\n\n`);
}

async function check(name, run) {
	const progress = showProgress(name);
	const { code, output } = await run();
	progress.end(code === 0);
	record(name, code === 0 ? { passed: 1, failed: 0 } : { failed: 1 }, output);
}

async function suite(name, report, counts, run) {
	const progress = showProgress(name);
	const { code, output } = await run();
	const found = counts(existsSync(report) ? readFileSync(report, "utf8") : "", code);
	progress.end(found.failed === 0);
	process.stderr.write(`mailtrail: ${name}: ${found.passed} passed, ${found.failed} failed\n`);
	record(name, found, output);
}

function packageName(folder) {
	return relative(ROOT, folder);
}

function scriptsOf(folder) {
	return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).scripts ?? {};
}

async function main() {
	const chain = await setUp({ build: false });
	const inRoot = { cwd: ROOT, env: { ...chain.env, CI: "true", NO_COLOR: "1" } };
	const exec = (...args) => capture(chain.pnpm, ["exec", ...args], inRoot);
	const folders = workspacePackages(ROOT);

	await check("build", () => buildAll(ROOT, join(ROOT, ".tools"), chain).then(ok, failedStep));
	for (const folder of folders.filter((folder) => scriptsOf(folder).check)) {
		const here = { ...inRoot, cwd: folder };
		await check(`types of ${packageName(folder)}`, () => capture(chain.pnpm, ["run", "check"], here));
	}
	await check("a planted type error is noticed", () => plantedErrorIsFound(ROOT, chain, inRoot.env));
	await check("lint", () => exec("biome", "lint", "--error-on-warnings", "--max-diagnostics=50"));
	await check("format", () => exec("biome", "format", "--max-diagnostics=10"));
	await check("import rules", () =>
		exec("depcruise", "packages", "apps", "--config", ".dependency-cruiser.cjs"),
	);
	await check("unused code", () => exec("knip", "--no-progress", "--no-config-hints"));
	await check("known weaknesses of dependencies", async () => {
		const { verdict, output } = await auditDependencies(chain, inRoot);
		if (verdict === "unknown")
			remarks.push("Not run: the audit of the dependencies. The package registry could not be asked.");
		return { code: verdict === "weak" ? 1 : 0, output };
	});

	const reports = mkdtempSync(join(tmpdir(), "mailtrail-test-"));
	try {
		const chromium = await chromiumFor(chain, inRoot.env);
		if (chromium) inRoot.env.MAILTRAIL_CHROMIUM = chromium;
		await unitTests(folders, chain, inRoot, reports);
		if (chromium) await browserTests(chain, inRoot, reports);
	} finally {
		rmSync(reports, { recursive: true, force: true });
	}
}

async function unitTests(folders, chain, inRoot, reports) {
	const places = folders.filter((folder) => basename(folder) !== "e2e" && scriptsOf(folder).test);
	// folders with tests but without a vitest of their own
	const inner = [join(ROOT, "tools"), join(ROOT, "e2e/lab")];
	for (const folder of [...places, ...inner]) {
		const report = join(reports, `${basename(folder)}.json`);
		const args = [
			"exec",
			"vitest",
			"run",
			"--reporter=default",
			"--reporter=json",
			`--outputFile.json=${report}`,
		];
		const here = inner.includes(folder);
		if (here) args.push("--dir", packageName(folder));
		await suite(`tests of ${packageName(folder)}`, report, vitestCounts, () =>
			capture(chain.pnpm, args, { ...inRoot, cwd: here ? ROOT : folder }),
		);
	}
}

async function browserTests(chain, inRoot, reports) {
	const folder = join(ROOT, "e2e");
	if (!existsSync(join(folder, "package.json")) || !scriptsOf(folder).test) return;
	const report = join(reports, "e2e.json");
	const env = { ...inRoot.env, MAILTRAIL_E2E_JSON: report };
	await suite("end-to-end tests", report, playwrightCounts, () =>
		capture(chain.pnpm, ["run", "test"], { cwd: folder, env }),
	);
}

/** Where nothing can be installed, the tests that need a browser are left out, and the last lines say so. */
async function chromiumFor(chain, env) {
	const found = findChromium() ?? (await installChromium(ROOT, chain, env));
	if (found) return found;
	remarks.push(
		"Not run: the tests that need a browser. No Chromium was found and none could be installed (apt needs root; Playwright's own needs its download server). Set MAILTRAIL_CHROMIUM to one and run this again.",
	);
	total.skipped += 1;
	return undefined;
}

const ok = () => ({ code: 0, output: "" });
const failedStep = (error) => {
	if (error instanceof StepFailed) return { code: 1, output: error.message };
	throw error;
};

try {
	await main();
} catch (error) {
	if (!(error instanceof StepFailed)) throw error;
	process.stderr.write(`${error.message}\n`);
	failures.push("setup");
	total.failed += 1;
}
for (const remark of remarks) process.stdout.write(`${remark}\n`);
if (failures.length > 0) process.stdout.write(`Failed: ${failures.join(", ")}\n`);
process.stdout.write(
	`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}\n`,
);
process.exitCode = total.failed > 0 ? 1 : 0;
