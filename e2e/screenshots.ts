/**
 * The pages as they are, into docs/screenshots: a real hub with the recorded relay chain, in both themes, both sizes and
 * both languages. `pnpm --filter @mailtrail/e2e screenshots`
 */
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type BrowserContextOptions, chromium } from "@playwright/test";
import config from "./playwright.config.ts";
import { setStage, type Stage } from "./stage/stage.ts";

const ROOT = resolve(import.meta.dirname, "..");
const OUT = join(ROOT, "docs/screenshots");

const DESK = { viewport: { width: 1440, height: 900 }, locale: "en-GB" };
const PHONE = { viewport: { width: 390, height: 844 }, locale: "en-GB" };
const LOOKS: Record<string, BrowserContextOptions> = {
	light: { ...DESK, colorScheme: "light" },
	dark: { ...DESK, colorScheme: "dark" },
	ja: { ...DESK, colorScheme: "light", locale: "ja-JP" },
	phone: { ...PHONE, colorScheme: "light" },
	"phone-ja": { ...PHONE, colorScheme: "dark", locale: "ja-JP" },
};

const stage = await setStage();
const browser = await chromium.launch(config.use?.launchOptions ?? {});
try {
	await mkdir(OUT, { recursive: true });
	const first = await browser.newContext();
	const page = await first.newPage();
	await page.goto(stage.hub.link);
	const storageState = await first.storageState();
	const shoot = async (names: Record<string, string>) => {
		for (const [look, options] of Object.entries(LOOKS)) {
			const context = await browser.newContext({ ...options, storageState, timezoneId: "UTC" });
			const view = await context.newPage();
			for (const [name, path] of Object.entries(names)) {
				await view.goto(stage.hub.origin + path);
				await view.waitForTimeout(1_000);
				if (name === "checks") {
					await view.locator("form button[type=submit]").first().click();
					await view.waitForTimeout(3_000);
				}
				const fullPage = name === "journey" && options === LOOKS["light"];
				await view.screenshot({ path: join(OUT, `${name}-${look}.png`), fullPage });
			}
			await context.close();
		}
	};
	await shoot({ empty: "/" });
	await addSampleHosts(stage);
	const failed = await page.request.get(`${stage.hub.origin}/api/search?q=status%3Afailed&limit=200`);
	const { rows } = (await failed.json()) as {
		rows: { id: string; recipientCount: number; outcomes: Record<string, number>; stops: object[] }[];
	};
	const many = rows.find(
		(row) => row.recipientCount > 2 && (row.outcomes["delivered"] ?? 0) > 1 && row.stops.length > 4,
	);
	await shoot({
		find: "/?q=corp.example",
		failed: "/?q=status%3Afailed",
		live: "/live",
		hosts: "/hosts",
		checks: "/checks?target=127.0.0.1&port=465",
		journey: `/journey/${many?.id ?? rows[0]?.id}`,
	});
} finally {
	await browser.close();
	await stage.strike();
}

async function addSampleHosts(on: Stage): Promise<void> {
	const { hosts } = JSON.parse(await readFile(join(ROOT, "samples/manifest.json"), "utf8")) as {
		hosts: { host: string; file: string }[];
	};
	for (const { host, file } of hosts) {
		const log = await readFile(join(ROOT, "samples", file), "utf8");
		await on.host(host, log);
		while ((await on.lines(host)) < log.trim().split("\n").length)
			await new Promise((resolve) => setTimeout(resolve, 100));
	}
}
