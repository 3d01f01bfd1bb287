/**
 * The steps of "mail cannot be sent, what now" against real mail servers: Postfix, sendmail and Dovecot of `lab.sh`, an
 * agent in each watched host, a hub, a real browser, English and Japanese. Leaves a screenshot of each step to be looked
 * at. Run it in the world's network: `lab.sh in net node e2e/lab/hosts/articles.ts FOLDER`.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { type BrowserContext, chromium, expect, type Page } from "@playwright/test";
import config from "../../playwright.config.ts";
import { Running } from "../../stage/process.ts";

const LAB = resolve(import.meta.dirname, "lab.sh");
const HUB = resolve(import.meta.dirname, "../../../apps/hub/dist/mailtrail-hub.mjs");
const ORIGIN = "http://10.25.0.254:8025";
const [folder = "."] = process.argv.slice(2);
const only = process.argv[3]?.split(",");
const data = join(folder, "data");

/** The user as whom a web server hands mail in, and a user with a mailbox. */
const APACHE = "48";

interface Ran {
	text: string;
}

function on(host: string, command: string, input = "", user?: string): Ran {
	const as = user === undefined ? [] : ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups"];
	const run = spawnSync(LAB, ["in", host, ...as, "sh", "-c", command], { input, encoding: "utf8" });
	if (run.status !== 0) throw new Error(`${host}: ${command}: ${run.stderr}`);
	return { text: run.stdout };
}

function mail(host: string, recipient: string, sender?: string, user?: string): void {
	const from = sender === undefined ? "" : `-f ${sender} `;
	const header = sender === undefined ? "" : `From: ${sender}\n`;
	on(
		host,
		`sendmail ${from}${recipient}`,
		`${header}To: ${recipient}\nSubject: quarterly report\n\nHello.\n`,
		user,
	);
}

const pause = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1_000));

async function startHub(): Promise<{ hub: Running; link: string }> {
	const hub = new Running(process.execPath, [
		HUB,
		"serve",
		"--data",
		data,
		"--host",
		"10.25.0.254",
		"--port",
		"8025",
	]);
	const link = (await hub.says(/http:\/\/\S+/))[0];
	return { hub, link };
}

/** An agent as an administrator would run it: on the host, as root, with what its file allows. */
function startAgent(host: string, settings: string): Running {
	const token = spawnSync(process.execPath, [HUB, "token", "--host", host, "--data", data], {
		encoding: "utf8",
	});
	const word = token.stdout.trim().split(/\s+/).at(-1) ?? "";
	on(host, `mailtrail-agent enrol ${ORIGIN} --token ${word} --host ${host} --source /var/log/mail.log`);
	on(host, "cat > /var/lib/mailtrail-agent/agent.toml", settings);
	return new Running(LAB, ["in", host, "mailtrail-agent", "run"]);
}

interface Step {
	name: string;
	go(page: Page): Promise<void>;
}

async function find(page: Page, q: string): Promise<void> {
	await page.goto(`${ORIGIN}/?q=${encodeURIComponent(q)}`);
	await expect(page.locator("[data-row]").first()).toBeVisible();
}

