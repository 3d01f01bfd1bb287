/**
 * Scrolling through very many results with the wheel: `node tests/bench/find.ts ADDRESS…`, each address a page of a hub (or
 * `ROWS=1000000 PORT=4027 pnpm fixture`). Several addresses are measured in turn, for comparing builds. SECONDS=10 and SPEED=4000
 * (pixels a second) by environment. Prints the frames, how often rows were missing in the middle of the window, how far it came.
 */
import type { Browser } from "playwright-core";
import { busyOf, distribution, framesOf, heap, inTime, launch } from "./chromium.ts";

const addresses = process.argv.slice(2);
const seconds = Number(process.env.SECONDS ?? 10);
const speed = Number(process.env.SPEED ?? 4000);
const ROUNDS = 2;

async function scroll(browser: Browser, address: string): Promise<void> {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
	const page = await context.newPage();
	await page.goto(address);
	await page.waitForSelector("[data-row]");
	await page.waitForTimeout(1500);
	const client = await context.newCDPSession(page);
	const before = await heap(page);
	await page.evaluate(() => {
		const seen = { all: 0, empty: 0 };
		setInterval(() => {
			seen.all++;
			if (document.elementFromPoint(500, 600)?.closest("[data-row], .day") == null) seen.empty++;
		}, 100);
		Object.assign(globalThis, { seen });
	});
	const scrolling = {
		x: 500,
		y: 500,
		yDistance: -speed * seconds,
		speed,
		gestureSourceType: "mouse",
	} as const;
	let cost = "";
	const frames = await framesOf(page, async () => {
		cost = await busyOf(client, () => client.send("Input.synthesizeScrollGesture", scrolling));
	});
	const [rows, scrolled, seen] = await page.evaluate(() => [
		document.querySelectorAll("[data-row]").length,
		window.scrollY,
		(globalThis as unknown as { seen: { all: number; empty: number } }).seen,
	]);
	console.log(`${address}: ${inTime(frames)}; ${distribution(frames)}`);
	console.log(`  ${cost}`);
	const mb = ((await heap(page)) - before) / 1e6;
	console.log(
		`  ${Math.round(scrolled)} px, ${rows} rows in the page, empty in ${seen.empty} of ${seen.all} looks, heap +${mb.toFixed(1)} MB`,
	);
	await context.close();
}

const browser = await launch();
for (let round = 0; round < ROUNDS; round++) for (const address of addresses) await scroll(browser, address);
await browser.close();
