/** What the hub has to say of itself above any page: a session that ended, a store that lost a file; and the gap of a host. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "../stage/stage.ts";

test("a session that ends elsewhere asks to sign in at the same place, and the live connection is not tried again", async ({
	stage,
	page,
}) => {
	await page.goto(stage.hub.link);
	const connections: string[] = [];
	page.on("websocket", (socket) => connections.push(socket.url()));
	await page.goto(`${stage.hub.origin}/live?q=status%3Afailed`);
	await expect(page.getByRole("heading", { name: "Live" })).toBeVisible();
	await expect(page.getByText("live", { exact: true })).toBeVisible();
	expect(connections).toHaveLength(1);

	// what is asked every few seconds says nothing for now: the closed connection alone must tell
	await page.route("**/api/hosts", (route) => route.abort());
	const ended = await page.request.delete(`${stage.hub.origin}/api/session`, {
		headers: { origin: stage.hub.origin },
	});
	expect(ended.ok()).toBe(true);
	const form = page.getByRole("region", { name: "Sign in" });
	await expect(form.getByText("mailtrail-hub -- link --data")).toBeVisible();
	await expect(page).toHaveURL(/\/live\?q=status/);
	// longer than the first waits between two tries
	await page.waitForTimeout(2_500);
	expect(connections).toHaveLength(1);
});

test("a file of the store that was set aside is told of on every page, with what to do", async ({
	stage,
	page,
}) => {
	await page.goto(stage.hub.link);
	await expect(page.getByText("mailtrail-agent enrol").first()).toBeVisible();
	await expect(page.getByText("cannot be read")).toHaveCount(0);
	const file = join(stage.folder, "hub/slices/000007.db.damaged");
	await writeFile(file, "not a database");
	await writeFile(`${file}.txt`, "file is not a database");
	for (const path of ["/", "/hosts", "/settings"]) {
		await page.goto(`${stage.hub.origin}${path}`);
		await expect(page.getByText("A file of the store cannot be read.")).toBeVisible();
		await expect(page.getByText("mailtrail-hub store check")).toBeVisible();
	}
});
