/**
 * From a line written on a mail host to its row on the live page: real agent, hub and Chromium. Prints the median, the
 * 95th percentile and the largest of 100 messages, one every 100 ms, in milliseconds. `pnpm --filter @mailtrail/e2e bench`
 */
import { chromium } from "@playwright/test";
import config from "../playwright.config.ts";
import { onSubmission } from "../stage/mail.ts";
import { setStage } from "../stage/stage.ts";

const MESSAGES = 100;

const stage = await setStage();
const browser = await chromium.launch(config.use?.launchOptions ?? {});
try {
	const page = await browser.newPage();
	const sub = await stage.host("sub");
	await page.goto(stage.hub.link);
	await page.goto(`${stage.hub.origin}/live`);
	await page.evaluate(() => {
		const seen = new Map<string, number>();
		Object.assign(window, { seen });
		new MutationObserver(() => {
			for (const row of document.querySelectorAll("[data-row]")) {
				const to = /r\d+@dest\.example/.exec(row.textContent ?? "")?.[0];
				if (to !== undefined && !seen.has(to)) seen.set(to, Date.now());
			}
		}).observe(document.body, { childList: true, subtree: true, characterData: true });
	});
	const written = new Map<string, number>();
	for (let n = 0; n < MESSAGES; n++) {
		const recipient = `r${n}@dest.example`;
		written.set(recipient, Date.now());
		await sub.write(onSubmission({ sender: "bob@corp.example", recipient, n }));
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	await page.waitForFunction(
		(count) => (window as unknown as { seen: Map<string, number> }).seen.size >= count,
		MESSAGES,
	);
	const seen = new Map(
		await page.evaluate(() => [...(window as unknown as { seen: Map<string, number> }).seen]),
	);
	const taken = [...written].map(([to, at]) => (seen.get(to) ?? Number.NaN) - at).sort((a, b) => a - b);
	const [median, p95] = [taken[MESSAGES * 0.5], taken[MESSAGES * 0.95]];
	console.log(`${MESSAGES} messages: median ${median} ms, 95 % within ${p95} ms, largest ${taken.at(-1)} ms`);
} finally {
	await browser.close();
	await stage.strike();
}
