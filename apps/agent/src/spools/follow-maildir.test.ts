import { execFileSync } from "node:child_process";
import {
	mkdirSync,
	mkdtempSync,
	renameSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { MaildirSource } from "./follow-maildir.ts";

let folder: string;
const open: MaildirSource[] = [];
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "mailtrail-maildir-"));
	for (const name of ["new", "cur", "tmp"]) mkdirSync(join(folder, name));
});
afterEach(() => {
	for (const source of open.splice(0)) source.close();
	rmSync(folder, { recursive: true });
});

function deliver(name: string, recipient: string): void {
	const text = `From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system at host mx.example.

<${recipient}>: host mail.example[192.0.2.9] said: 550 5.1.1 No such user (in reply to RCPT TO command)

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 4XYZabc1234567

Final-Recipient: rfc822; ${recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such user

--b--
`;
	writeFileSync(join(folder, "new", name), text);
}

function follow(positions: Parameters<MaildirSource["resume"]>[0] = []): MaildirSource {
	const source = new MaildirSource(folder, { now: Date.now });
	open.push(source);
	source.resume(positions);
	return source;
}

it("reads each message once, whatever its flags become", async () => {
	deliver("1700000000.M1P1.mx", "a@mail.example");
	writeFileSync(join(folder, "new", "1700000001.M1P2.mx"), "From: a friend\n\nprivate\n");
	const source = follow();
	await expect.poll(() => source.reached().size > 0 && source.health().lastLineAt).toBeDefined();
	const first = source.next();
	expect(first?.lines.map(({ event }) => event)).toEqual([
		expect.objectContaining({ recipient: "a@mail.example", queueId: "4XYZabc1234567", dsn: "5.1.1" }),
	]);
	const second = source.next();
	expect(second?.lines).toEqual([]);
	renameSync(join(folder, "new", "1700000000.M1P1.mx"), join(folder, "cur", "1700000000.M1P1.mx:2,S"));
	deliver("1700000002.M1P3.mx", "b@mail.example");
	source.close();
	const again = follow(second ? [second.position] : []);
	await expect
		.poll(() => again.next()?.lines.map(({ event }) => event?.kind === "bounce-report" && event.recipient))
		.toEqual(["b@mail.example"]);
	expect(again.next()).toBeUndefined();
});

it("says what it may not read", async () => {
	const source = new MaildirSource(join(folder, "nowhere"), { now: Date.now });
	open.push(source);
	source.resume([]);
	await expect.poll(() => source.health().error).toContain("nowhere");
});

it("passes over what its owner puts there that is no message: pipes, links, folders, files of any size", async () => {
	deliver("1700000009.M1P9.other", "secret@mail.example");
	renameSync(join(folder, "new", "1700000009.M1P9.other"), join(folder, "others-mail"));
	symlinkSync(join(folder, "others-mail"), join(folder, "new", "1700000001.M1P1.link"));
	execFileSync("mkfifo", [join(folder, "new", "1700000002.M1P2.pipe")]);
	mkdirSync(join(folder, "new", "1700000003.M1P3.folder"));
	writeFileSync(join(folder, "new", "1700000004.M1P4.big"), "From: a friend\n\n");
	truncateSync(join(folder, "new", "1700000004.M1P4.big"), 3 * 1024 ** 3);
	deliver("1700000005.M1P5.mx", "a@mail.example");
	const source = follow();
	const recipients: unknown[] = [];
	await expect
		.poll(() => {
			for (let each = source.next(); each; each = source.next())
				recipients.push(...each.lines.map(({ event }) => event?.kind === "bounce-report" && event.recipient));
			return recipients;
		})
		.toEqual(["a@mail.example"]);
	expect(source.health().error).toBeUndefined();
});
