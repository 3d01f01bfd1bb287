/** What the steps of the articles do on the page again and again: ask, open what was found, and read it in both languages. */
import type { Page } from "@playwright/test";
import { expect, type Stage } from "./stage.ts";

export type Words = Record<"en" | "ja", (string | RegExp)[]>;

/** The page says all of this, first in English, then in Japanese. */
export async function says(page: Page, words: Words): Promise<void> {
	for (const lang of ["en", "ja"] as const) {
		if (lang === "ja") await page.getByRole("button", { name: "日本語" }).click();
		for (const word of words[lang]) await expect(page.locator("main")).toContainText(word);
	}
	await page.getByRole("button", { name: "English" }).click();
}

/** Waits until the hub has this many lines of the host, and searches. */
export async function find(stage: Stage, page: Page, q: string, rows = 1): Promise<void> {
	if (page.url() === "about:blank") await page.goto(stage.hub.link);
	await expect(async () => {
		await page.goto(`${stage.hub.origin}/?q=${encodeURIComponent(q)}`);
		await expect(page.locator("[data-row]")).toHaveCount(rows, { timeout: 1_500 });
	}).toPass({ timeout: 20_000 });
}

export async function open(stage: Stage, page: Page, q: string): Promise<void> {
	await stage.arrived();
	await find(stage, page, q);
	await page.locator("[data-row]").click();
	await expect(page).toHaveURL(/\/journey\//);
}

/** A program for the place of one of the host's own. */
