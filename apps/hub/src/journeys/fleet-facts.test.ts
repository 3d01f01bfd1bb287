/** What the hub knows beside one message: other messages, hosts and destinations; hand-overs among our hosts do not count. */
import type { JourneyAnswer } from "@mailtrail/core/wire";
import { afterEach, beforeEach, expect, it } from "vitest";
import { toLineBatch } from "../store/contract-tests.ts";
import { batchesOf } from "../testing/mail-traffic.ts";
import { person } from "../testing/people.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
beforeEach(async () => {
	hub = await startHub();
});
afterEach(() => hub.close());

const now = Date.now();
let id = 0x10_0000_0000;
function stamp(minutesAgo: number): string {
	return `${new Date(now - minutesAgo * 60_000).toISOString().replace("Z", "000+00:00")} mx`;
}

/** A message's lines on a host that sends it to `to`, with what came of it. Returns its queue id. */
function sent(lines: string[], minutesAgo: number, to: string, words: string): string {
	const queueId = (id++).toString(16).toUpperCase();
	lines.push(
		`${stamp(minutesAgo)} postfix/smtpd[7]: ${queueId}: client=web[192.0.2.7]`,
		`${stamp(minutesAgo)} postfix/smtp[9]: ${queueId}: to=<${to}>, ${words}`,
	);
	return queueId;
}

const delays = "delay=1, delays=0/0/1/0";
function accepted(name: string, next = "4ABCDEF0123456"): string {
	return `relay=mx.${name}[192.0.2.9]:25, ${delays}, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${next})`;
}
function listed(name: string): string {
	return `relay=mx.${name}[192.0.2.9]:25, ${delays}, dsn=5.7.1, status=bounced (host mx.${name}[192.0.2.9] said: 554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org (in reply to RCPT TO command))`;
}

async function commit(host: string, lines: string[]): Promise<void> {
	for (const batch of batchesOf(lines, 500)) await hub.store.commit(toLineBatch(host, batch));
}

it("says that one destination alone refuses one host, and which host it accepts", async () => {
	const edge1: string[] = [];
	const queueIds = [30, 20, 10].map((ago) => sent(edge1, ago, "a@icloud.example", listed("icloud.example")));
	for (const name of ["a.example", "b.example", "c.example"]) sent(edge1, 15, `x@${name}`, accepted(name));
	const edge2: string[] = [];
	sent(edge2, 12, "b@icloud.example", accepted("icloud.example"));
	// the submission host hands everything to edge1, which passes it on: that is no acceptance by the destination
	const submission: string[] = [];
	sent(submission, 30, "a@icloud.example", accepted("edge1.example", queueIds[0]));
	await commit("edge1", edge1);
	await commit("edge2", edge2);
	await commit("sub", submission);
	const search = await hub.get<{ rows: { id: string }[] }>(`/api/search?q=queue:${queueIds[2]}`);
	const answer = await hub.get<JourneyAnswer>(
		`/api/journeys/${encodeURIComponent(search.rows[0]?.id ?? "")}?zone=UTC`,
	);
	const diagnosis = answer.journey.recipients[0]?.diagnosis;
	expect(diagnosis?.cause).toBe("dnsbl-listed");
	expect(diagnosis?.facts).toEqual([
		expect.stringContaining("3 messages from edge1 to icloud.example met the same"),
		"icloud.example accepts mail from edge2 (1 message in 7 days).",
		"Only icloud.example does this: all 3 other destinations accepted mail from edge1 in the last 7 days.",
	]);
});

it("names and counts nobody else's mail to who is there for some domains", async () => {
	const edge: string[] = [];
	for (const name of ["icloud.example", "secret.example"])
		for (const ago of [30, 20, 10]) sent(edge, ago, `a@${name}`, listed(name));
	await commit("edge", edge);
	const { headers } = await person(hub, "helpdesk", ["icloud.example"]);
	const found = await hub.app.inject({ path: "/api/search?q=", headers });
	const [row] = found.json<{ rows: { id: string }[] }>().rows;
	const path = `/api/journeys/${encodeURIComponent(row?.id ?? "")}`;
	const answer = await hub.app.inject({ path, headers });
	expect(answer.json<JourneyAnswer>().journey.recipients[0]?.diagnosis?.cause).toBe("dnsbl-listed");
	expect(answer.body).not.toMatch(/secret\.example|messages/);
	expect((await hub.app.inject({ path, headers: { cookie: hub.cookie } })).body).toContain("secret.example");
});

it("counts a host of ours that keeps the mail as the destination that it is", async () => {
	const edge: string[] = [];
	const queueId = sent(edge, 10, "a@icloud.example", listed("icloud.example"));
	for (const name of ["a.example", "b.example", "c.example"]) {
		const stored: string[] = [];
		const id = sent(
			stored,
			14,
			`x@${name}`,
			`relay=local, ${delays}, dsn=2.0.0, status=sent (delivered to mailbox)`,
		);
		sent(edge, 15, `x@${name}`, accepted(name, id));
		await commit(name, stored);
	}
	await commit("edge", edge);
	const search = await hub.get<{ rows: { id: string }[] }>(`/api/search?q=queue:${queueId}`);
	const answer = await hub.get<JourneyAnswer>(
		`/api/journeys/${encodeURIComponent(search.rows[0]?.id ?? "")}?zone=UTC`,
	);
	expect(answer.journey.recipients[0]?.diagnosis?.facts).toEqual([
		"Only icloud.example does this: all 3 other destinations accepted mail from edge in the last 7 days.",
	]);
});
