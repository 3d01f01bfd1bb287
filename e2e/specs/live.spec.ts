/** A line that is written on a mail host is on the live page, and the row changes as the message moves on. */
import { onRelay, onSubmission } from "../stage/mail.ts";
import { expect, test } from "../stage/stage.ts";

test("a message appears and moves on while the page is open", async ({ stage, page }) => {
	const sub = await stage.host("sub");
	const relay = await stage.host("relay1");
	await page.goto(stage.hub.link);
	await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Live" }).click();
	await expect(page).toHaveURL(/\/live/);

	const message = { sender: "bob@corp.example", recipient: "anna@dest.example", n: 1 };
	await sub.write(onSubmission(message));
	const row = page.locator("[data-row]", { hasText: "anna@dest.example" });
	await expect(row).toHaveCount(1);
	await expect(row).toHaveAttribute("data-outcome", "relayed");

	await relay.write(
		onRelay(
			message,
			"bounced",
			"5.1.1",
			"host mx.dest.example[198.51.100.7] said: 550 5.1.1 <anna@dest.example>: User unknown (in reply to RCPT TO command)",
		),
	);
	await expect(row).toHaveAttribute("data-outcome", "failed");
	await expect(row).toHaveCount(1);
});

test("the filter in the address shows only what it names", async ({ stage, page }) => {
	const sub = await stage.host("sub");
	await page.goto(stage.hub.link);
	await page.goto(`${stage.hub.origin}/live?q=to%3Aanna%40dest.example`);
	await expect(page.getByRole("heading", { name: "Live" })).toBeVisible();
	await sub.write(onSubmission({ sender: "bob@corp.example", recipient: "other@dest.example", n: 1 }));
	await sub.write(onSubmission({ sender: "bob@corp.example", recipient: "anna@dest.example", n: 2 }));
	await expect(page.locator("[data-row]")).toHaveCount(1);
	await expect(page.locator("[data-row]")).toContainText("anna@dest.example");
});

test("a page whose hub was killed catches up when it is back", async ({ stage, page }) => {
	const sub = await stage.host("sub");
	await page.goto(stage.hub.link);
	await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Live" }).click();
	await sub.write(onSubmission({ sender: "bob@corp.example", recipient: "before@dest.example", n: 1 }));
	await expect(page.locator("[data-row]")).toHaveCount(1);
	await stage.hub.kill();
	await sub.write(onSubmission({ sender: "bob@corp.example", recipient: "meanwhile@dest.example", n: 2 }));
	await stage.hub.start();
	await expect(page.locator("[data-row]", { hasText: "meanwhile@dest.example" })).toHaveCount(1, {
		timeout: 40_000,
	});
	await expect(page.locator("[data-row]", { hasText: "before@dest.example" })).toHaveCount(1);
});

test("what came between a journey's page and its live connection is on the page", async ({ stage, page }) => {
	const sub = await stage.host("sub");
	const relay = await stage.host("relay1");
	const message = { sender: "bob@corp.example", recipient: "anna@dest.example", n: 1 };
	await sub.write(onSubmission(message));
	await page.goto(stage.hub.link);
	await page.goto(`${stage.hub.origin}/?q=anna%40dest.example`);
	await expect(page.locator("[data-row]")).toHaveCount(1);
	const release = Promise.withResolvers<void>();
	await page.routeWebSocket(/\/live$/, (socket) => {
		const server = socket.connectToServer();
		socket.onMessage(async (text) => {
			await release.promise;
			server.send(text);
		});
	});
	await page.goto(stage.hub.origin + (await page.locator("[data-row]").getAttribute("href")));
	await expect(page.getByText("accepted the message").first()).toBeVisible();
	await relay.write(onRelay(message, "sent", "2.0.0", "250 2.0.0 Ok: queued as 77AB12345678"));
	await expect.poll(() => stage.lines("relay1")).toBe(5);
	release.resolve();
	await expect(page.getByText("queued as 77AB12345678").first()).toBeVisible();
});
