/** Real hub, real agents on growing files, Debian's Chromium where there is one. Each test starts its own hub on its own port. */
import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const executablePath = [
	process.env["MAILTRAIL_CHROMIUM"],
	"/usr/bin/chromium",
	"/usr/bin/chromium-browser",
	"/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

export default defineConfig({
	testDir: "specs",
	fullyParallel: true,
	workers: 2,
	// axe over several pages takes its time where other work has the processors
	timeout: 120_000,
	expect: { timeout: 15_000 },
	forbidOnly: Boolean(process.env["CI"]),
	reporter: process.env["MAILTRAIL_E2E_JSON"]
		? [["list"], ["json", { outputFile: process.env["MAILTRAIL_E2E_JSON"] }]]
		: [["list"]],
	use: {
		viewport: { width: 1440, height: 900 },
		locale: "en-GB",
		timezoneId: "UTC",
		launchOptions: {
			...(executablePath && { executablePath }),
			args: [
				"--no-sandbox",
				"--disable-gpu",
				"--disable-quic",
				"--no-first-run",
				"--disable-background-networking",
				"--disable-component-update",
				"--disable-sync",
			],
		},
	},
});