async function open(page: Page, q: string): Promise<void> {
	await find(page, q);
	await page.locator("[data-row]").first().click();
	await expect(page).toHaveURL(/\/journey\//);
	await expect(page.getByRole("heading").first()).toBeVisible();
}

async function check(page: Page, target: string, port: string): Promise<void> {
	await page.goto(`${ORIGIN}/checks?target=${target}${port === "" ? "" : `&port=${port}`}`);
	await page.locator("form.ask button").click();
	await expect(page.locator(".verdict").first()).toBeVisible({ timeout: 60_000 });
	await expect(page.locator(".sentence .mute")).toHaveCount(0, { timeout: 60_000 });
}

const STEPS: Step[] = [
	{ name: "01a-name-and-port-open", go: (page) => check(page, "mx.a.example", "25") },
	{ name: "01b-name-wrong", go: (page) => check(page, "mx.a.exmaple.net", "587") },
	{ name: "01c-port-closed-host-answers", go: (page) => check(page, "mx.a.example", "587") },
	{
		name: "01d-one-host-reaches-it-the-other-not",
		async go(page) {
			// a firewall that drops what edge sends there: nobody has this network card
			on("edge", "ip neigh replace 10.25.0.16 lladdr 02:00:00:00:00:0f dev eth0 nud permanent");
			await check(page, "w.example", "");
			on("edge", "ip neigh del 10.25.0.16 dev eth0");
		},
	},
	{ name: "01e-nobody-answers", go: (page) => check(page, "e.example", "") },
	{ name: "01f-greeting-refuses", go: (page) => check(page, "d.example", "") },
	{
		name: "02a-sender-recipient-about-when",
		go: (page) => find(page, "from:tu@corp.example to:anna@a.example since:today"),
	},
	{ name: "02b-recipient-alone", go: (page) => find(page, "anna@a.example") },
	{
		name: "02c-pasted-bounce",
		async go(page) {
			const spool = on("edge", "cat /var/mail/app").text;
			await page.goto(ORIGIN);
			const box = page.locator("header input, header textarea").first();
			await box.fill(spool.slice(spool.lastIndexOf("\nFrom MAILER") + 1));
			await box.press("Enter");
			await expect(page.locator("[data-row]").first()).toBeVisible();
		},
	},
	{ name: "03a-sent-in-the-mailbox", go: (page) => open(page, "from:tu@corp.example to:anna@a.example") },
	{ name: "03b-sent-filed-in-junk", go: (page) => open(page, "to:junk@a.example") },
	{ name: "03c-sent-mailbox-full", go: (page) => open(page, "from:tu@corp.example to:full@a.example") },
	{ name: "03d-sent-alias", go: (page) => open(page, "to:info@a.example") },
	{ name: "03e-sent-to-nobody-we-watch", go: (page) => open(page, "from:tu@corp.example to:hans@w.example") },
	{ name: "04-connection-timed-out", go: (page) => open(page, "from:tu@corp.example to:karl@e.example") },
	{ name: "05-block-list", go: (page) => open(page, "from:tu@corp.example to:dora@d.example") },
	{
		name: "06-no-envelope-sender",
		go: (page) => open(page, "from:apache@sub.corp.example to:paul@p.example"),
	},
	{ name: "07a-sendmail-sent", go: (page) => open(page, "from:app@edge.corp.example to:hoge@w1.example") },
	{
		name: "07b-sendmail-service-unavailable",
		go: (page) => open(page, "from:app@edge.corp.example to:hoge@d.example"),
	},
	{
		name: "08-test-message",
		async go(page) {
			await page.goto(`${ORIGIN}/checks`);
			const form = page.locator("section[aria-labelledby=test-mail]");
			await form.locator("select").selectOption("sub");
			await form.locator("input").nth(0).fill("tu@corp.example");
			await form.locator("input").nth(1).fill("junk@a.example");
			await form.locator("button[type=submit]").click();
			await expect(form.locator("[data-row][data-outcome=delivered]")).toBeVisible({ timeout: 30_000 });
			await form.scrollIntoViewIfNeeded();
		},
	},
	{ name: "09-only-one-domain-fails", go: (page) => open(page, "host:edge to:hoge@d.example") },
	{
		name: "10a-log-deleted",
		async go(page) {
			on("sub", "rm -f /var/log/mail.log");
			await stall(page, "sub");
			on("sub", "kill -HUP $(cat /run/rsyslogd.pid)");
			await page.locator(".stall").waitFor({ state: "detached", timeout: 90_000 });
		},
	},
	{
		name: "10b-syslog-down",
		async go(page) {
			on("edge", "kill $(cat /run/rsyslogd.pid)");
			await stall(page, "edge");
			on("edge", "rsyslogd");
			await page.locator(".stall").waitFor({ state: "detached", timeout: 90_000 });
		},
	},
	{
		name: "10c-log-overwritten",
		async go(page) {
			on("sub", "cp /var/log/mail.log /tmp/x; rm /var/log/mail.log; cp /tmp/x /var/log/mail.log");
			await stall(page, "sub");
			on("sub", "kill -HUP $(cat /run/rsyslogd.pid)");
			await page.locator(".stall").waitFor({ state: "detached", timeout: 90_000 });
		},
	},
	{ name: "11a-rotated-numbered-gz", go: (page) => open(page, "to:oldest@w.example") },
	{ name: "11b-rotated-plain", go: (page) => open(page, "to:older@w.example") },
	{ name: "11c-rotated-dated", go: (page) => open(page, "to:dated@w2.example") },
];

let shotOf: { page: Page; path: string } | undefined;

async function stall(page: Page, host: string): Promise<void> {
	const started = Date.now();
	await page.goto(`${ORIGIN}/hosts`);
	await expect(page.locator(".stall").first()).toBeVisible({ timeout: 90_000 });
	console.log(`  noticed on ${host} after ${Math.round((Date.now() - started) / 1000)} s`);
	await page.screenshot({ path: shotOf?.path ?? "stall.png", fullPage: true });
	shotOf = undefined;
}

async function walk(context: BrowserContext, lang: string): Promise<string[]> {
	const failed: string[] = [];
	const page = await context.newPage();
	for (const step of STEPS) {
		if (only && !only.some((name) => step.name.startsWith(name))) continue;
		const path = join(folder, `${step.name}-${lang}.png`);
		shotOf = { page, path };
		try {
			await step.go(page);
			console.log(`ok ${step.name} ${lang}`);
		} catch (error) {
			failed.push(`${step.name} ${lang}`);
			console.log(`NOT ${step.name} ${lang}: ${String(error).split("\n")[0]}`);
		}
		await page.waitForTimeout(700);
		if (shotOf) await page.screenshot({ path, fullPage: step.name < "10" });
	}
	return failed;
}

/** Logs that are rotated before any agent runs: numbered and compressed, numbered and plain, dated. */
async function rotateBefore(): Promise<void> {
	const rotate = (host: string, how: string) =>
		on(
			host,
			`cat > /etc/rotate.conf; logrotate -f -s /var/lib/rotate.state /etc/rotate.conf`,
			`/var/log/mail.log {\n rotate 9\n create 0644 root root\n ${how}\n postrotate\n  kill -HUP $(cat /run/rsyslogd.pid)\n endscript\n}\n`,
		);
	mail("sub", "oldest@w.example", "tu@corp.example");
	mail("edge", "dated@w2.example", undefined, app());
	await pause(3);
	rotate("sub", "compress\n delaycompress");
	rotate("edge", "compress\n dateext\n dateformat -%Y%m%d");
	mail("sub", "older@w.example", "tu@corp.example");
	await pause(3);
	rotate("sub", "compress\n delaycompress");
}

const app = () => on("edge", "id -u app").text.trim();

async function sendAll(): Promise<void> {
	for (const recipient of [
		"anna@a.example",
		"junk@a.example",
		"full@a.example",
		"info@a.example",
		"hans@w.example",
		"karl@e.example",
		"dora@d.example",
		"emil@d.example",
		"w@w1.example",
	])
		mail("sub", recipient, "tu@corp.example");
	mail("sub", "paul@p.example", undefined, APACHE);
	for (const domain of ["w", "w1", "w2", "w3", "d"]) mail("edge", `hoge@${domain}.example`, undefined, app());
	mail("edge", "anna@a.example", undefined, app());
	await pause(12);
}

mkdirSync(folder, { recursive: true });
rmSync(data, { recursive: true, force: true });
await rotateBefore();
const { hub, link } = await startHub();
const allow = 'allow = ["check", "testmail", "spool"]\n';
const agents = [
	startAgent("sub", allow),
	startAgent("edge", `${allow}spools = ["/var/mail/app"]\n`),
	startAgent("da", allow),
];
const browser = await chromium.launch(config.use?.launchOptions ?? {});
const failed: string[] = [];
try {
	await sendAll();
	const state = join(folder, "state.json");
	for (const [lang, locale] of [
		["en", "en-GB"],
		["ja", "ja-JP"],
	] as const) {
		const context = await browser.newContext({
			viewport: { width: 1440, height: 900 },
			locale,
			timezoneId: "Asia/Tokyo",
			...(lang === "ja" && { storageState: state }),
		});
		if (lang === "en") {
			const page = await context.newPage();
			await page.goto(link);
			await context.storageState({ path: state });
		}
		failed.push(...(await walk(context, lang)));
		await context.close();
	}
} finally {
	await browser.close();
	for (const agent of agents) await agent.end();
	await hub.end();
	for (const agent of agents) if (failed.length > 0) console.log(agent.output.slice(-1500));
}
console.log(failed.length === 0 ? "all steps answered" : `without an answer: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
