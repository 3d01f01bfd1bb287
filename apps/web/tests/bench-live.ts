/**
 * The live page under a flood: `RATE=2000 PORT=4026 pnpm fixture`, then `node tests/bench-live.ts http://127.0.0.1:4026 [SECONDS]`.
 * Prints the frames' times, the heap at the beginning and the end, and how long a keystroke in the filter takes to show.
 */
import { chromium } from "playwright-core";

const [address = "http://127.0.0.1:4026", seconds = "20"] = process.argv.slice(2);
const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info", "--js-flags=--expose-gc"],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(`${address}/live`);
await page.waitForSelector("[data-row]");
await page.waitForTimeout(2000);
const flood = await page.evaluate(async (ms) => {
	const heap = () => {
		(globalThis as { gc?: () => void }).gc?.();
		return (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize;
	};
	const before = heap();
	const frames: number[] = [];
	const end = performance.now() + ms;
	let last = performance.now();
	await new Promise<void>((done) => {
		const frame = (now: number) => {
			frames.push(now - last);
			last = now;
			if (now < end) requestAnimationFrame(frame);
			else done();
		};
		requestAnimationFrame(frame);
	});
	return { frames, before, after: heap() };
}, Number(seconds) * 1000);
const sorted = flood.frames.toSorted((a, b) => a - b);
const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]?.toFixed(1);
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(
	`frames ${sorted.length}, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms, over 50 ms: ${sorted.filter((f) => f > 50).length}`,
);
console.log(`heap ${mb(flood.before)} → ${mb(flood.after)}`);

// from the key to the first row that the filter lets through
await page.locator("input[name=q]").focus();
await page.evaluate(() => {
	const input = document.querySelector("input[name=q]");
	input?.addEventListener("input", () => {
		const typed = performance.now();
		const look = () => {
			const rows = [...document.querySelectorAll("[data-row]")];
			if (rows.every((row) => (row as HTMLElement).dataset["outcome"] === "failed"))
				document.title = `${performance.now() - typed}`;
			else requestAnimationFrame(look);
		};
		look();
	});
});
await page.evaluate(() => {
	const input = document.querySelector<HTMLInputElement>("input[name=q]");
	if (input === null) return;
	input.value = "status:failed";
	input.dispatchEvent(new InputEvent("input", { bubbles: true }));
});
await page.waitForFunction(() => Number.isFinite(Number(document.title)) && document.title !== "");
console.log(`a filter shows after ${Number(await page.title()).toFixed(0)} ms`);
await browser.close();
