/** What an export gives spreadsheets: text, whatever strangers wrote into the logs; and whom it stops giving anything. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { OWNER } from "../store/people-store.ts";
import { batchesOf, mailTraffic } from "../testing/mail-traffic.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
beforeEach(async () => {
	hub = await startHub();
});
afterEach(() => hub.close());

it("a cell that a spreadsheet would take for a formula is text", async () => {
	const signs = ["=1+", "\uff1d1+", "\uff0b1", "@SUM", "\uff0d2"];
	const lines = mailTraffic(0, signs.length).out.map((line) =>
		line.replace(/from=<s(\d)@/, (_, n: string) => `from=<${signs[Number(n)]}@`),
	);
	const agent = await hub.agent("out");
	await agent.deliver(batchesOf(lines, 500));
	agent.socket.close();
	const { body } = await hub.app.inject({
		path: "/api/export?since=2026-03-01",
		headers: { cookie: hub.cookie },
	});
	const rows = body
		.trimEnd()
		.split("\r\n")
		.slice(1)
		.map((row) => row.split(","));
	expect(rows.map(([at]) => at?.slice(0, 5))).toEqual(signs.map(() => "2026-"));
	const senders = rows.map(([, sender]) => sender);
	expect(senders.reverse()).toEqual(signs.map((sign) => `'${sign}@example.org`));
});

it("breaks off when whoever asked is shut out", async () => {
	const agent = await hub.agent("out");
	await agent.deliver(batchesOf(mailTraffic(0, 300).out, 500));
	agent.socket.close();
	const answer = await fetch(`${hub.url}/api/export?since=2026-03-01&format=jsonl`, {
		headers: { cookie: hub.cookie },
	});
	const reader = answer.body?.getReader();
	expect((await reader?.read())?.done).toBe(false);
	for (const session of await hub.store.people.sessionsOf(OWNER))
		await hub.store.people.dropSession(session.id);
	const rest = async () => {
		while (!(await reader?.read())?.done);
	};
	await expect(rest()).rejects.toThrow("terminated");
});
