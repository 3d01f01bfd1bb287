/**
 * The browser for the tests: one that is there, else Debian's (only as root), else Playwright's own. The path goes to
 * the tests in MAILTRAIL_CHROMIUM.
 */
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { capture, showProgress } from "../setup/step.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

/** @returns {string | undefined} */
export function findChromium(env = process.env) {
	if (env.MAILTRAIL_CHROMIUM) return env.MAILTRAIL_CHROMIUM;
	for (const folder of (env.PATH ?? "").split(delimiter)) {
		for (const name of NAMES) if (folder && existsSync(join(folder, name))) return join(folder, name);
	}
	return playwrightChromium(env);
}

/** @returns {Promise<string | undefined>} */
export async function installChromium(root, chain, env) {
	if (process.platform === "linux" && process.getuid?.() === 0) {
		const apt = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
		const installed =
			(await tried("refreshing apt's lists", "apt-get", ["update", "-q"], apt)) &&
			(await tried(
				"installing Chromium",
				"apt-get",
				["install", "-y", "-q", "--no-install-recommends", "chromium"],
				apt,
			));
		if (installed && findChromium()) return findChromium();
	}
	const e2e = join(root, "e2e");
	if (!existsSync(join(e2e, "node_modules/.bin/playwright"))) return undefined;
	await tried("installing Playwright's Chromium", chain.pnpm, ["exec", "playwright", "install", "chromium"], {
		cwd: e2e,
		env,
	});
	return findChromium();
}

async function tried(what, program, args, options) {
	const progress = showProgress(what);
	const { code, output } = await capture(program, args, options);
	progress.end(code === 0);
	if (code !== 0) process.stderr.write(`${output.trimEnd().split("\n").slice(-5).join("\n")}\n`);
	return code === 0;
}

function playwrightChromium(env) {
	const cache =
		env.PLAYWRIGHT_BROWSERS_PATH ??
		join(homedir(), process.platform === "darwin" ? "Library/Caches" : ".cache", "ms-playwright");
	if (!existsSync(cache)) return undefined;
	const inside = [
		"chrome-linux64/chrome",
		"chrome-linux/chrome",
		"chrome-mac/Chromium.app/Contents/MacOS/Chromium",
	];
	for (const folder of readdirSync(cache)
		.filter((name) => /^chromium-\d+$/.test(name))
		.sort()
		.reverse()) {
		for (const path of inside) if (existsSync(join(cache, folder, path))) return join(cache, folder, path);
	}
	return undefined;
}
