/** The first administrator takes a name and a password, comes back with them, lets somebody in; the audit log tells of it. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../stage/stage.ts";

const PASSWORD = "correct horse battery staple";

test("from the printed link to an account of one's own, and one for a colleague", async ({
	stage,
	page,
	browser,
}) => {
	const { origin } = stage.hub;
	await page.goto(stage.hub.link);
	await page.goto(`${origin}/settings`);
	const mine = page.getByRole("region", { name: "My account" });
	await mine.getByLabel("Name").fill("kato");
	await mine.getByLabel("New password").fill(PASSWORD);
	await mine.getByRole("button", { name: "Save" }).click();
	await expect(mine.getByText("Signed in as kato")).toBeVisible();
	expect((await new AxeBuilder({ page }).analyze()).violations.map((each) => each.id)).toEqual([]);

	const accounts = page.getByRole("region", { name: "Accounts" });
	await accounts.getByLabel("Name").fill("mori");
	await accounts.getByRole("button", { name: "Add an account" }).click();
	const link = (await accounts.locator("code").last().textContent()) ?? "";
	expect(link).toContain("key=");
	const colleague = await (await browser.newContext()).newPage();
	await colleague.goto(link);
	const pages = colleague.getByRole("navigation", { name: "Pages" });
	await expect(pages.getByRole("link", { name: "Settings" })).toBeVisible();
	await expect(pages.getByRole("link", { name: "Audit" })).toHaveCount(0);

	await mine.getByRole("button", { name: "Sign out" }).click();
	const form = page.getByRole("region", { name: "Sign in" });
	await expect(form).toBeVisible();
	await form.getByLabel("Name").fill("kato");
	await form.getByLabel("Password").fill("not the password");
	await form.getByRole("button", { name: "Sign in" }).click();
	await expect(form.getByRole("alert")).toHaveText("Name or password are not right.");
	expect((await new AxeBuilder({ page }).analyze()).violations.map((each) => each.id)).toEqual([]);
	await form.getByLabel("Password").fill(PASSWORD);
	await form.getByRole("button", { name: "Sign in" }).click();
	await expect(form).toHaveCount(0);

	await page.getByRole("link", { name: "Audit" }).click();
	await expect(page.getByRole("row", { name: /kato.*sign-in.*refused/ })).toBeVisible();
	expect((await new AxeBuilder({ page }).analyze()).violations.map((each) => each.id)).toEqual([]);
});
