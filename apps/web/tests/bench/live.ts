/**
 * The live page under a flood: `RATE=2000 PORT=4026 pnpm fixture`, then `node tests/bench/live.ts ADDRESS…`, several in turn for
 * comparing builds. SECONDS=20 by environment. Prints the frames and the heap while it runs, and how long a keystroke in the filter
 * takes to the next paint, as the browser itself tells it (Event Timing), and until no row stands that does not match.
 */
import type { Browser, Page } from "playwright-core";
import { busyOf, distribution, framesOf, heap, inTime, launch } from "./chromium.ts";

const addresses = process.argv.slice(2);
const seconds = Number(process.env.SECONDS ?? 20);
const ROUNDS = 2;
const KEY_MS = 120;

interface Typed {
	toPaint: number[];
	toRows: number[];
}

/** Types the filter letter by letter and takes it out again. */
async function type(page: Page): Promise<Typed> {
	await page.locator("input[name=q]").focus();
	await page.evaluate(() => {
		const typed: Typed = { toPaint: [], toRows: [] };
		new PerformanceObserver((list) => {
			for (const { name, duration } of list.getEntries())
				if (name === "keydown" || name === "keypress") typed.toPaint.push(duration);
		}).observe({ type: "event", durationThreshold: 16, buffered: false } as PerformanceObserverInit);
		document.querySelector("input[name=q]")?.addEventListener("input", (event) => {
			const wanted = /status:(failed|delayed)$/.exec((event.target as HTMLInputElement).value)?.[1];
			if (wanted === undefined) return;
			const look = () => {
				const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
				if (rows.every((row) => row.dataset["outcome"] === wanted))
					typed.toRows.push(performance.now() - event.timeStamp);
				else requestAnimationFrame(look);
			};
			look();
		});
		Object.assign(globalThis, { typed });
	});
	for (const text of ["status:failed", "status:delayed"]) {
		await page.keyboard.type(text, { delay: KEY_MS });
		await page.waitForTimeout(600);
		await page.keyboard.press("Control+a");
		await page.keyboard.press("Delete");
		await page.waitForTimeout(600);
	}
	return await page.evaluate(() => (globalThis as unknown as { typed: Typed }).typed);
}

async function flood(browser: Browser, address: string): Promise<void> {
	const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
	await page.goto(`${address}/live`);
	await page.waitForSelector("[data-row]");
	await page.waitForTimeout(2000);
	const heaps = [await heap(page)];
	const client = await page.context().newCDPSession(page);
	let cost = "";
	const frames = await framesOf(page, async () => {
		cost = await busyOf(client, () => page.waitForTimeout(seconds * 1000));
	});
	heaps.push(await heap(page));
	console.log(`${address}: ${inTime(frames)}; ${distribution(frames)}`);
	console.log(`  ${cost}`);
	console.log(`  heap ${heaps.map((bytes) => (bytes / 1e6).toFixed(1)).join(" → ")} MB`);
	let typed: Typed = { toPaint: [], toRows: [] };
	const cheap = await busyOf(client, async () => {
		typed = await type(page);
	});
	const { toPaint, toRows } = typed;
	const slow = toPaint.filter((time) => time > 50).length;
	console.log(`  a key to the next paint: ${distribution(toPaint)}, ${slow} of ${toPaint.length} over 50 ms`);
	console.log(`  while typing: ${cheap}`);
	console.log(`  rows as the filter says after: ${toRows.map((time) => time.toFixed(0)).join(", ")} ms`);
	await page.close();
}

const browser = await launch();
for (let round = 0; round < ROUNDS; round++) for (const address of addresses) await flood(browser, address);
await browser.close();
