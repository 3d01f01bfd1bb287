/** What a press changes: it can be taken back for some seconds, by the button or by keys; what cannot be brought back is asked first, by name. */
import type { Page } from "@playwright/test";
import { someMail } from "../stage/some-mail.ts";
import { expect, type Stage, test } from "../stage/stage.ts";

async function rule(page: Page, stage: Stage, name: string): Promise<void> {
	const answer = await page.request.post(`${stage.hub.origin}/api/alerts/rules`, {
		headers: { origin: stage.hub.origin },
		data: {
			name,
			kind: "bounce-rate",
			threshold: 90,
			enabled: true,
			windowMinutes: 30,
			holdMinutes: 10,
			channels: [],
		},
	});
	expect(answer.ok()).toBe(true);
}

const namesOf = async (page: Page, stage: Stage): Promise<string[]> => {
	const answer = await page.request.get(`${stage.hub.origin}/api/alerts/rules`);
	return ((await answer.json()) as { rules: { name: string }[] }).rules.map(({ name }) => name);
};

test("a rule that was removed is back at a press or by keys, and gone for good when the page is left", async ({
	stage,
	page,
}) => {
	await page.goto(stage.hub.link);
	await expect(page.getByRole("heading", { name: "No mail seen yet" })).toBeVisible();
	await rule(page, stage, "Too many bounces");
	await page.goto(`${stage.hub.origin}/alerts`);
	const row = page.getByRole("row", { name: /Too many bounces/ });
	const remove = row.getByRole("button", { name: "Delete" });
	const back = page.getByRole("button", { name: "Undo" });

	await remove.focus();
	await page.keyboard.press("Enter");
	await expect(row).toHaveCount(0);
	// the row is gone with the button that was pressed: the way back has the focus
	await expect(back).toBeFocused();
	await page.keyboard.press("Enter");
	await expect(row).toBeVisible();
	await expect(page.locator("#content")).toBeFocused();

	await remove.click();
	await expect(back).toBeVisible();
	await page.keyboard.press("Control+z");
	await expect(row).toBeVisible();
	expect(await namesOf(page, stage)).toContain("Too many bounces");

	await remove.click();
	await expect(row).toHaveCount(0);
	await page.goto(`${stage.hub.origin}/hosts`);
	await expect.poll(() => namesOf(page, stage)).not.toContain("Too many bounces");
});

test("a kept search and earlier ones come back; a token is asked about first, by name", async ({
	stage,
	page,
}) => {
	await someMail(stage);
	await page.goto(stage.hub.link);
	await expect(page.locator("[data-row]").nth(3)).toBeVisible();
	await page.goto(`${stage.hub.origin}/?q=status:failed`);
	await page.getByRole("button", { name: /Save/ }).click();
	const saved = page.getByRole("button", { name: "★ Saved" });
	await saved.click();
	await expect(saved).toHaveCount(0);
	await page.getByRole("button", { name: "Undo" }).click();
	await expect(saved).toBeVisible();

	await page.goto(`${stage.hub.origin}/settings`);
	const tokens = page.getByRole("region", { name: "Tokens" });
	await tokens.getByRole("textbox", { name: "Name" }).fill("prometheus");
	await tokens.getByRole("button", { name: "Make a token" }).click();
	const token = tokens.getByRole("row", { name: /prometheus/ });
	const revoke = token.getByRole("button", { name: "Revoke" });
	await revoke.click();
	const question = page.getByRole("dialog", { name: "Revoke the token “prometheus”?" });
	await expect(question).toContainText("It has never been used.");
	// Enter by mistake loses nothing, Escape neither; the focus comes back
	await page.keyboard.press("Enter");
	await expect(question).toHaveCount(0);
	await expect(revoke).toBeFocused();
	await revoke.click();
	await expect(question).toBeVisible();
	await page.keyboard.press("Escape");
	await expect(question).toHaveCount(0);
	await expect(token).toBeVisible();
	await revoke.click();
	await question.getByRole("button", { name: "Revoke" }).click();
	await expect(token).toHaveCount(0);
});
