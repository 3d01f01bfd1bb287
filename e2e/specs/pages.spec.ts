/** The pages over many messages, keys and commands, sharing without people, a proxy's sub-path, and the walk of somebody whom a caller rings up. */
import { createServer, request as ask } from "node:http";
import { connect } from "node:net";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { someMail } from "../stage/some-mail.ts";
import { expect, test } from "../stage/stage.ts";

async function violations(page: Page): Promise<string[]> {
	const found = await new AxeBuilder({ page }).analyze();
	return found.violations.map((each) => `${page.url()} ${each.id}: ${each.nodes[0]?.html}`);
}

for (const colorScheme of ["light", "dark"] as const)
	test(`the pages over many messages, the sheets and the masked journey are accessible, ${colorScheme}`, async ({
		stage,
		page,
	}) => {
		// eight places, each gone through by axe
		test.setTimeout(240_000);
		await page.emulateMedia({ colorScheme });
		await someMail(stage);
		await page.goto(stage.hub.link);
		const { origin } = stage.hub;
		const journey = await page.locator("[data-row][data-outcome=failed]").getAttribute("href");
		for (const place of ["/", "/map", "/destinations", "/lines/relay1", `${journey}?masked=1`, "/checks"]) {
			await page.goto(origin + place);
			await expect(page.getByRole("heading").first()).toBeVisible();
			await page.waitForLoadState("networkidle");
			expect(await violations(page)).toEqual([]);
		}
		for (const key of ["?", "Control+k"]) {
			await page.keyboard.press(key);
			await expect(page.getByRole("dialog")).toBeVisible();
			expect(await violations(page)).toEqual([]);
			await page.keyboard.press("Escape");
			await expect(page.getByRole("dialog")).toHaveCount(0);
		}
	});

test("figures look back to a day that is chosen, and come back to now", async ({ stage, page }) => {
	await someMail(stage);
	await page.goto(stage.hub.link);
	for (const [place, none] of [
		["/destinations", "No try to another host in this time."],
		["/map", "No mail in this time"],
	] as const) {
		await page.goto(stage.hub.origin + place);
		await expect(page.getByRole("table")).toBeVisible();
		const day = page.getByLabel("up to", { exact: true });
		await day.fill("some day");
		await day.press("Enter");
		await expect(day).toHaveAttribute("aria-invalid", "true");
		await day.fill("2020-02-03");
		await day.press("Enter");
		await expect(page).toHaveURL(/until=2020-02-03/);
		await expect(page.getByText(none)).toBeVisible();
		await page.getByRole("link", { name: "up to now" }).click();
		await expect(page.getByRole("table")).toBeVisible();
		await expect(page).toHaveURL(new RegExp(`${place}$`));
	}
});

