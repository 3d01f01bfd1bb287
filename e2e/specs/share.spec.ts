/** A masked journey for somebody without an account: nothing of it before an administrator allows it, nothing beside it, nothing after it was taken back. */
import AxeBuilder from "@axe-core/playwright";
import { onRelay, onSubmission } from "../stage/mail.ts";
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

test("a shared journey follows its message while it is under way, and says when it was asked last", async ({
	stage,
	page,
	browser,
}) => {
	await someMail(stage);
	const message = { sender: "bob@corp.example", recipient: "late@dest.example", n: 900 };
	const words =
		"host mx.dest.example[198.51.100.7] said: 450 4.2.0 try again later (in reply to RCPT TO command)";
	await stage.write("sub", onSubmission(message));
	await stage.write("relay1", onRelay(message, "deferred", "4.2.0", words));
	await page.goto(stage.hub.link);
	const headers = { origin: stage.hub.origin };
	await page.request.patch(`${stage.hub.origin}/api/settings`, { headers, data: { sharing: true } });
	const row = page.locator("[data-row][data-outcome=delayed]");
	await expect(async () => {
		await page.goto(`${stage.hub.origin}/?q=to:late@dest.example`);
		await expect(row).toHaveCount(1, { timeout: 2_000 });
	}).toPass();
	const journey = decodeURIComponent(((await row.getAttribute("href")) ?? "").replace("/journey/", ""));
	const made = await page.request.post(`${stage.hub.origin}/api/shares`, {
		headers,
		data: { journey, days: 1 },
	});
	const { key } = (await made.json()) as { key: string };

	const stranger = await (await browser.newContext()).newPage();
	await stranger.clock.install();
	await stranger.goto(`${stage.hub.origin}/shared/${key}`);
	await expect(stranger.getByText(/Asked at \d\d:\d\d:\d\d, and again by itself/)).toBeVisible();
	await stage.write(
		"relay1",
		onRelay({ ...message, at: new Date() }, "sent", "2.0.0", "250 2.0.0 Ok: queued as 77AB12345699"),
	);
	await expect(async () => {
		await stranger.clock.fastForward(16_000);
		await expect(stranger.getByText(/not under way any longer/)).toBeVisible({ timeout: 1_000 });
	}).toPass();
	const { shares } = (await (await page.request.get(`${stage.hub.origin}/api/shares`)).json()) as {
		shares: { opened: number }[];
	};
	expect(shares.map(({ opened }) => opened)).toEqual([1]);
});
