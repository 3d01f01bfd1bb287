/**
 * Takes pictures of every page, in both themes, languages and widths, for looking at them: `node tests/look.ts URL DIR
 * [NAME …]`, NAME as below or `NAME=PATH`. URL may be a hub's sign-in link. Also says what the browser complained about
 * (a breach of the policy is such a complaint) and whether a page is wider than its window.
 */
import { mkdir } from "node:fs/promises";
import { type Browser, chromium } from "playwright-core";

const [address = "http://127.0.0.1:4025", folder = "shots", ...wanted] = process.argv.slice(2);
const base = new URL(address).origin;

interface Shot {
	name: string;
	path: string;
	wait?: number;
	act?: string;
}
const SHOTS: Shot[] = [
	{ name: "find", path: "/" },
	{ name: "find-query", path: "/?q=from:tu@example.com+-status:delivered+since:2h" },
	{ name: "nothing", path: "/?q=from:nobody@example.org+status:failed" },
	{ name: "live", path: "/live", wait: 3500 },
	{ name: "journey-failed", path: "/journey/sub1/8B84D8D1CF/t1fq2k" },
	{ name: "journey-delayed", path: "/journey/sub1/7A11C8D1C0/t1fq1x" },
	{ name: "journey-far", path: "/journey/sub1/5C2118D1AA/t1fq70" },
	{ name: "journey-bounced", path: "/journey/edge1/6AM2ZA1B000077/t1fpz0" },
	{ name: "journey-refused", path: "/journey/edge1/NOQUEUE-48120/t1fpw0" },
	{ name: "journey-unknown", path: "/journey/sub1/2D0118D100/t1fpu0" },
	{ name: "journey-many", path: "/journey/sub1/6A0118D103/t1fpq0" },
	{ name: "hosts", path: "/hosts" },
	{ name: "search-open", path: "/?q=from:tu@example.com", act: "/" },
];
const LOOKS = [
	{ suffix: "light", colorScheme: "light", lang: "en", width: 1440, height: 900 },
	{ suffix: "dark", colorScheme: "dark", lang: "en", width: 1440, height: 900 },
	{ suffix: "ja", colorScheme: "light", lang: "ja", width: 1440, height: 900 },
	{ suffix: "phone", colorScheme: "light", lang: "en", width: 390, height: 844 },
	{ suffix: "phone-ja", colorScheme: "dark", lang: "ja", width: 390, height: 844 },
] as const;

async function look(browser: Browser, shot: Shot, view: (typeof LOOKS)[number]): Promise<void> {
	const { width, height, colorScheme, lang } = view;
	const context = await browser.newContext({
		viewport: { width, height },
		colorScheme,
		locale: lang,
		timezoneId: "Asia/Tokyo",
		storageState: session,
	});
	const page = await context.newPage();
	const name = `${shot.name}-${view.suffix}`;
	page.on("console", (message) => {
		if (message.type() === "error" || message.type() === "warning") console.log(name, message.text());
	});
	page.on("pageerror", (error) => console.log(name, error.message));
	await page.goto(base + shot.path);
	await page.waitForTimeout(shot.wait ?? 450);
	if (shot.act !== undefined) {
		await page.keyboard.press(shot.act);
		await page.waitForTimeout(150);
	}
	const wide = await page.evaluate(
		"document.documentElement.scrollWidth - document.documentElement.clientWidth",
	);
	if (Number(wide) > 0) console.log(name, `is ${wide} px wider than the window`);
	await page.screenshot({ path: `${folder}/${name}.png`, fullPage: shot.path.startsWith("/journey") });
	await context.close();
}

const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	args: [
		"--no-sandbox",
		"--disable-gpu",
		"--disable-quic",
		"--no-first-run",
		"--disable-background-networking",
		"--disable-component-update",
		"--disable-sync",
	],
});
const signIn = await browser.newContext();
await (await signIn.newPage()).goto(address);
const session = await signIn.storageState();
await mkdir(folder, { recursive: true });
const given = wanted.flatMap((word) => {
	const [, name, path] = /^([\w-]+)=(\/.*)$/.exec(word) ?? [];
	return name === undefined || path === undefined ? [] : [{ name, path }];
});
const only = wanted.filter((word) => !word.includes("=/"));
for (const shot of given) for (const view of LOOKS) await look(browser, shot, view);
for (const shot of given.length > 0 ? [] : SHOTS) {
	for (const view of LOOKS) {
		const name = `${shot.name}-${view.suffix}`;
		if (only.length === 0 || only.some((start) => name.startsWith(start))) await look(browser, shot, view);
	}
}
await browser.close();
