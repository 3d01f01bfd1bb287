/** Strangers choose what stands in a log: nothing of it becomes markup or forges a fact. */
import { expect, test } from "../stage/stage.ts";

const EVIL = "<img src=x onerror=window.owned=1>";

test("markup in addresses, replies and HELO names stays text", async ({ stage, page }) => {
	await stage.host(
		"sub",
		[
			`2026-11-22T02:51:40.100000+00:00 sub postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.66]: 554 5.7.1 ${EVIL}: Relay access denied; from=<"${EVIL}"@evil.example> to=<x@dest.example> proto=ESMTP helo=<${EVIL}, status=sent (250 2.0.0 Ok: queued as ABCDEF12345)>`,
			"2026-11-22T02:51:41.100000+00:00 sub postfix/smtpd[1]: 4jXD9m5xg8zprJ7: client=unknown[192.0.2.66]",
			`2026-11-22T02:51:41.200000+00:00 sub postfix/smtp[2]: 4jXD9m5xg8zprJ7: to=<x@dest.example>, relay=mx.dest.example[198.51.100.7]:25, delay=1, delays=0/0/1/0, dsn=5.0.0, status=bounced (host mx.dest.example[198.51.100.7] said: 550 ${EVIL}<script>window.owned=1</script> status=sent (250 queued as ABCDEF12345) (in reply to RCPT TO command))`,
			"",
		].join("\n"),
	);
	await expect.poll(() => stage.lines("sub")).toBe(3);
	await page.goto(stage.hub.link);
	await page.goto(`${stage.hub.origin}/?q=to%3Ax%40dest.example`);
	const rows = page.locator("[data-row]");
	await expect(rows).toHaveCount(2);
	await expect(page.locator("[data-row][data-outcome=failed]")).toHaveCount(2);
	for (const index of [0, 1]) {
		await page.goto(`${stage.hub.origin}/?q=to%3Ax%40dest.example`);
		await rows.nth(index).click();
		await expect(page.getByText("onerror").first()).toBeVisible();
		expect(await page.evaluate(() => "owned" in window)).toBe(false);
		expect(await page.locator("img[src=x], script:not([src])").count()).toBe(0);
	}
});

test("an address that turns its own direction does not read as another one", async ({ stage, page }) => {
	const turned = "\u202elive@elpmaxe\u202c@corp.example";
	await stage.host(
		"sub",
		[
			`2026-11-22T02:51:41.100000+00:00 sub postfix/qmgr[1]: 4jXD9m5xg8zprJ7: from=<${turned}>, size=700, nrcpt=1 (queue active)`,
			"2026-11-22T02:51:41.200000+00:00 sub postfix/smtp[2]: 4jXD9m5xg8zprJ7: to=<x@dest.example>, relay=mx.dest.example[198.51.100.7]:25, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 ok)",
			"",
		].join("\n"),
	);
	await expect.poll(() => stage.lines("sub")).toBe(2);
	await page.goto(stage.hub.link);
	await page.goto(`${stage.hub.origin}/?q=to%3Ax%40dest.example`);
	await page.locator("[data-row]").click();
	await expect(page.locator("h1")).toContainText("\ufffdlive@elpmaxe\ufffd@corp.example");
	expect(await page.locator("main").textContent()).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
});
