/**
 * Scrolling through very many results: `ROWS=1000000 PORT=4027 pnpm fixture`, then `node tests/bench-find.ts
 * http://127.0.0.1:4027 [SECONDS]`. Prints the frames' times, how far it came and how many rows were in the page.
 */
import { chromium } from "playwright-core";

const [address = "http://127.0.0.1:4027", seconds = "20"] = process.argv.slice(2);
const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(address);
await page.waitForSelector("[data-row]");
const frames = await page.evaluate(async (ms) => {
	const times: number[] = [];
	const end = performance.now() + ms;
	let last = performance.now();
	await new Promise<void>((done) => {
		const frame = (now: number) => {
			times.push(now - last);
			last = now;
			window.scrollBy(0, 160);
			if (now < end) requestAnimationFrame(frame);
			else done();
		};
		requestAnimationFrame(frame);
	});
	return times;
}, Number(seconds) * 1000);
const sorted = frames.toSorted((a, b) => a - b);
const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]?.toFixed(1);
const [rows, scrolled] = await page.evaluate(() => [
	document.querySelectorAll("[data-row]").length,
	window.scrollY,
]);
console.log(
	`frames ${sorted.length}, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms, over 50 ms: ${sorted.filter((f) => f > 50).length}`,
);
console.log(
	`scrolled ${scrolled} px, about ${Math.round((scrolled ?? 0) / 51)} rows; rows in the page ${rows}`,
);
await browser.close();
