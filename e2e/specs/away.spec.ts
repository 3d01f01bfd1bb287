/** What a page says while something is not there: the network, the hub, its own scripts, the parts that an update took away. */
import { onSubmission } from "../stage/mail.ts";
import { expect, test } from "../stage/stage.ts";

test("a hub that is away and a machine that is offline are said, with what stands on the page, until they are back", async ({
	stage,
	page,
	context,
}) => {
	test.setTimeout(120_000);
	const sub = await stage.host("sub");
	await sub.write(onSubmission({ sender: "bob@corp.example", recipient: "anna@dest.example", n: 1 }));
	await page.goto(stage.hub.link);
	await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Live" }).click();
	const row = page.locator("[data-row]");
	await expect(row).toHaveCount(1);
	const live = page.getByRole("status").filter({ hasText: /^live$/ });
	await expect(live).toBeVisible();

	await stage.hub.kill();
	await expect(page.getByRole("status").filter({ hasText: "connection lost, trying again" })).toBeVisible();
	await expect(page.getByText("The hub has not answered for")).toBeVisible({ timeout: 30_000 });
	await expect(row).toHaveCount(1);
	await stage.hub.start();
	await expect(live).toBeVisible({ timeout: 40_000 });
	await expect(page.getByText("The hub has not answered for")).toHaveCount(0, { timeout: 20_000 });

	await context.setOffline(true);
	await expect(page.getByText("This machine is offline.")).toBeVisible();
	await expect(row).toHaveCount(1);
	await context.setOffline(false);
	await expect(page.getByText("This machine is offline.")).toHaveCount(0);
});

test("a search without the hub says what happened, and asks again at a press", async ({ stage, page }) => {
	await page.goto(stage.hub.link);
	await page.route("**/api/search*", (route) => route.abort());
	await page.locator("[role=combobox][name=q]").fill("anna@dest.example");
	await page.keyboard.press("Enter");
	const trouble = page.getByRole("alert");
	await expect(trouble).toBeVisible();
	await page.unroute("**/api/search*");
	await trouble.getByRole("button").first().click();
	await expect(trouble).toHaveCount(0);
});

test("the search box can be written into before the scripts are there, and they go on with it", async ({
	stage,
	page,
}) => {
	await page.goto(stage.hub.link);
	const come = Promise.withResolvers<void>();
	await page.route("**/assets/*.js", async (route) => {
		await come.promise;
		await route.continue();
	});
	await page.goto(stage.hub.origin, { waitUntil: "commit" });
	const box = page.locator("input[name=q]");
	await box.click();
	await page.keyboard.type("to:ann");
	const before = await box.boundingBox();
	come.resolve();
	await expect(page.locator("[role=combobox][name=q]")).toBeFocused();
	await page.keyboard.type("a@dest.example");
	await expect(box).toHaveValue("to:anna@dest.example");
	expect((await box.boundingBox())?.x).toBe(before?.x);
	expect((await box.boundingBox())?.y).toBe(before?.y);
	await page.keyboard.press("Enter");
	await expect(page).toHaveURL(/q=to:anna@dest\.example/);
});

test("a page whose parts went with an update loads the new one once, at the same place, and says so", async ({
	stage,
	page,
}) => {
	await page.goto(stage.hub.link);
	await page.route("**/assets/MapPage-*", (route) => route.fulfill({ status: 404, body: "" }));
	const nav = page.getByRole("navigation", { name: "Pages" });

	// the hub has no other page: the reader is told, and nothing is loaded again and again
	let loads = 0;
	page.on("load", () => loads++);
	await nav.getByRole("link", { name: "Map" }).click();
	await expect(page.getByText("This page could not be loaded")).toBeVisible();
	await page.waitForTimeout(500);
	expect(loads).toBe(0);

	await nav.getByRole("link", { name: "Live" }).click();
	await page.reload();
	await page.route(`${stage.hub.origin}/`, (route) =>
		route.fulfill({ body: '<script type="module" src="./assets/index-newer.js"></script>' }),
	);
	const loaded = page.waitForEvent("load");
	await nav.getByRole("link", { name: "Map" }).click();
	await loaded;
	await expect(page).toHaveURL(/\/map$/);
	await expect(page.getByText("The hub has been updated: this page was loaded anew.")).toBeVisible();
});
