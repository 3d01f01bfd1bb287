import type { Batch } from "@mailtrail/core/wire";
import { afterEach, beforeEach, expect, it } from "vitest";
import { batchesOf } from "../testing/mail-traffic.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
beforeEach(async () => {
	hub = await startHub();
});
afterEach(() => hub.close());

const ID = "x08GX10R014009";
const LOG = [
	`2026-01-08T16:32:00+00:00 web sendmail[14009]: ${ID}: from=<app@example.com>, size=319, class=0, nrcpts=1, msgid=<a1@example.com>, relay=app@localhost`,
	`2026-01-08T16:33:01+00:00 web sendmail[14009]: ${ID}: to=<hoge@icloud.com>, delay=00:01:01, xdelay=00:00:03, mailer=esmtp, pri=210319, relay=mx5.mail.icloud.com. [192.0.2.69], dsn=5.0.0, stat=Service unavailable`,
];

function report(recipient: string, messageId: string): Batch {
	const event = {
		kind: "bounce-report",
		raw: `bounce in /var/mail/app: to=<${recipient}>`,
		at: "2026-01-08T16:33:02.000Z",
		program: "bounce",
		recipient,
		messageId,
		reply: { code: 550, enhanced: "5.7.0", text: "Blocked - see https://dnsbl.example.net/?ip=192.0.2.1" },
	};
	const position = { source: "spool:/var/mail/app", generation: "g1", offset: 900 };
	return { type: "batch", id: 7, from: 0, position, lines: [{ offset: 0, event }] } as Batch;
}

async function replyAfter(...batches: Batch[]): Promise<number | undefined> {
	const agent = await hub.agent("web");
	await agent.deliver(batches);
	const [hop] = await hub.store.hopsOfQueue(`web/${ID}`);
	return hop?.attempts[0]?.reply?.code;
}

it("joins a bounce without a queue id to the message that it names", async () => {
	expect(await replyAfter(...batchesOf(LOG, 10), report("Hoge@icloud.com", "a1@example.com"))).toBe(550);
});

it("leaves one alone that names another recipient", async () => {
	expect(
		await replyAfter(...batchesOf(LOG, 10), report("other@icloud.com", "a1@example.com")),
	).toBeUndefined();
});

it("leaves one alone that names another message", async () => {
	expect(
		await replyAfter(...batchesOf(LOG, 10), report("hoge@icloud.com", "a2@example.com")),
	).toBeUndefined();
});

it("joins a bounce that was read before the log, in one piece or in two", async () => {
	const early = { ...report("Hoge@icloud.com", "a1@example.com"), id: 0 };
	expect(await replyAfter(early, ...batchesOf(LOG, 1))).toBe(550);
});

it("leaves one alone that waits for another message or another recipient", async () => {
	const others = [report("hoge@icloud.com", "a2@example.com"), report("other@icloud.com", "a1@example.com")];
	const early = others.map((batch, n) => ({
		...batch,
		id: n,
		position: { ...batch.position, generation: `g${n}` },
	}));
	expect(await replyAfter(...early, ...batchesOf(LOG, 10))).toBeUndefined();
});

it("a report that waited is told once, and stays told when its spool is read again", async () => {
	const early = { ...report("hoge@icloud.com", "a1@example.com"), id: 0 };
	expect(await replyAfter(early, ...batchesOf(LOG, 10))).toBe(550);
	const { lines } = await hub.store.hostLines({
		host: "web",
		kind: "bounce-report",
		limit: 10,
		deadline: performance.now() + 1_000,
	});
	expect(lines).toHaveLength(1);
});
