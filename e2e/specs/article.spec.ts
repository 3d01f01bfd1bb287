/** The log samples of the article "メールが送れない時の調査と確認方法", copied from its page with all defects: each is found and explained. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, test } from "../stage/stage.ts";

const SAMPLE = resolve(import.meta.dirname, "../../samples/seed-article/tu8/mail.log");

test("the four samples are found by the recipient and explained", async ({ stage, page }) => {
	await stage.host("tu8", await readFile(SAMPLE, "utf8"));
	await expect.poll(() => stage.lines("tu8")).toBeGreaterThan(15);
	await page.goto(stage.hub.link);
	const box = page.getByRole("combobox", { name: "Find a message" });
	await box.fill("tu@example.net");
	await box.press("Enter");
	await expect(page).toHaveURL(/q=tu%40example\.net|q=tu@example\.net/);
	await expect(page.locator("[data-row]")).toHaveCount(4);

	const causes = { relayed: 1, delayed: 3 };
	for (const [outcome, count] of Object.entries(causes))
		await expect(page.locator(`[data-row][data-outcome=${outcome}]`)).toHaveCount(count);

	await page.locator("[data-row]", { hasText: "block list" }).first().click();
	await expect(page).toHaveURL(/\/journey\//);
	await expect(page.getByText("8B84D8D1CF").filter({ visible: true }).first()).toBeVisible();
	await expect(page.getByRole("link", { name: /dnsbl\.example\.net/ }).first()).toHaveAttribute(
		"href",
		"https://dnsbl.example.net/dnsbl-lookup.cgi?ip=203.0.113.111",
	);
	// The line that proves it stands on the page as it was written.
	await expect(page.getByText(/refused to talk to me: 554 5\.7\.0 Blocked – see/).first()).toBeVisible();

	const address = page.url();
	await page.reload();
	await expect(page).toHaveURL(address);
	await expect(page.getByText("8B84D8D1CF").filter({ visible: true }).first()).toBeVisible();
});
