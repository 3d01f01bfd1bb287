/**
 * The pages as they are, into docs/screenshots: a real hub with the recorded relay chain, in both sizes, themes and
 * languages. `pnpm --filter @mailtrail/e2e screenshots [NAME …]`, NAME as in `pages` below or `empty`; all without one.
 */
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { type BrowserContextOptions, chromium, type Page } from "@playwright/test";
import config from "./playwright.config.ts";
import { onRelay, onSubmission } from "./stage/mail.ts";
import { setStage, type Stage } from "./stage/stage.ts";

const ROOT = resolve(import.meta.dirname, "..");
const OUT = join(ROOT, "docs/screenshots");
const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const LANGUAGES = { en: "en-GB", ja: "ja-JP" };

type Lang = keyof typeof LANGUAGES;

/** `find-desk-dark-ja.png` … of each page: the looks in one language, by the last parts of their names */
const looksIn = (lang: Lang): [string, BrowserContextOptions][] =>
	Object.entries(SIZES).flatMap(([size, viewport]) =>
		(["light", "dark"] as const).map((colorScheme): [string, BrowserContextOptions] => [
			`${size}-${colorScheme}-${lang}`,
			{ viewport, colorScheme, locale: LANGUAGES[lang], timezoneId: "UTC" },
		]),
	);

interface Shot {
	place: string;
	/** what is pressed first */
	act?: (page: Page) => Promise<void>;
	/** the README shows one whole page */
	whole?: string;
}

const SENDERS = ["anna.weber@corp.example", "billing@corp.example", "newsletter@corp.example"];
let sent = 0;
const wanted = process.argv.slice(2);
const stage = await setStage();
const browser = await chromium.launch(config.use?.launchOptions ?? {});
try {
	await mkdir(OUT, { recursive: true });
	const first = await browser.newContext();
	const page = await first.newPage();
	await page.goto(stage.hub.link);
	const storageState = await first.storageState();
	const shoot = async (lang: Lang, shots: Record<string, Shot>) => {
		const chosen = Object.entries(shots).filter(([name]) => wanted.length === 0 || wanted.includes(name));
		for (const [look, options] of chosen.length === 0 ? [] : looksIn(lang)) {
			const context = await browser.newContext({ ...options, storageState });
			const view = await context.newPage();
			for (const [name, { place, act, whole }] of chosen) {
				await view.goto(stage.hub.origin + place);
				await view.waitForTimeout(1_200);
				await settled(view);
				await act?.(view);
				await view.screenshot({ path: join(OUT, `${name}-${look}.png`), fullPage: look === whole });
			}
			await context.close();
		}
	};
	for (const lang of ["en", "ja"] as const) await shoot(lang, { empty: { place: "/" } });
	await addSampleHosts(stage);
	const rules = await addAlerts(page, stage);
	const shots = await pages(page, stage);
	for (const lang of ["en", "ja"] as const) {
		await rules.name(lang);
		await shoot(lang, shots);
	}
} finally {
	await browser.close();
	await stage.strike();
}

/** Nothing is on its way any more: neither rows nor the figures beside them. */
async function settled(view: Page): Promise<void> {
	await view.locator(".skeleton, .loading, .coming").first().waitFor({ state: "detached" });
	await view
		.locator('main[aria-busy="true"], main [aria-busy="true"]')
		.first()
		.waitFor({ state: "detached" });
	await view.waitForFunction(
		async () => {
			const asked = () =>
				performance.getEntriesByType("resource").filter(({ name }) => name.includes("/api/")).length;
			const before = asked();
			await new Promise((done) => setTimeout(done, 700));
			return asked() - before < 2;
		},
		undefined,
		{ timeout: 15_000 },
	);
}

async function pages(page: Page, on: Stage): Promise<Record<string, Shot>> {
	const journey = `/journey/${await telling(page, on)}`;
	const press = (keys: string) => async (view: Page) => {
		await view.keyboard.press(keys);
		await view.waitForTimeout(400);
	};
	return {
		// without what the live page is shown with: short ways, and always the newest
		find: { place: "/?q=corp.example+-to:@dest.example" },
		search: { place: "/", act: press("/") },
		journey: { place: journey, whole: "desk-light-en" },
		masked: { place: `${journey}?masked=1` },
		live: { place: "/live", act: () => traffic(on) },
		lines: { place: "/lines/edge" },
		map: { place: "/map" },
		destinations: { place: "/destinations" },
		hosts: { place: "/hosts" },
		checks: {
			place: "/checks?target=127.0.0.1&port=465",
			act: async (view) => {
				await view.locator("form button[type=submit]").first().click();
				await view.waitForTimeout(3_000);
			},
		},
		alerts: { place: "/alerts" },
		settings: { place: "/settings" },
		audit: { place: "/audit" },
		commands: { place: "/", act: press("Control+k") },
		keys: { place: "/", act: press("?") },
	};
}

