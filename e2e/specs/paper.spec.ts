/** On paper: the whole message in ink on white, nothing that can only be pressed, whatever the screen looked like. */
import { someMail } from "../stage/some-mail.ts";
import { expect, test } from "../stage/stage.ts";

test("a journey prints completely and light, also from a dark page", async ({ stage, page }) => {
	await someMail(stage);
	await page.emulateMedia({ colorScheme: "dark" });
	await page.goto(stage.hub.link);
	await page.locator("[data-row][data-outcome=failed]").click();
	await expect(page.getByText("User unknown").first()).toBeVisible();
	const lines = page.getByRole("region", { name: /Lines|Raw/ }).locator("li");
	const count = await lines.count();
	expect(count).toBeGreaterThan(4);

	await page.emulateMedia({ colorScheme: "dark", media: "print" });
	await expect(page.getByRole("banner")).toBeHidden();
	await expect(page.getByRole("button", { name: "Print" })).toBeHidden();
	const paper = await page.evaluate(() => {
		const channel = (colour: string) => (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
		const light = (element: Element) => {
			const [r = 0, g = 0, b = 0] = channel(getComputedStyle(element).color);
			return (r + g + b) / 3;
		};
		const texts = [...document.querySelectorAll("main h1, main h2, main p, main td, main li")];
		const cut = [...document.querySelectorAll("main *")].filter((each) => {
			const { overflowY } = getComputedStyle(each);
			return overflowY !== "visible" && each.scrollHeight > each.clientHeight + 2 && each.clientHeight > 40;
		});
		return {
			ground: channel(getComputedStyle(document.querySelector(".card") as Element).backgroundColor),
			palest: Math.max(...texts.map(light)),
			cut: cut.map((each) => each.outerHTML.slice(0, 100)),
		};
	});
	expect(paper.ground).toEqual([255, 255, 255]);
	expect(paper.palest).toBeLessThan(140);
	expect(paper.cut).toEqual([]);
	for (let n = 0; n < count; n++) await expect(lines.nth(n)).toBeVisible();
	// as the browser itself lays it out: a page of A4 holds some kilobytes
	expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(10_000);
});

test("a list prints what has been found so far, not what was in the window", async ({ stage, page }) => {
	await someMail(stage, 120);
	await page.goto(stage.hub.link);
	const rows = page.locator("[data-row]");
	await expect(rows.first()).toBeVisible();
	expect(await rows.count()).toBeLessThan(100);
	await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
	await expect(rows).toHaveCount(120);
	await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
	await expect.poll(() => rows.count()).toBeLessThan(100);
});
