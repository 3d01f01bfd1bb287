/**
 * What the two articles on mail that does not arrive make an administrator do by hand, step by step: each is one action
 * here, with the article's answer in words, in English and in Japanese. Real hub, agents and browser; logs as the mail
 * servers write them, and servers that answer on this machine.
 */
import { appendFile, chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { Page } from "@playwright/test";
import {
	ARCHIVES,
	accepted,
	blocked,
	policyViolation,
	postfix,
	SENDER,
	sendmail,
	sendmailBounce,
	stored,
	timedOut,
} from "../stage/articles.ts";
import { Running } from "../stage/process.ts";
import { expect, type Stage, test } from "../stage/stage.ts";

type Words = Record<"en" | "ja", (string | RegExp)[]>;

/** The page says all of this, first in English, then in Japanese. */
async function says(page: Page, words: Words): Promise<void> {
	for (const lang of ["en", "ja"] as const) {
		if (lang === "ja") await page.getByRole("button", { name: "日本語" }).click();
		for (const word of words[lang]) await expect(page.locator("main")).toContainText(word);
	}
	await page.getByRole("button", { name: "English" }).click();
}

/** Waits until the hub has this many lines of the host, and searches. */
async function find(stage: Stage, page: Page, q: string, rows = 1): Promise<void> {
	if (page.url() === "about:blank") await page.goto(stage.hub.link);
	await expect(async () => {
		await page.goto(`${stage.hub.origin}/?q=${encodeURIComponent(q)}`);
		await expect(page.locator("[data-row]")).toHaveCount(rows, { timeout: 1_500 });
	}).toPass({ timeout: 20_000 });
}

async function open(stage: Stage, page: Page, q: string): Promise<void> {
	await stage.arrived();
	await find(stage, page, q);
	await page.locator("[data-row]").click();
	await expect(page).toHaveURL(/\/journey\//);
}

/** A program for the place of one of the host's own. */
async function program(path: string, script: string): Promise<string> {
	await writeFile(path, `#!/bin/sh\n${script}\n`);
	await chmod(path, 0o755);
	return path;
}

/** A server that greets with `greeting` and answers every EHLO with what `ehlo` says to its name. */
async function mailServer(
	greeting: string,
	ehlo: (name: string) => string = () => "250 mail.example.com",
): Promise<{ port: number; server: Server }> {
	const server = createServer((socket) => {
		socket.on("error", () => socket.destroy());
		socket.write(`${greeting}\r\n`);
		socket.on("data", (data) => {
			const [, verb = "", name = ""] = /^(\S+) ?(\S*)/.exec(data.toString("utf8")) ?? [];
			if (verb === "EHLO") socket.write(`${ehlo(name)}\r\n`);
			else socket.end("221 2.0.0 Bye\r\n");
		});
	});
	await new Promise<void>((done) => server.listen(0, done));
	const address = server.address();
	return { server, port: typeof address === "object" && address ? address.port : 0 };
}

test("1: reach the server from here, and from every host side by side", async ({ stage, page }) => {
	const good = await mailServer("220 mail.example.com ESMTP Postfix", (name) =>
		name.startsWith("edge2") ? "554 5.7.1 We do not talk to you" : "250 mail.example.com",
	);
	const refusing = await mailServer(
		"554 5.7.0 Blocked - see https://dnsbl.example.net/lookup?ip=203.0.113.111",
	);
	const closed = await mailServer("");
	await new Promise((done) => closed.server.close(done));
	const CHECK_PORTS = [good.port, refusing.port, closed.port].join(",");
	await stage.host("relay1", "", { CHECK_PORTS });
	await stage.host("edge2", "", { CHECK_PORTS });
	await page.goto(stage.hub.link);

	const check = async (target: string, port: number, button = "Check") => {
		await page.goto(`${stage.hub.origin}/checks?target=${target}&port=${port}`);
		await page
			.getByRole("checkbox")
			.and(page.getByLabel(/^(the hub|ハブ)$/))
			.uncheck();
		await expect(page.getByRole("checkbox", { name: "edge2" })).toBeVisible();
		await page.getByRole("button", { name: button, exact: true }).click();
	};
	const asked = async (target: string, port: number, words: Words) => {
		await check(target, port);
		for (const word of words.en) await expect(page.locator("main")).toContainText(word);
		await page.getByRole("button", { name: "日本語" }).click();
		await check(target, port, "確認する");
		for (const word of words.ja) await expect(page.locator("main")).toContainText(word);
		await page.getByRole("button", { name: "English" }).click();
	};

	await asked("localhost", good.port, {
		en: ["relay1 reaches localhost.", "edge2 does not reach localhost.", "We do not talk to you"],
		ja: ["relay1 から localhost に接続できます。", "edge2 からは localhost に接続できません。"],
	});
	// A name of which no name server is ever asked (RFC 7686 section 2): it does not exist, with and without a network.
	await asked("mail.example.onion", good.port, {
		en: ["There is no name mail.example.onion", "Check the spelling"],
		ja: ["mail.example.onion という名前はありません", "つづり"],
	});
	await asked("localhost", closed.port, {
		en: ["refuses connections", "The host itself is there", "Check the port number", "firewall"],
		ja: ["接続を拒否しています", "ホストは動いています", "ポート番号を確認", "ファイアウォール"],
	});
	await asked("localhost", refusing.port, {
		en: ["itself refuses us", "block list", "https://dnsbl.example.net/lookup?ip=203.0.113.111"],
		ja: ["ブロックリスト", "https://dnsbl.example.net/lookup?ip=203.0.113.111"],
	});
	good.server.close();
	refusing.server.close();
});

test("2: find the message with what the caller knows", async ({ stage, page }) => {
	const mine = { id: "8B84D8D1CF", recipient: "tu@example.net" };
	await stage.host(
		"tu8",
		[
			postfix({ ...mine, result: accepted("EEC702AAC0E") }),
			postfix({ id: "8B84D8D1D0", recipient: "other@example.net", result: accepted("EEC702AAC0F") }),
			postfix({
				id: "8B84D8D1D1",
				recipient: "tu@example.net",
				sender: "bob@example.com",
				result: timedOut,
				removed: false,
			}),
			postfix({ ...mine, id: "8B84D8D1D2", minutesAgo: 60 * 30, result: accepted("EEC702AAC10") }),
			sendmail("0A74eBxK014009", "hogehoge@icloud.com", "refused"),
		].join(""),
	);
	await find(stage, page, `from:${SENDER} to:tu@example.net since:20m`);
	await expect(page.locator("[data-row]")).toContainText(SENDER);
	await find(stage, page, "tu@example.net", 3);
	await find(stage, page, SENDER, 3);

	const box = page.getByRole("combobox", { name: "Find a message" });
	await page.goto(stage.hub.origin);
	await box.fill(sendmailBounce("0A74eBxK014009", "hogehoge@icloud.com"));
	await box.press("Enter");
	await expect(page.locator("[data-row]")).toHaveCount(1);
	await expect(page.locator("[data-row]")).toContainText("hogehoge@icloud.com");
	await says(page, { en: ["1 message"], ja: ["1 通"] });
});

test("3: status=sent is the next host's word; where we watch it, what became of the message there", async ({
	stage,
	page,
}) => {
	const ways = [
		{ id: "8B84D8D1C1", recipient: "tu@example.net", next: "EEC702AAC01" },
		{ id: "8B84D8D1C2", recipient: "junk@example.net", next: "EEC702AAC02" },
		{ id: "8B84D8D1C3", recipient: "info@example.net", next: "EEC702AAC03" },
		{ id: "8B84D8D1C4", recipient: "full@example.net", next: "EEC702AAC04" },
		{ id: "8B84D8D1C5", recipient: "far@example.org", next: "EEC702AAC05" },
	];
	const messageId = (id: string) => `${id}.8983.30194A77@example.com`;
	await stage.host(
		"tu8",
		ways.map(({ id, recipient, next }) => postfix({ id, recipient, result: accepted(next) })).join(""),
	);
	const inbox = "stored mail into mailbox 'INBOX'";
	await stage.host(
		"mail",
		[
			stored({
				id: "EEC702AAC01",
				recipient: "tu@example.net",
				messageId: messageId("8B84D8D1C1"),
				dovecot: inbox,
			}),
			stored({
				id: "EEC702AAC02",
				recipient: "junk@example.net",
				messageId: messageId("8B84D8D1C2"),
				dovecot: "fileinto action: stored mail into mailbox 'Junk'",
			}),
			stored({
				id: "EEC702AAC03",
				recipient: "tu@example.net",
				original: "info@example.net",
				messageId: messageId("8B84D8D1C3"),
				dovecot: inbox,
			}),
			stored({
				id: "EEC702AAC04",
				recipient: "full@example.net",
				messageId: messageId("8B84D8D1C4"),
				dovecot: "failed to store into mailbox 'INBOX': Quota exceeded (mailbox for user is full)",
				status:
					"dsn=5.2.2, status=bounced (host mx.example.net[private/dovecot-lmtp] said: 552 5.2.2 <full@example.net> Quota exceeded (mailbox for user is full) (in reply to end of DATA command))",
			}),
		].join(""),
	);
	await open(stage, page, "to:junk@example.net");
	await says(page, {
		en: ["Delivered, but filed as junk", "8B84D8D1C2", "EEC702AAC02"],
		ja: ["迷惑メール"],
	});
	await open(stage, page, "8B84D8D1C1");
	await says(page, {
		en: ["Delivered into the mailbox of tu@example.net", "proven by the log"],
		ja: ["tu@example.net", "ログで証明済み"],
	});
	await open(stage, page, "8B84D8D1C3");
	await says(page, { en: ["first sent to info@example.net"], ja: ["最初の宛先 info@example.net"] });
	await open(stage, page, "to:full@example.net");
	await says(page, { en: ["full@example.net", "mailbox-full"], ja: ["mailbox-full", "動くべき人"] });
	await open(stage, page, "to:far@example.org");
	await says(page, {
		en: ["queued as EEC702AAC05", "junk folder", "Message-ID"],
		ja: ["EEC702AAC05", "迷惑メールフォルダー", "セキュリティソフト"],
	});
});

test("4: deferred, connection timed out: which of the three reasons the evidence leaves", async ({
	stage,
	page,
}) => {
	const waiting = { recipient: "tu@example.net", result: timedOut, removed: false };
	await stage.host(
		"tu8",
		[
			postfix({ ...waiting, id: "8B84D8D1CF" }),
			postfix({
				id: "8B84D8D1D0",
				recipient: "a@example.org",
				result: accepted("EEC702AAC0F", "mx.example.org[192.0.2.25]"),
			}),
		].join(""),
	);
	await stage.host(
		"cloud1",
		["example.net", "example.org", "example.edu"]
			.map((domain, n) =>
				postfix({ ...waiting, host: "cloud1", id: `9C84D8D1C${n}`, recipient: `tu@${domain}` }),
			)
			.join(""),
	);
	await open(stage, page, "8B84D8D1CF");
	await says(page, {
		en: [
			"did not answer in time",
			"Other destinations answer tu8",
			"the destination is down or does not let tu8 in",
			"Test the way to example.net from every host",
		],
		ja: [
			"ほかの宛先は tu8 に応答しているため、外向き 25 番ポートは開いています",
			"example.net への接続を確認",
		],
	});
	await open(stage, page, "9C84D8D1C0");
	await says(page, {
		en: [
			"the way out of cloud1 on port 25 is the likely reason",
			"No destination at all accepted mail from cloud1",
		],
		ja: ["cloud1 の外向き 25 番ポートが閉じられている可能性が高いです", "申請"],
	});
});

test("5: listed in a block list: whose list, our address, since when, who else, what to do", async ({
	stage,
	page,
}) => {
	await stage.host(
		"tu8",
		[
			postfix({
				id: "8B84D8D1C0",
				recipient: "first@example.net",
				minutesAgo: 180,
				result: blocked,
				removed: false,
			}),
			postfix({ id: "8B84D8D1CF", recipient: "tu@example.net", result: blocked, removed: false }),
			postfix({
				id: "8B84D8D1D0",
				recipient: "a@example.edu",
				result: blocked.replaceAll("mail.example.net", "mx.example.edu"),
				removed: false,
			}),
		].join(""),
	);
	await stage.host(
		"relay2",
		postfix({
			host: "relay2",
			id: "7A84D8D1CF",
			recipient: "b@example.net",
			result: accepted("EEC702AAC0F"),
		}),
	);
	await open(stage, page, "8B84D8D1CF");
	await says(page, {
		en: [
			"Our address 203.0.113.111 is on a block list",
			"2 messages from tu8 to example.net met the same, the first at",
			"example.net accepts mail from relay2",
			"tu8 met the same at another destination in these 7 days: example.edu",
			/no spam leaves this host.*ask for removal/s,
		],
		ja: [
			"203.0.113.111",
			"ブロックリスト (SPAM データベース) に登録",
			"解除を申請",
			"tu8 から example.net 宛の 2 通が同じ結果",
			"relay2 からのメールを受け取っています",
		],
	});
	await expect(page.getByRole("link", { name: /dnsbl\.example\.net/ }).first()).toHaveAttribute(
		"href",
		"https://dnsbl.example.net/dnsbl-lookup.cgi?ip=203.0.113.111",
	);
});

test("6: a web application without envelope sender", async ({ stage, page }) => {
	await stage.host(
		"tu8",
		postfix({
			id: "8B84D8D1CF",
			recipient: "tu@example.net",
			sender: "apache@example.com",
			from: "uid=48 from=<apache>",
			result: policyViolation,
			removed: false,
		}),
	);
	await open(stage, page, "to:tu@example.net");
	await says(page, {
		en: [
			"A program sent as apache@example.com",
			"without an envelope sender (Return-Path)",
			"-f you@example.com",
			"sendmail_path",
			"uid=48 from=<apache>",
		],
		ja: ["apache@example.com", "Return-Path", "sendmail_path", "default-envelope-sender"],
	});
});

test("7: sendmail's stat=Sent, and stat=Service unavailable with the reason from the mail spool", async ({
	stage,
	page,
}) => {
	const spool = join(stage.folder, "spool-fuga");
	await writeFile(spool, "");
	await stage.host(
		"ip-00",
		[
			sendmail("0A74eBxK023621", "hogehoge@hotmail.com", "accepted"),
			sendmail("0A74eBxK014009", "hogehoge@icloud.com", "refused"),
		].join(""),
		{ ALLOW: "spool", SPOOLS: spool },
	);
	await open(stage, page, "to:hogehoge@hotmail.com");
	await says(page, {
		en: ["mx5.mail.hotmail.com", "junk folder"],
		ja: ["mx5.mail.hotmail.com", "迷惑メールフォルダー"],
	});
	await open(stage, page, "to:hogehoge@icloud.com");
	await says(page, { en: ["stat=Service unavailable", "bounce"], ja: ["/var/spool/mail"] });

	await appendFile(spool, sendmailBounce("0A74eBxK014009", "hogehoge@icloud.com"));
	await says(page, {
		en: [
			"550 5.7.0",
			"Our address 192.0.2.111 is on the block list Proofpoint Dynamic Reputation that icloud.com uses",
		],
		ja: ["192.0.2.111", "Proofpoint Dynamic Reputation", "解除を申請"],
	});
	await expect(page.getByRole("link", { name: /support\.proofpoint\.com/ }).first()).toBeVisible();
});

test("8: a test message from a host, and its journey live on the same page", async ({ stage, page }) => {
	const script = await program(
		join(stage.folder, "sendmail"),
		`id=$(sed -n 's/^Message-ID: <\\(.*\\)>/\\1/p')
log() { echo "$(date -u +%Y-%m-%dT%H:%M:%S.000000+00:00) sub postfix/$1: 4ABCDEF0123: $2" >> ${join(stage.folder, "sub/mail.log")}; }
log 'pickup[22]' 'uid=0 from=<root>'
log 'cleanup[23]' "message-id=<$id>"
log 'qmgr[24]' 'from=<ops@example.com>, size=700, nrcpt=1 (queue active)'
( sleep 2; log 'smtp[25]' 'to=<tu@example.net>, ${blocked}' ) > /dev/null 2>&1 &`,
	);
	await stage.host("sub", "", { ALLOW: "check,testmail", SENDMAIL: script });
	await page.goto(stage.hub.link);
	await page.goto(`${stage.hub.origin}/checks`);
	const form = page.getByRole("region", { name: "Send a test message" });
	await form.getByLabel("Sender").fill("ops@example.com");
	await form.getByLabel("Recipient").fill("tu@example.net");
	await form.getByRole("button", { name: "Send" }).click();
	await expect(form.locator("[data-row]")).toHaveCount(1);
	await expect(form.locator("[data-row][data-outcome=delayed]")).toContainText("is on a block list");
	await says(page, { en: ["Handed in."], ja: ["メールシステムに渡しました", "ブロックリスト"] });
	await expect
		.poll(async () => {
			const { entries } = await (await page.request.get(`${stage.hub.origin}/api/audit`)).json();
			return entries.map((entry: { action: string }) => entry.action);
		})
		.toContain("testmail");
});

test("9: only one domain fails and every other accepts", async ({ stage, page }) => {
	const others = ["hotmail.com", "example.net", "example.org", "gmail.com"];
	await stage.host(
		"ip-00",
		[
			...others.map((domain, n) => sendmail(`0A74eBxK02362${n}`, `hogehoge@${domain}`, "accepted")),
			sendmail("0A74eBxK014009", "hogehoge@icloud.com", "refused"),
		].join(""),
	);
	await open(stage, page, "to:hogehoge@icloud.com");
	await says(page, {
		en: [
			"Only icloud.com does this: all 4 other destinations accepted mail from ip-00",
			"only-this-destination-fails",
		],
		ja: ["この結果になるのは icloud.com だけです", "ほかの 4 宛先はすべて"],
	});
});

test("10: a log that is not written any more, and a quiet one that is well", async ({ stage, page }) => {
	test.setTimeout(150_000);
	const line = postfix({ id: "8B84D8D1CF", recipient: "tu@example.net", result: accepted("EEC702AAC0E") });
	// What the agent sees of a host are the names of its processes.
	const daemons = ["master", "rsyslogd"];
	const running: Running[] = [];
	for (const name of daemons)
		running.push(new Running(await program(join(stage.folder, name), "while :; do sleep 1; done"), []));
	try {
		await mkdir(join(stage.folder, "quiet"));
		const logger = await program(
			join(stage.folder, "logger"),
			`echo "$(date -u +%Y-%m-%dT%H:%M:%S.000000+00:00) quiet mailtrail-agent: log check" >> ${join(stage.folder, "quiet/mail.log")}`,
		);
		const deaf = await program(join(stage.folder, "deaf-logger"), "exit 0");
		await stage.host("quiet", line, { LOGGER: logger });
		const deleted = await stage.host("deleted", line, { LOGGER: deaf });
		const replaced = await stage.host("replaced", line, { LOGGER: deaf });
		await expect.poll(() => stage.lines("replaced")).toBe(5);
		// the agents have looked once
		await page.waitForTimeout(6_000);
		await rm(deleted.log);
		await writeFile(`${replaced.log}.new`, line);
		await rename(`${replaced.log}.new`, replaced.log);
		await page.goto(stage.hub.link);
		await page.goto(`${stage.hub.origin}/hosts`);
		const alarms = page.getByRole("alert");
		await expect(alarms).toHaveCount(2, { timeout: 60_000 });
		await says(page, {
			en: [
				"was deleted, and the syslog daemon still writes to the deleted file",
				"was overwritten or replaced",
				"systemctl restart rsyslog",
				"/etc/init.d/rsyslog restart",
			],
			ja: [
				"が削除され",
				"が上書きまたは置き換えられ、ログが記録されなくなっています",
				"/etc/init.d/rsyslog restart",
			],
		});
		await expect(page.getByRole("row", { name: /quiet/ }).getByRole("alert")).toHaveCount(0);
		await expect(page.getByRole("banner")).toContainText("the logs of deleted and 1 more have stopped");
	} finally {
		for (const each of running) await each.end();
	}
});

test("11: rotated logs are part of every search", async ({ stage, page }) => {
	const message = (id: string, recipient: string, minutesAgo: number) =>
		postfix({ id, recipient, minutesAgo, result: accepted(`EE${id}`) });
	const DAY = 24 * 60;
	await mkdir(join(stage.folder, "tu8"));
	const log = join(stage.folder, "tu8/mail.log");
	await writeFile(`${log}-20261101`, message("8B84D8D101", "dated@example.net", 3 * DAY));
	await writeFile(`${log}.1`, message("8B84D8D102", "numbered@example.net", DAY));
	await writeFile(`${log}.2.gz`, gzipSync(message("8B84D8D106", "gzip@example.net", 2 * DAY)));
	await writeFile(
		`${log}-20261030.zst`,
		zstdCompressSync(message("8B84D8D107", "zstd@example.net", 4 * DAY)),
	);
	await writeFile(`${log}.3.xz`, Buffer.from(ARCHIVES.xz, "base64"));
	await writeFile(`${log}-20260302.bz2`, Buffer.from(ARCHIVES.bz2, "base64"));
	const tu8 = await stage.host("tu8", message("8B84D8D103", "today@example.net", 5));
	await find(stage, page, "domain:example.net", 7);
	for (const name of ["gzip", "zstd", "xz", "bzip2"]) await find(stage, page, `to:${name}@example.net`);

	// compressed while nobody looked, with lines that nobody has read
	await tu8.kill();
	await tu8.write(message("8B84D8D104", "packed@example.net", 2));
	await rm(`${log}.1`);
	await rename(log, `${log}.1`);
	await writeFile(`${log}.4.gz`, gzipSync(await readFile(`${log}.1`)));
	await rm(`${log}.1`);
	await writeFile(log, message("8B84D8D105", "new@example.net", 1));
	tu8.start();
	await find(stage, page, "domain:example.net", 9);
	await says(page, { en: ["packed@example.net", "dated@example.net"], ja: ["packed@example.net", "9 通"] });
});
