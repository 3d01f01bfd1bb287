/** What the page's benches share: Debian's Chromium, frames as the page saw them, and how they are told. */
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";

export function launch(): Promise<Browser> {
	return chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info", "--js-flags=--expose-gc"],
	});
}

/** Times between frames while `act` runs, in milliseconds. */
export async function framesOf(page: Page, act: () => Promise<unknown>): Promise<number[]> {
	await page.evaluate(() => {
		const times: number[] = [];
		let last = performance.now();
		const frame = (now: number) => {
			times.push(now - last);
			last = now;
			requestAnimationFrame(frame);
		};
		requestAnimationFrame(frame);
		Object.assign(globalThis, { frameTimes: times });
	});
	await act();
	// the first is no frame but what had gone by when the counting began
	return await page.evaluate(() => (globalThis as unknown as { frameTimes: number[] }).frameTimes.slice(1));
}

/** `p50 16.7  p95 17.1  p99 33.3  longest 50.0` */
export function distribution(times: number[]): string {
	const sorted = times.toSorted((a, b) => a - b);
	const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
	return `p50 ${at(0.5)}  p95 ${at(0.95)}  p99 ${at(0.99)}  longest ${at(1)} ms`;
}

/** Frames of a 60 Hz screen: how many came in time, and how many took more than 50 ms. */
export function inTime(frames: number[]): string {
	const late = frames.filter((time) => time > 20).length;
	const long = frames.filter((time) => time > 50).length;
	const share = ((100 * (frames.length - late)) / Math.max(1, frames.length)).toFixed(1);
	return `${frames.length} frames, ${share} % in time, ${long} over 50 ms`;
}

export async function heap(page: Page): Promise<number> {
	return await page.evaluate(() => {
		(globalThis as { gc?: () => void }).gc?.();
		return (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize;
	});
}

/**
 * Processor time of the page's main thread while `act` runs, in milliseconds: unlike frames it says the same on a busy machine.
 * `style`, `layout` and `script` are parts of `task`.
 */
export async function busyOf(client: CDPSession, act: () => Promise<unknown>): Promise<string> {
	await client.send("Performance.enable", { timeDomain: "threadTicks" });
	const before = await busy(client);
	await act();
	const after = await busy(client);
	const parts = Object.entries(PARTS).map(([name, metric]) => {
		const ms = ((after.get(metric) ?? 0) - (before.get(metric) ?? 0)) * 1000;
		return `${name} ${ms.toFixed(0)}`;
	});
	return `${parts.join("  ")} ms of processor time`;
}

const PARTS = {
	task: "TaskDuration",
	script: "ScriptDuration",
	style: "RecalcStyleDuration",
	layout: "LayoutDuration",
};

async function busy(client: CDPSession): Promise<Map<string, number>> {
	const { metrics } = await client.send("Performance.getMetrics");
	return new Map(metrics.map(({ name, value }) => [name, value]));
}
