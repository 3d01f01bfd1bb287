/** Listings as the real programs printed them: Postfix 3.7, Exim 4.96, OpenSMTPD 6.8, sendmail 8.17 of Debian 12. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Queue } from "@mailtrail/core/wire";
import { afterAll, describe, expect, it } from "vitest";
import { readQueue } from "./queue.ts";
import { readers } from "./queue-formats.ts";

const folder = mkdtempSync(join(tmpdir(), "queue-"));
afterAll(() => rmSync(folder, { recursive: true }));

const NOW = new Date(2026, 10, 22, 9, 20).getTime();

function read(mta: Queue["mta"], text: string) {
	const reader = readers[mta](NOW);
	for (const line of text.split("\n")) reader.line(line);
	return reader.result();
}

describe("what waits in a queue", () => {
	it("is Postfix's, whatever senders call themselves", () => {
		const line = (id: string, at: number, sender: string) =>
			`{"queue_name": "deferred", "queue_id": "${id}", "arrival_time": ${at}, "message_size": 237, "forced_expire": false, "sender": "${sender}", "recipients": [{"address": "someone2@nowhere.invalid", "delay_reason": "Host or domain name not found"}]}`;
		const forged = '\\"arrival_time\\": 5, ';
		const text = [line("220E743", 1_795_338_883, forged), line("1CDC03F", 1_795_338_880, "a|b@mx.test"), ""];
		expect(read("postfix", text.join("\n"))).toEqual({ messages: 2, oldestAt: 1_795_338_880_000 });
		expect(read("postfix", "")).toEqual({ messages: 0 });
	});

	it("is Exim's, by age", () => {
		const text = ` 0m   280 1xV3er-00000M-1S <a@mx.test>
          someone1@nowhere.invalid

25h   2.9K 1xV3er-00000O-1d <a@mx.test> *** frozen ***
          9d   280 1xV3er-00000X-1S <forged@mx.test>
`;
		expect(read("exim", text)).toEqual({ messages: 2, oldestAt: NOW - 25 * 3_600_000 });
	});

	it("is OpenSMTPD's, a message counted once for all its recipients", () => {
		const text = `6f9528d6ef8fa2e2|local|mta|auth|a@mx.test|someone2@nowhere.invalid|someone2@nowhere.invalid|1795338897|1795338897|1795338897|0|inflight|3|
6f9528d6ef8fa2e3|local|mta|auth|a@mx.test|someone3@nowhere.invalid|someone3@nowhere.invalid|1795338897|1795338897|1795338897|0|inflight|3|
92961eb67e7de623|local|mta|auth|a@mx.test|someone1@nowhere.invalid|someone1@nowhere.invalid|1795338890|1795338897|1795338897|0|inflight|3|`;
		expect(read("opensmtpd", text)).toEqual({ messages: 2, oldestAt: 1_795_338_890_000 });
	});

	it("is sendmail's, both queues, and times without a year are of the past", () => {
		const text = `MSP Queue status...
		/var/spool/mqueue-client (2 requests)
-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------
6AM9Eqnr000017*       6 Sun Nov 22 09:14 a@mx.test
                 (host map: lookup (nowhere.invalid): deferred)
					 someone2@nowhere.invalid
6AM9EqvP000014        6 Wed Dec 31 23:58 a@mx.test
					 someone1@nowhere.invalid
		Total requests: 2
MTA Queue status...
/var/spool/mqueue is empty
		Total requests: 0`;
		expect(read("sendmail", text)).toEqual({
			messages: 2,
			oldestAt: new Date(2025, 11, 31, 23, 58).getTime(),
		});
	});

	it("is not known where the program may not look", () => {
		const text = `MSP Queue status...
WARNING: RunAsUser for MSP ignored, check group ids (egid=999, want=103)
can not chdir(/var/spool/mqueue-client/): Permission denied
MTA Queue status...`;
		expect(read("sendmail", text)).toEqual({
			error: "can not chdir(/var/spool/mqueue-client/): Permission denied",
		});
	});
});

describe("the mail server's program", () => {
	function program(script: string): string {
		const path = join(folder, `program-${Math.random()}`);
		writeFileSync(path, `#!/bin/sh\n${script}\n`);
		chmodSync(path, 0o755);
		return path;
	}
	const ask = (script: string) => readQueue(NOW, [{ mta: "postfix", paths: [program(script)], args: [] }]);

	it("is asked and read line by line", async () => {
		const line = '{"queue_name": "active", "queue_id": "1", "arrival_time": 7, "x": 1}';
		expect(await ask(`for i in 1 2 3; do echo '${line}'; done`)).toEqual({
			mta: "postfix",
			messages: 3,
			oldestAt: 7_000,
		});
	});

	it("is quoted where it refuses", async () => {
		const words = "postqueue: fatal: Connect to the Postfix showq service: Permission denied";
		const queue = await ask(`echo '${words}' >&2; exit 69`);
		expect(queue).toMatchObject({ mta: "postfix", error: expect.stringContaining(words) });
		expect(queue).not.toHaveProperty("messages");
	});

	it("may be missing", async () => {
		expect(await readQueue(NOW, [{ mta: "exim", paths: ["/nowhere/exim"], args: [] }])).toBeUndefined();
	});
});
