import { describe, expect, it } from "vitest";
import { withBoundedLines } from "./bounded-lines.ts";
import { joinHops } from "../index.ts";
import { fold, located } from "../tracing.testing.ts";

const message = (recipients: number) =>
	located(
		"mx",
		[
			"2026-11-22T02:51:40.1+00:00 mx postfix/smtpd[1]: ABCDEF0001: client=sub.example[192.0.2.1]",
			...Array.from(
				{ length: recipients },
				(_, i) =>
					`2026-11-22T02:51:41.1+00:00 mx postfix/smtp[4]: ABCDEF0001: to=<u${i}@b.example>, relay=next.example[203.0.113.9]:25, delay=0.2, delays=0/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok)`,
			),
		].join("\n"),
	);

describe("the lines of a message to very many", () => {
	it("are whole with the first recipient, and with the others their own", () => {
		const [journey] = joinHops(fold(message(40)));
		const { recipients, shortened } = withBoundedLines(journey?.recipients ?? [], 1_000);
		expect(shortened).toBe(true);
		const lines = recipients.map(({ path }) => path[0]?.lines ?? []);
		expect(lines[0]).toHaveLength(41);
		const last = recipients.findIndex(({ recipient }) => recipient === "u39@b.example");
		expect(lines[last]).toEqual([...(lines[0] ?? []).slice(0, 20), recipients[last]?.attempts[0]?.line]);
	});

	it("do not grow with the square of their number, and a notice says so", () => {
		const [journey] = joinHops(fold(message(3_000)));
		expect(JSON.stringify(journey).length).toBeLessThan(10_000_000);
		expect(journey?.recipients).toHaveLength(3_000);
		expect(journey?.notices.map(({ code }) => code)).toContain("lines-shortened");
		const [small] = joinHops(fold(message(300)));
		expect(small?.recipients.every(({ path }) => path[0]?.lines.length === 301)).toBe(true);
		expect(small?.notices.map(({ code }) => code)).not.toContain("lines-shortened");
	});
});