interface Found {
	rows: { id: string; recipientCount: number; outcomes: Record<string, number>; stops: object[] }[];
	cursor?: string;
}

/** The id of a message with several ends and a long way: on a busy machine an answer has few rows and a place to go on from. */
async function telling(page: Page, on: Stage): Promise<string | undefined> {
	const asked = new URLSearchParams({ q: "status:failed", limit: "200" });
	let any: string | undefined;
	for (let i = 0; i < 40; i++) {
		const answer = await page.request.get(`${on.hub.origin}/api/search?${asked}`);
		const { rows, cursor } = (await answer.json()) as Found;
		const many = rows.find(
			(row) => row.recipientCount > 2 && (row.outcomes["delivered"] ?? 0) > 1 && row.stops.length > 4,
		);
		if (many !== undefined) return many.id;
		any ??= rows[0]?.id;
		if (cursor === undefined) asked.delete("cursor");
		else asked.set("cursor", cursor);
		await after(500);
	}
	return any;
}

/** Some mail, a message a moment: the live page is looked at while there is something to see. */
async function traffic(on: Stage): Promise<void> {
	for (let i = 0; i < 5; i++) {
		const n = ++sent;
		const message = { sender: SENDERS[n % 3] ?? "", recipient: `user${n}@dest.example`, n: 7_000 + n };
		await on.write("sub", onSubmission(message));
		const refused = n % 4 === 0;
		await on.write(
			"relay1",
			refused
				? onRelay(
						message,
						"bounced",
						"5.2.2",
						"host mx.dest.example[198.51.100.7] said: 552 5.2.2 Mailbox full (in reply to RCPT TO command)",
					)
				: onRelay(message, "sent", "2.0.0", `250 2.0.0 Ok: queued as 77AB12345${600 + n}`),
		);
		await after(250);
	}
	await after(2_000);
}

/** The recording ended a minute ago: pages that look at the last hours have something to show, also next year. */
async function addSampleHosts(on: Stage): Promise<void> {
	const { hosts, recordedUntil } = JSON.parse(
		await readFile(join(ROOT, "samples/manifest.json"), "utf8"),
	) as {
		hosts: { host: string; file: string }[];
		recordedUntil: string;
	};
	const by = Date.now() - 60_000 - Date.parse(recordedUntil);
	const moved = (time: string) =>
		new Date(Date.parse(`${time.replace(" ", "T")}Z`) + by)
			.toISOString()
			.slice(0, 19)
			.replace("T", time[10] ?? "T");
	for (const { host, file } of hosts) {
		const log = await readFile(join(ROOT, "samples", file), "utf8");
		await on.host(host, log.replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/g, moved));
	}
	await on.arrived();
}

/** Rules that fire on what the sample hosts met. They bear the names that an administrator would give them in their own language. */
async function addAlerts(page: Page, on: Stage): Promise<{ name(lang: Lang): Promise<void> }> {
	const headers = { origin: on.hub.origin };
	const at = `${on.hub.origin}/api/alerts/rules`;
	const rules = [
		{
			names: { en: "A provider puts us off", ja: "相手の事業者が受信を先送りしている" },
			rule: { kind: "deferral-rate", threshold: 30, minimum: 3 },
		},
		{
			names: { en: "We are on a block list", ja: "ブロックリストに載っている" },
			rule: { kind: "block-listed", threshold: 1 },
		},
	].map(({ names, rule }) => ({
		names,
		rule: { ...rule, enabled: true, windowMinutes: 1440, holdMinutes: 0, channels: [] },
	}));
	let standing: string[] = [];
	return {
		// what an alert is called is what its rule was called when it fired: other names are other rules
		name: async (lang) => {
			for (const id of standing) await page.request.delete(`${at}/${id}`, { headers });
			standing = [];
			for (const { names, rule } of rules) {
				const answer = await page.request.post(at, { headers, data: { ...rule, name: names[lang] } });
				standing.push(((await answer.json()) as { id: string }).id);
			}
			for (let i = 0; i < 120 && !(await allFire()); i++) await after(500);
		},
	};

	async function allFire(): Promise<boolean> {
		const answer = await page.request.get(at);
		const told = (await answer.json()) as { rules: { firing?: number }[] };
		return told.rules.every(({ firing = 0 }) => firing > 0);
	}
}
