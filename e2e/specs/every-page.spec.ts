/** What holds for every page: the keyboard comes everywhere and is seen there, any width and either language fits, nothing moves for whom that is too much. */
import type { Page } from "@playwright/test";
import { onRelay, onSubmission } from "../stage/mail.ts";
import { someMail } from "../stage/some-mail.ts";
import { expect, type Stage, test } from "../stage/stage.ts";
import { misfits, placesOf, resize, walkByTab } from "../stage/walk.ts";

async function begin(stage: Stage, page: Page): Promise<string[]> {
	await someMail(stage);
	await page.goto(stage.hub.link);
	const journey = await page.locator("[data-row][data-outcome=failed]").getAttribute("href");
	return placesOf(journey ?? "");
}

async function open(page: Page, address: string): Promise<void> {
	await page.goto(address);
	await expect(page.locator("main h1, main h2").first()).toBeAttached();
	await expect(page.locator(".skeleton, .loading, .coming")).toHaveCount(0);
	// figures that stand beside the rows
	await page.waitForTimeout(400);
}

test("Tab comes to every control of every page, shows where it is, and out again", async ({
	stage,
	page,
}) => {
	test.setTimeout(180_000);
	const places = await begin(stage, page);
	const found: string[] = [];
	for (const place of places) {
		await open(page, stage.hub.origin + place);
		const { missed, unseen, trapped } = await walkByTab(page);
		found.push(...missed.map((each) => `${place} not reached: ${each}`));
		found.push(...unseen.map((each) => `${place} not seen: ${each}`));
		if (trapped !== undefined) found.push(`${place} does not go on: ${trapped}`);
	}
	expect(found).toEqual([]);
});

for (const lang of ["en", "ja"] as const)
	test(`every page fits every width from 320 px to 4K, ${lang}`, async ({ stage, browser }) => {
		test.setTimeout(240_000);
		const context = await browser.newContext({ locale: lang });
		const page = await context.newPage();
		const found: string[] = [];
		for (const place of await begin(stage, page)) {
			await open(page, stage.hub.origin + place);
			await expect(page.locator("html")).toHaveAttribute("lang", lang);
			for (const [width, height] of [
				[320, 640],
				[360, 740],
				[768, 1024],
				[1440, 900],
				[3840, 2160],
			] as const) {
				await resize(page, width, height);
				found.push(...(await misfits(page)).map((misfit) => `${place} at ${width} px: ${misfit}`));
			}
			// a text that is missing would stand as its key or as nothing at all
			expect(await page.locator("main").textContent()).not.toMatch(/undefined|\bNaN\b|\[object/);
		}
		expect(found).toEqual([]);
		await context.close();
	});

test("nothing moves by itself for a reader who asked for that", async ({ stage, page }) => {
	await page.emulateMedia({ reducedMotion: "reduce" });
	const sub = await stage.host("sub");
	const relay = await stage.host("relay1");
	const message = { sender: "bob@corp.example", recipient: "anna@dest.example", n: 1 };
	await page.goto(stage.hub.link);
	await page.goto(`${stage.hub.origin}/live`);
	await page.evaluate(() => {
		const begun: string[] = [];
		for (const type of ["animationstart", "transitionrun"])
			document.addEventListener(type, ({ target }) => begun.push((target as Element).className), true);
		Object.assign(globalThis, { begun });
	});
	await sub.write(onSubmission(message));
	const row = page.locator("[data-row]");
	await expect(row).toHaveCount(1);
	await relay.write(
		onRelay(
			message,
			"deferred",
			"4.4.1",
			"connect to mx.dest.example[198.51.100.7]:25: Connection timed out",
		),
	);
	await expect(row).toHaveAttribute("data-outcome", "delayed");
	await row.hover();
	await row.click();
	await expect(page.getByText("under way").first()).toBeVisible();
	expect(await page.evaluate(() => (globalThis as unknown as { begun: string[] }).begun)).toEqual([]);
	expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test("on a screen of 4K a long list fills the window wherever it is scrolled to", async ({ stage, page }) => {
	await page.setViewportSize({ width: 3840, height: 2160 });
	await someMail(stage, 160);
	await page.goto(stage.hub.link);
	const rows = page.locator("[data-row]");
	await expect(rows.first()).toBeVisible();
	await expect.poll(() => page.evaluate(() => document.documentElement.scrollHeight)).toBeGreaterThan(12_000);
	for (const share of [0.4, 0.8, 0.2]) {
		await page.evaluate((part) => window.scrollTo(0, document.documentElement.scrollHeight * part), share);
		// a row stands in the window's middle, and at its foot
		for (const height of [1080, 2000])
			await expect
				.poll(() =>
					page.evaluate((y) => document.elementFromPoint(700, y)?.closest("[data-row]") !== null, height),
				)
				.toBe(true);
	}
});

test("chips stand alone in forced colours: the text behind them is not shown too", async ({
	stage,
	page,
}) => {
	await page.emulateMedia({ forcedColors: "active" });
	await page.goto(stage.hub.link);
	await page.goto(`${stage.hub.origin}/?q=status:failed`);
	await expect(page.getByRole("button", { name: "Remove status failed" })).toBeVisible();
	await expect(page.getByRole("combobox", { name: "Find a message" })).toHaveCSS("opacity", "0");
});

test("no page asks the hub over and over while nobody does anything", async ({ stage, page }) => {
	test.setTimeout(120_000);
	const places = await begin(stage, page);
	const found: string[] = [];
	for (const place of places) {
		await open(page, stage.hub.origin + place);
		const before = await page.evaluate(() => performance.getEntriesByType("resource").length);
		await page.waitForTimeout(2_000);
		const asked = (await page.evaluate(() => performance.getEntriesByType("resource").length)) - before;
		// hosts, alerts and figures are looked at every few seconds
		if (asked > 8) found.push(`${place}: ${asked} times in two seconds`);
	}
	expect(found).toEqual([]);
});
