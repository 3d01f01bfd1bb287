/**
 * What the two articles on mail that does not arrive make an administrator do by hand, step by step: each is one action
 * here, with the article's answer in words, in English and in Japanese. Here what is asked of the hosts: servers
 * that answer on this machine, test messages, logs that stand still and logs that were rotated.
 */
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { find, says, type Words } from "../stage/article-steps.ts";
import { ARCHIVES, accepted, blocked, postfix } from "../stage/articles.ts";
import { Running } from "../stage/process.ts";
import { expect, test } from "../stage/stage.ts";

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
