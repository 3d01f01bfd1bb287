/** `mailtrail bounce` as scripts call it: files, an mbox, a maildir, standard input, nothing found, unreadable. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

const MAIN = join(import.meta.dirname, "../main.ts");
const folder = mkdtempSync(join(tmpdir(), "mailtrail-bounce-"));
afterAll(() => rmSync(folder, { recursive: true }));

const bounce = (recipient: string, reply: string) => `From: MAILER-DAEMON@mail.example.com
To: taro@example.com
Subject: failure notice

Hi. This is the qmail-send program at mail.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.

<${recipient}>:
192.0.2.25 does not like recipient.
Remote host said: ${reply}

--- Below this line is a copy of the message.

Message-ID: <m1@example.com>
`;
const UNKNOWN = bounce("jiro@example.net", "550 5.1.1 User unknown");
const FULL = bounce("hanako@example.net", "552 5.2.2 Mailbox full");
const LETTER = "From: hanako@example.net\nTo: taro@example.com\nSubject: hello\n\nhello\n";

function run(args: string[], input?: string) {
	const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "bounce", ...args], {
		encoding: "utf8",
		input: input ?? "",
	});
	const lines = args.includes("--json") ? stdout.trim().split("\n").filter(Boolean) : [];
	return {
		status,
		stdout,
		stderr,
		reports: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
	};
}

test("an mbox, compressed too: messages are counted, letters give nothing", () => {
	const mark = (text: string) => `From MAILER-DAEMON Tue Nov  3 01:00:00 2026\n${text}\n`;
	const file = join(folder, "root.gz");
	writeFileSync(file, gzipSync(mark(UNKNOWN) + mark(LETTER) + mark(FULL)));
	const { status, reports } = run(["--json", file]);
	expect(status).toBe(0);
	expect(
		reports.map(({ file: name, message, recipient, reason }) => [name, message, recipient, reason]),
	).toEqual([
		[file, 1, "jiro@example.net", "userunknown"],
		[file, 3, "hanako@example.net", "mailboxfull"],
	]);
	expect(reports[0]).toMatchObject({
		status: "5.1.1",
		replyCode: 550,
		command: "RCPT",
		permanent: true,
		hardBounce: true,
		originalMessageId: "m1@example.com",
		cause: "user-unknown",
	});
});

test("a maildir, in the order of delivery", () => {
	for (const part of ["new", "cur", "tmp"]) mkdirSync(join(folder, "Maildir", part), { recursive: true });
	writeFileSync(join(folder, "Maildir/cur/100.M1.mx:2,S"), FULL);
	writeFileSync(join(folder, "Maildir/new/200.M1.mx"), UNKNOWN);
	writeFileSync(join(folder, "Maildir/tmp/300.M1.mx"), UNKNOWN);
	const { reports } = run(["--json", join(folder, "Maildir")]);
	expect(reports.map(({ recipient }) => recipient)).toEqual(["hanako@example.net", "jiro@example.net"]);
});

test("standard input, for people, in either language", () => {
	const english = run([], UNKNOWN);
	expect(english.status).toBe(0);
	expect(english.stdout).toContain("jiro@example.net: failed, 550 5.1.1, userunknown");
	expect(english.stdout).toContain("Whose move: the sender");
	expect(run(["--lang", "ja"], UNKNOWN).stdout).toContain("対応する人: 差出人");
});

test("exit status: nothing found is 1, unreadable is 2", () => {
	expect(run([], LETTER)).toMatchObject({ status: 1, stdout: "" });
	const missing = run([join(folder, "missing")]);
	expect(missing.status).toBe(2);
	expect(missing.stderr).toContain("missing: no such file");
});
