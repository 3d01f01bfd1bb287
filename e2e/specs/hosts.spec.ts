/** What the page of the hosts tells beside their health: lines that were not understood, what a host may be asked for, and nothing to press for whom that is not. */
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "@playwright/test";
import { someMail } from "../stage/some-mail.ts";
import { expect, type Stage, test } from "../stage/stage.ts";

/** Somebody of the help desk of these domains, at a browser of their own; `page` is signed in as administrator. */
async function helpdesk(stage: Stage, page: Page, browser: Browser, domains: string[]): Promise<Page> {
	const { origin } = stage.hub;
	const answer = await page.request.post(`${origin}/api/accounts`, {
		data: { name: "mori", role: "helpdesk", domains },
		headers: { origin },
	});
	const { link } = (await answer.json()) as { link: string };
	const theirs = await (await browser.newContext()).newPage();
	await theirs.goto(`${origin}/${new URL(link).search}`);
	return theirs;
}

test("lines that were not understood are shown, one of each shape, and all of them a press away", async ({
	stage,
	page,
}) => {
	const at = (n: number) => new Date(Date.now() - 60_000 + n * 1000).toISOString().replace("Z", "000+00:00");
	const line = (n: number) =>
		n % 4 === 0
			? `${at(n)} edge postfix/smtp[${n}]: 4jXD${n}: a sentence of ${n} words that nobody wrote before`
			: `${at(n)} edge postfix/qmgr[${n}]: something else entirely <user${n}@dest.example>`;
	await stage.host("edge", `${Array.from({ length: 8 }, (_, n) => line(n)).join("\n")}\n`);
	await stage.arrived();
	await page.goto(stage.hub.link);
	await page.goto(`${stage.hub.origin}/hosts`);
	await page.getByRole("button", { name: /lines of edge not understood/ }).click();
	const samples = page.getByRole("region", { name: /not understood, one of each shape/ });
	await expect(samples.getByRole("listitem")).toHaveCount(2);
	await expect(samples.getByRole("listitem").first()).toContainText("6 ×");
	await expect(samples).toContainText("a sentence of 4 words");
	expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
	await samples.getByRole("link", { name: "All of them" }).click();
	await expect(page).toHaveURL(/\/lines\/edge\?kind=unparsed$/);
	await expect(page.getByText("something else entirely").first()).toBeVisible();
});

test("a host says what it may be asked for, and a check begins from it alone", async ({ stage, page }) => {
	await stage.host("edge", "", { ALLOW: "check,queue" });
	await stage.host("relay1", "", { ALLOW: "check" });
	await page.goto(stage.hub.link);
	await page.goto(`${stage.hub.origin}/hosts`);
	const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: "edge", exact: true }) });
	await expect(row).toContainText("May be asked for: reach tests, its queue");
	await row.getByRole("link", { name: "test from here" }).click();
	await expect(page).toHaveURL(/\/checks\?from=edge$/);
	await expect(page.getByRole("checkbox", { name: "edge" })).toBeChecked();
	await expect(page.getByRole("checkbox", { name: "relay1" })).not.toBeChecked();
	await expect(page.getByRole("checkbox", { name: "the hub" })).not.toBeChecked();
});

test("the help desk is offered nothing that would be refused to it", async ({ stage, page, browser }) => {
	test.setTimeout(120_000);
	await someMail(stage);
	await page.goto(stage.hub.link);
	const theirs = await helpdesk(stage, page, browser, ["dest.example"]);
	const refused: string[] = [];
	theirs.on("response", (answer) => {
		if (answer.status() === 403) refused.push(answer.url());
	});
	await expect(theirs.locator("[data-row]")).toHaveCount(1);
	await expect(theirs.getByText("a***@dest.example").first()).toBeVisible();
	await theirs.goto(`${stage.hub.origin}/hosts`);
	await expect(theirs.getByRole("link", { name: "relay1" })).toBeVisible();
	await expect(theirs.getByRole("button", { name: /remove|count the queue|Make the command/ })).toHaveCount(
		0,
	);
	await theirs.goto(`${stage.hub.origin}/live`);
	await expect(theirs.locator("[data-row]")).toHaveCount(1);
	await expect(theirs.getByRole("navigation", { name: "Raw lines" })).toHaveCount(0);
	await theirs.locator("[data-row]").click();
	await expect(theirs.getByRole("heading", { name: /a\*\*\*@dest\.example/ }).first()).toBeVisible();
	// what a page asks beside what it shows
	await theirs.waitForTimeout(1_000);
	expect(refused).toEqual([]);
});

test("a refusal is told in the reader's language, and a hub that is away in words", async ({
	stage,
	page,
	browser,
}) => {
	test.setTimeout(120_000);
	await someMail(stage);
	await page.goto(stage.hub.link);
	const theirs = await helpdesk(stage, page, browser, ["dest.example"]);
	await theirs.getByRole("button", { name: /日本語/ }).click();
	await theirs.goto(`${stage.hub.origin}/audit`);
	await expect(theirs.getByRole("alert")).toContainText("この役割（またはトークン）では許可されていません。");

	await page.goto(`${stage.hub.origin}/settings`);
	const tokens = page.getByRole("region", { name: "Tokens for scripts" });
	await tokens.getByLabel("Name").fill("prometheus");
	await page.route("**/api/tokens", (route) => route.abort());
	await tokens.getByRole("button", { name: "Make a token" }).click();
	await expect(tokens.getByText("The hub does not answer")).toBeVisible();
});

test("an agent that stays away is named with what to look at, and the words go when it is back", async ({
	stage,
	page,
}) => {
	const edge = await stage.host("edge");
	await page.clock.install();
	await page.goto(stage.hub.link);
	await page.goto(`${stage.hub.origin}/hosts`);
	await expect(page.getByRole("row", { name: /^edge (?!.*not connected).*connected/ })).toBeVisible();
	await edge.kill();
	await expect(page.getByText("not connected").first()).toBeVisible();
	const said = page.getByRole("alert").filter({ hasText: "The agent of edge does not connect" });
	await expect(said).toHaveCount(0);
	await page.clock.fastForward(90_000);
	await expect(said).toContainText("systemctl status mailtrail-agent");
	edge.start();
	await page.clock.runFor(5_000);
	await expect(said).toHaveCount(0);
});
