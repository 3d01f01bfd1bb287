import { describe, expect, it } from "vitest";
import { parseLine } from "./parse-line.ts";
import { rejoin, rejoinBroken } from "./rejoin.ts";

const OPTIONS = { zone: "Asia/Tokyo", now: Date.parse("2022-12-10T00:00:00Z") };
const HEAD = "Dec 5 18:38:12 tu8 postfix/smtp[84479]: ";

describe("rejoinBroken", () => {
	it("makes broken lines whole and leaves every line at its place", () => {
		const lines = [
			`${HEAD}Anonymous TLS connection established to mx[192.0.2.1]:25: TLSv1.2 with cipher ADH-AES256-GCM-`,
			"SHA384 (256/256 bits)",
			`${HEAD}8B84D8D1CF: to=tu@example.net, relay=mx[192.0.2.1]:25, delay=0.47, delays=0.16/0.05`,
			"/0.09/0.17, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as EEC702AAC0E)",
			"Dec 5 18:38:12 tu8 postfix/qmgr[61182]: 8B84D8D1CF: removed",
		];
		const joined = rejoinBroken(lines, OPTIONS);
		expect(joined).toEqual([
			`${lines[0]}${lines[1]}`,
			lines[1],
			`${lines[2]}${lines[3]}`,
			lines[3],
			lines[4],
		]);
	});

	it("joins a line broken twice, and one broken at a space", () => {
		const lines = [
			`${HEAD}8B84D8D1CF: to=tu@example.net, relay=mx[192.0.2.1]:25, delay=0.47,`,
			"dsn=2.0.0, status=sent",
			"(250 2.0.0 Ok: queued as EEC702AAC0E)",
		];
		const { raw: _, ...joined } = parseLine(rejoinBroken(lines, OPTIONS)[0] as string, OPTIONS);
		const { raw: __, ...whole } = parseLine(lines.join(" "), OPTIONS);
		expect(joined).toEqual(whole);
	});

	it("never joins prose, blank lines or whole lines", () => {
		const whole = `${HEAD}8B84D8D1CF: from=tu@example.com, size=1284, nrcpt=1 (queue active)`;
		for (const next of [
			"~略",
			"",
			"この場合、以下の様な要因が考えられます。",
			"$ tail /var/log/maillog",
			whole,
		]) {
			expect(rejoin(whole, next, OPTIONS)).toBeUndefined();
		}
		expect(rejoin("prose", "more prose", OPTIONS)).toBeUndefined();
	});
});
