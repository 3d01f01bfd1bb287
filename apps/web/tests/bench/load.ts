/**
 * The first load over a slow line, nothing in the cache: `node tests/bench/load.ts LINK` with the sign-in link that a hub printed.
 * Prints for each line when the search box can be written into, when the page answers to what is written, when the first rows
 * stand, and what came over the wire until then.
 */
import type { Browser, BrowserContext } from "playwright-core";
import { launch } from "./chromium.ts";

const [link = "", ...others] = process.argv.slice(2);
const ROUNDS = 3;
const kbit = (n: number) => (n * 1000) / 8;
/** the first is what Lighthouse calls a slow 4G line */
const LINES = [
	{ name: "1.6 Mbit/s, 150 ms", latency: 150, throughput: kbit(1600) },
	{ name: "10 Mbit/s, 40 ms", latency: 40, throughput: kbit(10_000) },
];

interface Moments {
	box?: number;
	alive?: number;
	rows?: number;
}

async function load(context: BrowserContext, address: string, line: (typeof LINES)[number]): Promise<string> {
	const page = await context.newPage();
	const client = await context.newCDPSession(page);
	await client.send("Network.enable");
	await client.send("Network.setCacheDisabled", { cacheDisabled: true });
	await client.send("Network.emulateNetworkConditions", {
		offline: false,
		latency: line.latency,
		downloadThroughput: line.throughput,
		uploadThroughput: line.throughput,
	});
	const kinds = new Map<string, string>();
	const bytes = new Map<string, number>();
	client.on("Network.responseReceived", ({ requestId, type }) => kinds.set(requestId, type));
	client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
		const kind = kinds.get(requestId) ?? "Other";
		bytes.set(kind, (bytes.get(kind) ?? 0) + encodedDataLength);
	});
	await page.addInitScript(() => {
		const moments: Moments = {};
		const note = (name: keyof Moments, selector: string) => {
			if (moments[name] === undefined && document.querySelector(selector) !== null)
				requestAnimationFrame(() => {
					moments[name] ??= performance.now();
				});
		};
		new MutationObserver(() => {
			note("box", "input[name=q]");
			note("alive", "[role=combobox][name=q]");
			note("rows", "[data-row], .empty");
		}).observe(document, { childList: true, subtree: true });
		Object.assign(globalThis, { moments });
	});
	await page.goto(address);
	await page.waitForFunction(
		() => (globalThis as unknown as { moments: Moments }).moments.rows !== undefined,
	);
	const {
		box = 0,
		alive = 0,
		rows = 0,
	} = await page.evaluate(() => (globalThis as unknown as { moments: Moments }).moments);
	const kb = (kind: string) => `${((bytes.get(kind) ?? 0) / 1000).toFixed(0)} kB`;
	await page.close();
	return `box ${box.toFixed(0)} ms, answering ${alive.toFixed(0)} ms, rows ${rows.toFixed(0)} ms; page ${kb("Document")}, scripts ${kb("Script")}, styles ${kb("Stylesheet")}, answers ${kb("Fetch")}`;
}

async function signedIn(browser: Browser, address: string): Promise<BrowserContext> {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
	await (await context.newPage()).goto(address);
	return context;
}

const browser = await launch();
for (const address of [link, ...others]) {
	const context = await signedIn(browser, address);
	for (const line of LINES)
		for (let round = 0; round < ROUNDS; round++)
			console.log(`${line.name}: ${await load(context, new URL(address).origin, line)}`);
	await context.close();
}
await browser.close();
