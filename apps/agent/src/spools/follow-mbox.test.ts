import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Position } from "@mailtrail/core/wire";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Reading } from "../sources/source.ts";
import { MboxSource } from "./follow-mbox.ts";

// a spool is looked at every second or two while it is quiet, and each step of a test waits for such a look
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let spool: string;
const open: MboxSource[] = [];
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "mailtrail-spool-"));
	spool = join(folder, "apache");
	writeFileSync(spool, "");
});
afterEach(() => {
	for (const source of open.splice(0)) source.close();
	rmSync(folder, { recursive: true });
});

function follow(positions: Position[] = []): MboxSource {
	const source = new MboxSource(spool, { folder, now: Date.now });
	open.push(source);
	source.resume(positions);
	return source;
}

async function nextReading(source: MboxSource): Promise<Reading> {
	let reading: Reading | undefined;
	await expect.poll(() => (reading = source.next()), { timeout: 8_000 }).toBeDefined();
	return reading as Reading;
}

const PRIVATE =
	"From friend@example.org Thu Jan 10 02:50:00 2019\nFrom: friend@example.org\nSubject: dinner\n\nAt eight?\n\n";

function bounce(queueId: string, recipient: string): string {
	return `From MAILER-DAEMON@web.example Thu Jan 10 02:51:49 2019
Return-Path: <MAILER-DAEMON@web.example>
Date: Thu, 10 Jan 2019 02:51:49 GMT
From: Mail Delivery Subsystem <MAILER-DAEMON@web.example>
To: <apache@web.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"
Subject: Returned mail: see transcript for details
Auto-Submitted: auto-generated (failure)

--b1

   ----- The following addresses had permanent fatal errors -----
<${recipient}>
    (reason: 550 5.7.0 Blocked - see https://bl.example.net/?ip=192.0.2.1)

   ----- Transcript of session follows -----
... while talking to mx3.mail.example.:
<<< 550 5.7.0 Blocked - see https://bl.example.net/?ip=192.0.2.1
554 5.0.0 Service unavailable

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; web.example
Arrival-Date: Thu, 10 Jan 2019 02:40:31 GMT

Final-Recipient: RFC822; ${recipient}
Action: failed
Status: 5.7.0
Remote-MTA: DNS; mx3.mail.example
Diagnostic-Code: SMTP; 550 5.7.0 Blocked - see https://bl.example.net/?ip=192.0.2.1

--b1
Content-Type: message/rfc822

Return-Path: <apache@web.example>
Received: (from apache@localhost)
	by web.example (8.14.7/8.14.7/Submit) id ${queueId};
	Thu, 10 Jan 2019 02:40:31 GMT
Message-Id: <201901100240.${queueId}@web.example>
Subject: Your order
From: shop@web.example

Dear customer, this is private.

--b1--

`;
}

it("reads the bounces of a spool, and nothing of anybody's mail", async () => {
	writeFileSync(spool, PRIVATE + bounce("x0A2eVxx014009", "hogehoge@icloud.example"));
	const source = follow();
	const first = await nextReading(source);
	expect(first.lines).toEqual([]);
	const second = await nextReading(source);
	expect(second.lines.map(({ event }) => event)).toEqual([
		expect.objectContaining({
			kind: "bounce-report",
			queueId: "x0A2eVxx014009",
			recipient: "hogehoge@icloud.example",
			dsn: "5.7.0",
			at: "2019-01-10T02:51:49.000Z",
			reply: expect.objectContaining({
				code: 550,
				enhanced: "5.7.0",
				text: expect.stringContaining("Blocked - see"),
			}),
			messageId: "201901100240.x0A2eVxx014009@web.example",
		}),
	]);
	expect(JSON.stringify([first, second])).not.toMatch(/dinner|At eight|Dear customer/);
	expect(second.position).toMatchObject({
		source: `spool:${spool}`,
		offset: Buffer.byteLength(PRIVATE + bounce("x0A2eVxx014009", "hogehoge@icloud.example")),
	});
});

it("goes on where the hub says, with what came since", async () => {
	writeFileSync(spool, bounce("x0A2eVxx000001", "a@icloud.example"));
	const before = follow();
	const first = await nextReading(before);
	before.close();
	appendFileSync(spool, bounce("x0A2eVxx000002", "b@icloud.example"));
	const after = follow([first.position]);
	const second = await nextReading(after);
	expect(second.from).toBe(first.position.offset);
	expect(second.lines.map(({ event }) => event?.queueId)).toEqual(["x0A2eVxx000002"]);
});

it("waits for the end of a message that is being written", async () => {
	const whole = bounce("x0A2eVxx000003", "c@icloud.example");
	appendFileSync(spool, whole.slice(0, 900));
	const source = follow();
	await new Promise((resolve) => setTimeout(resolve, 500));
	expect(source.next()).toBeUndefined();
	appendFileSync(spool, whole.slice(900));
	expect((await nextReading(source)).lines).toHaveLength(1);
});

it("reads a spool anew that was emptied and filled again", async () => {
	writeFileSync(spool, bounce("x0A2eVxx000004", "d@icloud.example"));
	const source = follow();
	await nextReading(source);
	writeFileSync(spool, bounce("x0A2eVxx000005", "e@icloud.example"));
	const later = await nextReading(source);
	expect(later.lines.map(({ event }) => event?.queueId)).toEqual(["x0A2eVxx000005"]);
});

it("leaves no hole where a file is no mailbox in between", async () => {
	writeFileSync(spool, bounce("x0A2eVxx000006", "f@icloud.example"));
	const source = follow();
	const first = await nextReading(source);
	appendFileSync(spool, "somebody's notes\n\n");
	await new Promise((resolve) => setTimeout(resolve, 400));
	appendFileSync(spool, bounce("x0A2eVxx000007", "g@icloud.example"));
	const second = await nextReading(source);
	expect(second.from).toBe(first.position.offset);
	expect(second.lines).toHaveLength(1);
});
