/**
 * What the two articles on mail that does not arrive make an administrator do by hand, step by step: each is one action
 * here, with the article's answer in words, in English and in Japanese. Here why a message was refused.
 */
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { open, says } from "../stage/article-steps.ts";
import { accepted, blocked, policyViolation, postfix, sendmail, sendmailBounce } from "../stage/articles.ts";
import { expect, test } from "../stage/stage.ts";

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
