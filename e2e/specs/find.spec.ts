/** What the one box takes as people give it: a name half typed, a person copied from a mail, a bounce beside what stands there already; and what the page keeps of a search. */
import { someMail } from "../stage/some-mail.ts";
import { expect, test } from "../stage/stage.ts";

const BOUNCE = `This is the mail system at host relay1.corp.example.

I'm sorry to have to inform you that your message could not be delivered to one or more recipients.

<anna@dest.example>: host mx.dest.example[198.51.100.7] said: 550 5.1.1 <anna@dest.example>: User unknown (in reply to RCPT TO command)

Reporting-MTA: dns; relay1.corp.example
X-Postfix-Queue-ID: A00000001
X-Postfix-Sender: rfc822; bob@corp.example

Final-Recipient: rfc822; anna@dest.example
Action: failed
Status: 5.1.1

Return-Path: <bob@corp.example>
Message-ID: <m1@app02.corp.example>
Subject: hello
`;

test("a name, a person and a bounce find the message as they are given", async ({ stage, page, context }) => {
	test.setTimeout(120_000);
	await context.grantPermissions(["clipboard-read", "clipboard-write"]);
	await someMail(stage, 12);
	await page.goto(stage.hub.link);
	const rows = page.locator("[data-row]");
	await expect(rows.nth(5)).toBeVisible();
	const box = page.getByRole("combobox", { name: "Find a message" });

	await page.keyboard.press("/");
	await page.keyboard.type("ann");
	await expect(page.getByRole("option", { name: "address:anna@dest.example" })).toBeVisible();
	await page.keyboard.press("Tab");
	await page.keyboard.press("Enter");
	await expect(rows).toHaveCount(1);

	await page.keyboard.press("/");
	await page.keyboard.press("Control+a");
	await page.keyboard.insertText("Anna Berg <anna@dest.example>");
	await page.keyboard.press("Enter");
	await expect(page).toHaveURL(/Anna\+Berg/);
	await expect(rows).toHaveCount(1);
	await expect(page.getByRole("button", { name: "Remove address anna@dest.example" })).toBeVisible();

	// beside a term that stands there the paste is read too, not poured in as one line
	await page.keyboard.press("/");
	await page.keyboard.press("Control+a");
	await page.keyboard.type("since:1d ");
	await page.evaluate((text) => navigator.clipboard.writeText(text), BOUNCE);
	await page.keyboard.press("Control+v");
	await expect(box).toHaveValue("since:1d id:m1@app02.corp.example to:anna@dest.example");
	await page.keyboard.press("Enter");
	await expect(rows).toHaveCount(1);
	await rows.click();
	await expect(page.getByText("User unknown").first()).toBeVisible();
});

test("a stretch of time is chosen by hand or by keys, and a kept search is there after a reload", async ({
	stage,
	page,
}) => {
	test.setTimeout(120_000);
	await someMail(stage, 40);
	await page.goto(stage.hub.link);
	const rows = page.locator("[data-row]");
	await expect(rows.nth(5)).toBeVisible();
	const picture = page.getByRole("application", { name: /Messages over time/ });
	const box = await picture.boundingBox();
	if (box === null) throw new Error("no histogram");
	await page.mouse.move(box.x + box.width * 0.1, box.y + 20);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width * 0.95, box.y + 20, { steps: 4 });
	await page.mouse.up();
	await expect(page).toHaveURL(/q=since:\S+until:/);
	await page.goBack();
	await expect(page).toHaveURL(`${stage.hub.origin}/`);
	await picture.focus();
	await page.keyboard.press("ArrowLeft");
	await page.keyboard.press("Shift+ArrowLeft");
	await page.keyboard.press("Enter");
	await expect(page).toHaveURL(/q=since:\S+until:/);

	await page.goto(`${stage.hub.origin}/?q=status:failed`);
	await expect(rows).toHaveCount(1);
	await page.getByRole("button", { name: /Save/ }).click();
	await page.goto(stage.hub.origin);
	await expect(rows.nth(5)).toBeVisible();
	await page.keyboard.press("/");
	await page.getByRole("option", { name: "status:failed" }).click();
	await expect(rows).toHaveCount(1);
});

test("two times are compared, and where the earlier one has nothing that is said", async ({
	stage,
	page,
}) => {
	await someMail(stage);
	await page.goto(stage.hub.link);
	await page.goto(`${stage.hub.origin}/destinations`);
	const row = page.getByRole("row", { name: /^dest\.example/ });
	await expect(row).toBeVisible();
	await expect(row).not.toContainText("before");
	await page.getByRole("combobox", { name: "Compare with" }).selectOption("a day before");
	await expect(page).toHaveURL(/compare=24/);
	await expect(row).toContainText("before: none");
});

test("a caller's list of addresses is any of them, each told, and one press goes to one", async ({
	stage,
	page,
	context,
}) => {
	await context.grantPermissions(["clipboard-read", "clipboard-write"]);
	await someMail(stage, 8);
	await page.goto(stage.hub.link);
	const rows = page.locator("[data-row]");
	await expect(rows.nth(5)).toBeVisible();
	await page.keyboard.press("/");
	const list = '"Berg, Anna" <anna@dest.example>\nuser3@good.example\nnobody@elsewhere.example\n';
	await page.evaluate((text) => navigator.clipboard.writeText(text), list);
	await page.keyboard.press("Control+v");
	await page.keyboard.press("Enter");
	await expect(rows).toHaveCount(2);
	const each = page.getByRole("region", { name: "Any of 3 addresses" });
	await expect(each).toContainText("no mail of 1 of them");
	await expect(each.getByRole("listitem").filter({ hasText: "anna@dest.example" })).toContainText(
		"1 message",
	);
	await expect(each.getByRole("listitem").filter({ hasText: "nobody@" })).toContainText("no mail");
	await each.getByRole("link", { name: "anna@dest.example" }).click();
	await expect(rows).toHaveCount(1);
	await expect(each).toHaveCount(0);

	// two addresses side by side must both be in a message: where none has both, either is a press away
	await page.goto(`${stage.hub.origin}/?q=anna@dest.example+user3@good.example`);
	await page.getByRole("link", { name: "Any of 2 addresses" }).click();
	await expect(rows).toHaveCount(2);
});

test("long terms are read whole in the box, also on a phone", async ({ stage, page }) => {
	await page.goto(stage.hub.link);
	const id = "20221205183811.8983.30194A77.a-long-message-id@mail.corp.example";
	const to = "somebody.with.a.long.name@department.dest.example";
	for (const width of [1440, 360]) {
		await page.setViewportSize({ width, height: 800 });
		await page.goto(`${stage.hub.origin}/?q=id:${id}+to:${to}`);
		for (const value of [id, to]) {
			const chip = page.locator("search .chip").filter({ hasText: value });
			await expect(chip).toBeVisible();
			const cut = await chip.evaluate((each) =>
				[each, ...each.querySelectorAll("*")].some(
					(part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0,
				),
			);
			expect(cut, `${value} at ${width}`).toBe(false);
		}
		const sideways = await page.evaluate(
			() => document.documentElement.scrollWidth - document.documentElement.clientWidth,
		);
		expect(sideways).toBe(0);
	}
});