test("every page is reached by keys, and back is back", async ({ stage, page }) => {
	await someMail(stage);
	await page.goto(stage.hub.link);
	await expect(page.locator("[data-row]").first()).toBeVisible();
	for (const [keys, heading] of [
		["gl", "Live"],
		["gm", "Map"],
		["gd", "Destinations"],
		["gh", "Hosts"],
		["gc", "Checks"],
	] as const) {
		for (const key of keys) await page.keyboard.press(key);
		await expect(page.getByRole("heading", { name: heading, exact: true }).first()).toBeVisible();
	}
	await page.goBack();
	await expect(page).toHaveURL(/\/hosts$/);

	await page.keyboard.press("Control+k");
	await page.getByRole("combobox", { name: "Commands" }).fill("anna@dest.example");
	await page.keyboard.press("Enter");
	await expect(page).toHaveURL(/q=anna@dest\.example/);
	await expect(page.locator("[data-row]")).toHaveCount(1);
	await page.keyboard.press("j");
	await page.keyboard.press("Enter");
	await expect(page).toHaveURL(/\/journey\//);
	await page.goBack();
	await expect(page.locator("[data-row]")).toHaveCount(1);

	// who reads a list by keys goes on at the row that was open, not at the top
	await page.goto(stage.hub.origin);
	const rows = page.locator("[data-row]");
	await expect(rows.nth(5)).toBeVisible();
	for (let i = 0; i < 3; i++) await page.keyboard.press("j");
	await expect(rows.nth(2)).toBeFocused();
	await page.keyboard.press("Enter");
	await expect(page).toHaveURL(/\/journey\//);
	await page.goBack();
	await expect(rows.nth(2)).toBeFocused();
	await page.keyboard.press("j");
	await expect(rows.nth(3)).toBeFocused();

	await page.keyboard.press("/");
	await page.keyboard.press("Control+a");
	await page.keyboard.press("Delete");
	await expect(page.getByRole("option", { name: "anna@dest.example" })).toBeVisible();
});

test("what the messages have in common narrows, a word is continued, a long list stays short in the page", async ({
	stage,
	page,
}) => {
	await someMail(stage, 120);
	await page.goto(`${stage.hub.link}`);
	await expect(page.locator("[data-row]").first()).toBeVisible();
	for (let i = 0; i < 12; i++) {
		await page.mouse.wheel(0, 4000);
		await page.waitForTimeout(60);
	}
	await expect(page.getByText("That is all there is.")).toBeVisible();
	expect(await page.locator("[data-row]").count()).toBeLessThan(120);

	await page.mouse.wheel(0, -100_000);
	const facets = page.getByRole("complementary", { name: "Narrow" });
	await facets.getByRole("link", { name: /dest\.example/ }).click();
	await expect(page.locator("[data-row]")).toHaveCount(1);
	await facets.getByRole("link", { name: /dest\.example/ }).click();
	await expect(page.locator("[data-row]").nth(5)).toBeVisible();

	await page.keyboard.press("/");
	await page.keyboard.type("to:ann");
	await expect(page.getByRole("option", { name: "to:anna@dest.example" })).toBeVisible();
	await page.keyboard.press("Tab");
	await page.keyboard.press("Enter");
	await expect(page.locator("[data-row]")).toHaveCount(1);
});

test("a host that comes after the first question has its lines, on its page and as proof", async ({
	stage,
	page,
}) => {
	await page.goto(stage.hub.link);
	await expect(page.getByText("No mail seen yet")).toBeVisible();
	await page.goto(`${stage.hub.origin}/lines/relay1`);
	await expect(page.getByText("No line matches.")).toBeVisible();
	await someMail(stage);
	await page.reload();
	await expect(page.getByText("User unknown").first()).toBeVisible();
	await page.goto(stage.hub.origin);
	await page.locator("[data-row][data-outcome=failed]").click();
	await expect(page.getByRole("link", { name: /Evidence 1/ })).toBeVisible();
});

test("a masked journey names nobody: not on the page, not in what is handed on", async ({ stage, page }) => {
	await someMail(stage);
	await page.goto(stage.hub.link);
	await page.locator("[data-row][data-outcome=failed]").click();
	const answers: string[] = [];
	page.on("response", (response) => {
		if (!response.url().includes("/api/journeys/")) return;
		// one that the page has left behind has no body any more; what the page shows has come
		void response.text().then(
			(text) => answers.push(text),
			() => {},
		);
	});
	page.on("websocket", (socket) =>
		socket.on("framereceived", ({ payload }) => answers.push(String(payload))),
	);
	await page.getByRole("link", { name: "Mask" }).click();
	await expect(page).toHaveURL(/masked=1/);
	const main = page.locator("main");
	await expect(main).toContainText("a***@dest.example");
	// nothing in any attribute either: this is what is printed and saved
	expect(await page.content()).not.toMatch(/anna@|bob@|anna%40|bob%40/);
	const download = page.waitForEvent("download");
	await page.getByRole("button", { name: "JSON" }).click();
	const stream = await (await download).createReadStream();
	let text = "";
	for await (const part of stream) text += part;
	expect(text).toContain('"a***@dest.example"');
	expect(text).not.toMatch(/anna@|bob@/);
	// who is given the link gets nothing else over any wire
	answers.length = 0;
	await page.reload();
	await expect(main).toContainText("a***@dest.example");
	await expect.poll(() => answers.length).toBeGreaterThan(0);
	expect(answers.join("\n")).not.toMatch(/anna@|bob@/);
});

test("everything works below the path that a proxy hands on", async ({ stage, page }) => {
	await someMail(stage);
	const hub = new URL(stage.hub.origin);
	const proxy = createServer((incoming, outgoing) => {
		if (!incoming.url?.startsWith("/mail/")) return void outgoing.writeHead(404).end();
		const path = incoming.url.slice("/mail".length);
		const { method, headers } = incoming;
		const onward = ask({ host: hub.hostname, port: hub.port, path, method, headers }, (answer) => {
			outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(outgoing);
		});
		incoming.pipe(onward);
	});
	proxy.on("upgrade", (incoming, socket) => {
		const onward = connect(Number(hub.port), hub.hostname, () => {
			const headers = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${value}`);
			const path = incoming.url?.slice("/mail".length);
			onward.write([`GET ${path} HTTP/1.1`, ...headers, "", ""].join("\r\n"));
			onward.pipe(socket).pipe(onward);
		});
		for (const end of [onward, socket]) end.on("error", () => end.destroy());
	});
	await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
	try {
		const address = proxy.address();
		const port = typeof address === "object" ? address?.port : undefined;
		const root = `http://127.0.0.1:${port}/mail/`;
		await page.goto(root + new URL(stage.hub.link).search);
		await expect(page).toHaveURL(root);
		await page.goto(`${root}hosts`);
		await expect(page.getByText(`mailtrail-agent enrol ${root.slice(0, -1)} --token`)).toBeVisible();
		await page.goto(root);
		await page.locator("[data-row][data-outcome=failed]").click();
		await expect(page).toHaveURL(/\/mail\/journey\//);
		await page.reload();
		await expect(page.getByText("User unknown").first()).toBeVisible();
		await page.getByRole("link", { name: "Live" }).first().click();
		await expect(page.getByRole("status").filter({ hasText: "live" })).toBeVisible();
	} finally {
		proxy.closeAllConnections();
		proxy.close();
	}
});

test("a caller's three facts lead to the right next step in three actions and ten seconds", async ({
	stage,
	page,
}) => {
	await someMail(stage, 40);
	await page.goto(stage.hub.link);
	await expect(page.locator("[data-row]").first()).toBeVisible();
	// "I am bob@corp.example, I wrote to anna@dest.example a moment ago, and she has nothing."
	const called = Date.now();
	await page.keyboard.press("/");
	await page.keyboard.type("from:bob@corp.example to:anna@dest.example since:1h");
	await page.keyboard.press("Enter");
	await page.locator("[data-row]").first().click();
	const why = page.getByRole("region", { name: /no mailbox|unknown|anna@dest\.example/i }).first();
	await expect(why).toBeVisible();
	await expect(why.getByRole("listitem").first()).toBeVisible();
	expect(Date.now() - called).toBeLessThan(10_000);
});

test("the audit log is narrowed by who and what, in the address, and back is back", async ({
	stage,
	page,
}) => {
	await page.goto(stage.hub.link);
	await page.goto(`${stage.hub.origin}/?q=from:one@corp.example`);
	await expect(page.getByText("Nothing found")).toBeVisible();
	await page.goto(`${stage.hub.origin}/audit`);
	const rows = page.getByRole("row").filter({ hasText: "administrator" });
	await expect(rows.filter({ hasText: "from:one@corp.example" }).first()).toBeVisible();
	await page.getByRole("combobox", { name: "What" }).selectOption({ label: "sign-in link" });
	await expect(page).toHaveURL(/\/audit\?action=sign-in\+link/);
	await expect(rows.filter({ hasText: "from:one@corp.example" })).toHaveCount(0);
	await page.reload();
	await expect(page.getByRole("combobox", { name: "What" })).toHaveValue("sign-in link");
	await page.goBack();
	await expect(rows.filter({ hasText: "from:one@corp.example" }).first()).toBeVisible();
	await page.getByRole("combobox", { name: "What" }).selectOption({ label: "remove channel" });
	await expect(page.getByText("No entry is like that.")).toBeVisible();
	await page.getByRole("button", { name: "Show all" }).click();
	await expect(page).toHaveURL(`${stage.hub.origin}/audit`);
	await expect(rows.filter({ hasText: "from:one@corp.example" }).first()).toBeVisible();
});

test("without a rule nothing is called well, and a usual one is a press, a try and a save away", async ({
	stage,
	page,
}) => {
	await someMail(stage);
	await page.goto(stage.hub.link);
	await expect(page.locator("[data-row]").nth(3)).toBeVisible();
	await page.goto(`${stage.hub.origin}/alerts`);
	const rules = page.getByRole("region", { name: "Rules" });
	await expect(rules.getByText("nothing is watched")).toBeVisible();
	await expect(page.getByText("All quiet")).toHaveCount(0);
	await rules.getByRole("button", { name: "A destination puts our mail off" }).focus();
	await page.keyboard.press("Enter");
	await rules.getByRole("button", { name: "What would it have done in 7 days?" }).focus();
	await page.keyboard.press("Enter");
	await expect(rules.getByRole("status")).toContainText("alerts over");
	await rules.getByRole("button", { name: "Save" }).focus();
	await page.keyboard.press("Enter");
	await expect(rules.getByRole("row", { name: /A destination puts our mail off/ })).toBeVisible();
	await expect(page.getByText("All quiet")).toBeVisible();
});
