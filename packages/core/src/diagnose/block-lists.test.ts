import { describe, expect, it } from "vitest";
import { BLOCK_LISTS } from "./block-lists.ts";
import { diagnoseReply } from "./diagnose-reply.ts";
import { providerOf } from "./provider-pages.ts";

describe("a block list is named, with the address filled in", () => {
	it.each([
		[
			"Client host [192.0.2.7] blocked using zen.spamhaus.org",
			"Spamhaus",
			"https://check.spamhaus.org/results/?query=192.0.2.7",
		],
		[
			"Client host [192.0.2.7] blocked using bl.spamcop.net",
			"SpamCop",
			"https://www.spamcop.net/w3m?action=checkblock&ip=192.0.2.7",
		],
		[
			"Client host [192.0.2.7] blocked using dnsbl-1.uceprotect.net",
			"UCEPROTECT",
			"https://www.uceprotect.net/en/rblcheck.php?ipr=192.0.2.7",
		],
		[
			"Client host [2001:db8::7] blocked using psbl.surriel.com",
			"PSBL",
			"https://psbl.org/listing?ip=2001%3Adb8%3A%3A7",
		],
	])("%s", (words, name, href) => {
		const diagnosis = diagnoseReply({ reply: `554 5.7.1 Service unavailable; ${words}` }, "en");
		expect(diagnosis).toMatchObject({ cause: "dnsbl-listed", reason: "blocked" });
		expect(diagnosis.title).toContain(`the block list ${name}`);
		expect(diagnosis.links[0]?.href).toBe(href);
	});

	it("the page that the answer names comes first", () => {
		const reply =
			"554 5.7.1 Client host [192.0.2.7] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.7";
		expect(diagnoseReply({ reply }, "ja").links.map(({ href }) => href)).toEqual([
			"https://www.spamhaus.org/query/ip/192.0.2.7",
		]);
	});

	it("the list's page comes before one that tells of something else", () => {
		const reply =
			"553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.7, because the ip is in Spamhaus's list; see https://help.example.net/blocked";
		const { links, steps } = diagnoseReply({ reply }, "en");
		expect(links).toEqual([
			{
				href: "https://check.spamhaus.org/results/?query=192.0.2.7",
				text: "Look up the address on the block list",
			},
			{ href: "https://help.example.net/blocked", text: "The destination's explanation" },
		]);
		expect(steps[0]).toContain("check.spamhaus.org");
	});

	it("every list has a page with and without an address", () => {
		for (const list of BLOCK_LISTS) {
			for (const ip of [undefined, "192.0.2.7", "2001:db8::7"])
				expect(list.page(ip)).toMatch(/^https?:\/\/[a-z0-9.-]+\/[^\s<>"]*$/);
			for (const word of list.words) expect(word).toBe(word.toLowerCase());
		}
	});
});

describe("a provider is known by its hosts and domains", () => {
	it.each([
		["gmail-smtp-in.l.google.com", "Gmail"],
		["outlook-com.olc.protection.outlook.com", "Outlook.com"],
		["example-com.mail.protection.outlook.com", "Exchange Online"],
		["mfsmax.docomo.ne.jp", "NTT docomo"],
		["mx.example.net", undefined],
		["evilgoogle.com", undefined],
	])("%s", (host, name) => {
		expect(providerOf(host)?.name).toBe(name);
	});

	it("a page that has moved is told where it stands now, and as it was named", () => {
		const reply = "554- (RTR:BL) http://postmaster.info.aol.com/errors/554rtrbl.html";
		const { links, steps } = diagnoseReply({ reply }, "en");
		expect(links.map(({ href }) => href)).toEqual([
			"https://senders.yahooinc.com/smtp-error-codes/",
			"http://postmaster.info.aol.com/errors/554rtrbl.html",
		]);
		expect(steps[0]).toBe("Open https://senders.yahooinc.com/smtp-error-codes/ and follow what it says.");
	});

	it("its page is a link where it refused, not where it took the message", () => {
		const relay = { name: "mfsmax.docomo.ne.jp", ip: "192.0.2.25" };
		const refused = diagnoseReply({ reply: "550 Unknown user taro@docomo.ne.jp", stage: "EOM", relay }, "ja");
		expect(refused).toMatchObject({
			cause: "refused-by-recipient",
			reason: "filtered",
			rule: "docomo-refused",
		});
		expect(refused.links).toEqual([
			{ href: "https://www.docomo.ne.jp/info/spam_mail/", text: "NTT docomo の送信者向けページ" },
		]);
		expect(diagnoseReply({ reply: "250 2.0.0 Ok", relay }, "en").links).toEqual([]);
	});
});
