/** What an export gives spreadsheets: text, whatever strangers wrote into the logs. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { batchesOf, mailTraffic } from "../testing/mail-traffic.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
beforeEach(async () => {
	hub = await startHub();
});
afterEach(() => hub.close());

it("a cell that a spreadsheet would take for a formula is text", async () => {
	const signs = ["=1+", "=1+", "+1", "@SUM", "-2"];
	const lines = mailTraffic(0, signs.length).out.map((line) =>
		line.replace(/from=<s(\d)@/, (_, n: string) => `from=<${signs[Number(n)]}@`),
	);
	const agent = await hub.agent("out");
	await agent.deliver(batchesOf(lines, 500));
	agent.socket.close();
	const { body } = await hub.app.inject({ path: "/api/export?since=2026-03-01", headers: { cookie: hub.cookie } });
	const senders = body
		.trimEnd()
		.split("\r\n")
		.slice(1)
		.map((row) => row.split(",")[1]);
	expect(senders.reverse()).toEqual(signs.map((sign) => `'${sign}@example.org`));
});
