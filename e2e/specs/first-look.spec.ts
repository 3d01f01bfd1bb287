/** What somebody sees who has just installed it, and what a stranger without the link sees. */
import AxeBuilder from "@axe-core/playwright";
import { onRelay, onSubmission } from "../stage/mail.ts";
import { expect, test } from "../stage/stage.ts";

test("an empty store says how to add a host", async ({ stage, page }) => {
	await page.goto(stage.hub.link);
	await expect(page.getByText("mailtrail-agent enrol").first()).toBeVisible();
});

test("recorded mail is one press away, and one press gone", async ({ stage, page }) => {
	await page.goto(stage.hub.link);
	await page.getByRole("button", { name: "Show the sample" }).click();
	await expect(page.locator("[data-row][data-outcome=failed]").first()).toBeVisible();
	await expect(page.getByText("9 of 9 hosts").first()).toBeVisible();
	await page.getByRole("button", { name: "Remove the sample" }).click();
	await expect(page.getByText("No mail seen yet")).toBeVisible();
	await expect(page.getByText("Sample data")).toBeHidden();
});

test("the link works once: opened again it says so, and goes in where somebody is signed in; without it there is no answer", async ({
	stage,
	page,
	browser,
}) => {
	const { link, origin } = stage.hub;
	await page.goto(link);
	const pages = page.getByRole("navigation", { name: "Pages" });
	await expect(pages).toBeVisible();
	await page.goto(link);
	await expect(pages).toBeVisible();
	await expect(page).toHaveURL(`${origin}/`);

	const stranger = await (await browser.newContext()).newPage();
	await stranger.goto(link);
	const form = stranger.getByRole("region", { name: "Sign in" });
	await expect(form.getByText("This link was opened before")).toBeVisible();
	await expect(form.getByText("mailtrail-hub -- link --data")).toBeVisible();
	await expect(stranger.getByRole("navigation", { name: "Pages" })).toHaveCount(0);
	await expect(stranger).toHaveURL(`${origin}/`);
	const answer = await stranger.request.get(`${origin}/api/search?q=`);
	expect(answer.status()).toBe(401);
	expect((await new AxeBuilder({ page: stranger }).analyze()).violations.map((each) => each.id)).toEqual([]);
});

for (const colorScheme of ["light", "dark"] as const)
	test(`every page is accessible, ${colorScheme}`, async ({ stage, page }) => {
		await page.emulateMedia({ colorScheme });
		const sub = await stage.host("sub");
		const relay = await stage.host("relay1");
		const message = { sender: "bob@corp.example", recipient: "anna@dest.example", n: 1 };
		await sub.write(onSubmission(message));
		await relay.write(
			onRelay(
				message,
				"deferred",
				"4.4.1",
				"connect to mx.dest.example[198.51.100.7]:25: Connection timed out",
			),
		);
		await expect.poll(() => stage.lines("relay1")).toBeGreaterThan(3);
		await page.goto(stage.hub.link);
		await page.goto(`${stage.hub.origin}/?q=anna%40dest.example`);
		await page.locator("[data-row]").first().click();
		await expect(page).toHaveURL(/\/journey\//);
		const journey = page.url();
		for (const url of [
			journey,
			`${stage.hub.origin}/`,
			`${stage.hub.origin}/live`,
			`${stage.hub.origin}/hosts`,
		]) {
			await page.goto(url);
			await expect(page.getByRole("heading").first()).toBeVisible();
			const { violations } = await new AxeBuilder({ page }).analyze();
			expect(
				violations.map(
					(each) =>
						`${url} ${each.id}: ${each.nodes
							.map((node) => node.html)
							.slice(0, 2)
							.join(" ")}`,
				),
			).toEqual([]);
		}
	});
