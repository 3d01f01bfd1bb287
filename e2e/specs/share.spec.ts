/** A masked journey for somebody without an account: nothing of it before an administrator allows it, nothing beside it, nothing after it was taken back. */
import AxeBuilder from "@axe-core/playwright";
import { someMail } from "../stage/some-mail.ts";
import { expect, test } from "../stage/stage.ts";
import { misfits, resize } from "../stage/walk.ts";

test("a journey goes to the other end by a link that needs no account, and is taken back", async ({
	stage,
	page,
	browser,
}) => {
	test.setTimeout(120_000);
	await someMail(stage);
	await page.goto(stage.hub.link);
	const journey = (await page.locator("[data-row][data-outcome=failed]").getAttribute("href")) ?? "";
	await page.goto(`${stage.hub.origin}${journey}?masked=1`);
	await expect(page.getByText("a***@dest.example").first()).toBeVisible();
	await expect(page.getByRole("button", { name: "Make a link for outsiders" })).toHaveCount(0);

	await page.goto(`${stage.hub.origin}/settings`);
	const hub = page.getByRole("region", { name: "This hub" });
	await hub.getByRole("checkbox", { name: /links that open without an account/ }).check();
	await hub.getByRole("button", { name: "Save" }).click();
	await expect(hub.getByText("Saved")).toBeVisible();
	await page.goto(`${stage.hub.origin}${journey}?masked=1`);
	await page.getByRole("button", { name: "Make a link for outsiders" }).click();
	const made = page.getByRole("region", { name: "Make a link for outsiders" });
	const link = (await made.locator("code").textContent()) ?? "";
	expect(link).toMatch(/\/shared\/[\w-]{43}$/);

	const stranger = await (await browser.newContext()).newPage();
	const answers: string[] = [];
	const asked = new Set<string>();
	const refused: string[] = [];
	stranger.on("response", (answer) => {
		const { pathname } = new URL(answer.url());
		if (pathname.startsWith("/api/")) asked.add(pathname);
		if (answer.status() >= 400) refused.push(`${answer.status()} ${pathname}`);
		if (pathname === "/api/shared") void answer.text().then((text) => answers.push(text));
	});
	await stranger.goto(link);
	await expect(stranger.getByText("a***@dest.example").first()).toBeVisible();
	await expect(stranger.getByText("Somebody shared this with you.")).toBeVisible();
	await expect(stranger.getByText("User unknown").first()).toBeVisible();
	await expect(stranger.getByRole("navigation", { name: "Pages" })).toHaveCount(0);
	expect(await stranger.content()).not.toMatch(/anna@|bob@|anna%40|bob%40/);
	await expect.poll(() => answers.length).toBe(1);
	expect(answers.join("\n")).not.toMatch(/anna@|bob@/);
	// every link stays on the page: whoever has no account is sent nowhere that asks for one
	const away = await stranger
		.locator("main a[href]")
		.evaluateAll((links) =>
			links.map((each) => each.getAttribute("href") ?? "").filter((href) => /^\/(?!shared\/)/.test(href)),
		);
	expect(away).toEqual([]);
	expect((await new AxeBuilder({ page: stranger }).analyze()).violations.map(({ id }) => id)).toEqual([]);
	await resize(stranger, 360, 740);
	expect(await misfits(stranger)).toEqual([]);
	await stranger.waitForTimeout(6_000);
	expect([...asked].sort()).toEqual(["/api/session", "/api/shared"]);
	expect(refused).toEqual([]);

	await page.goto(`${stage.hub.origin}/settings`);
	const links = page.getByRole("region", { name: "Links for outsiders" });
	await expect(links.getByRole("row")).toHaveCount(2);
	expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
	await links.getByRole("button", { name: "Take back" }).click();
	const question = page.getByRole("dialog", { name: "Take this link back?" });
	await question.getByRole("button", { name: "Take back" }).click();
	await expect(links).toHaveCount(0);
	await stranger.reload();
	await expect(stranger.getByText("This link has ended")).toBeVisible();
	await expect(stranger.getByText("a***@dest.example")).toHaveCount(0);
	await page.goto(`${stage.hub.origin}/audit`);
	await expect(page.getByRole("row", { name: /a link of .* view/ })).toBeVisible();
	await expect(page.getByRole("row", { name: /end share/ })).toBeVisible();
});
