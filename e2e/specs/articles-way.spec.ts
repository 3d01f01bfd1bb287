/**
 * What the two articles on mail that does not arrive make an administrator do by hand, step by step: each is one action
 * here, with the article's answer in words, in English and in Japanese. Here what became of a message.
 */
import { find, open, says } from "../stage/article-steps.ts";
import { accepted, postfix, SENDER, sendmail, sendmailBounce, stored, timedOut } from "../stage/articles.ts";
import { expect, test } from "../stage/stage.ts";

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
