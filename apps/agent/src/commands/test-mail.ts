/**
 * A message of our own, handed to this host's mail system as any program would hand one in: by the `sendmail` program
 * that every MTA brings. Its Message-ID names it, so that its journey can be followed from the first line.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { TestMailReport, TestMailRequest } from "@mailtrail/core/wire";

const TIMEOUT_MS = 20_000;
const OUTPUT_MAX = 2_000;

interface Sender {
	host: string;
	sendmail: string;
	now: () => number;
}

/** Throws with what to do where the mail system does not take it. */
export async function sendTestMail(request: TestMailRequest, sender: Sender): Promise<TestMailReport> {
	const { recipient } = request;
	checkAddress(recipient);
	if (request.sender !== undefined) checkAddress(request.sender);
	const messageId = `mailtrail-test.${randomUUID()}@${sender.host}`;
	const args = ["-i", ...(request.sender === undefined ? [] : ["-f", request.sender]), "--", recipient];
	const output = await handIn(sender.sendmail, args, testMessage(request, messageId, sender));
	return { messageId, output };
}

/** One address, in the form that is safe in a header and on a command line; RFC 5321 allows stranger ones. */
function checkAddress(address: string): void {
	if (
		!/^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{N}.-]{1,255}$/u.test(address) ||
		address.startsWith("-")
	) {
		throw new Error(
			`“${address.slice(0, 80)}” is no address that a test message can be sent to; write one like name@example.net`,
		);
	}
}

function testMessage(
	{ sender, recipient }: TestMailRequest,
	messageId: string,
	{ host, now }: Sender,
): string {
	const date = new Date(now()).toUTCString().replace("GMT", "+0000");
	return [
		...(sender === undefined ? [] : [`From: <${sender}>`]),
		`To: <${recipient}>`,
		`Subject: Mailtrail test from ${host}`,
		`Date: ${date}`,
		`Message-ID: <${messageId}>`,
		"MIME-Version: 1.0",
		"Content-Type: text/plain; charset=utf-8",
		// RFC 3834: no vacation program shall answer this
		"Auto-Submitted: auto-generated",
		"",
		`This is a test message. An administrator of ${host} sent it to see which way mail takes to you.`,
		"You need not do anything.",
		"",
	].join("\n");
}

function handIn(program: string, args: string[], message: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], timeout: TIMEOUT_MS });
		let output = "";
		const take = (data: Buffer): void => {
			output = (output + data.toString("utf8")).slice(0, OUTPUT_MAX);
		};
		child.stdout.on("data", take);
		child.stderr.on("data", take);
		child.on("error", (error: NodeJS.ErrnoException) => {
			const missing = error.code === "ENOENT";
			reject(
				missing
					? new Error(
							`${program} does not exist on this host; name the mail system's program in agent.toml: sendmail = "/path"`,
						)
					: error,
			);
		});
		child.on("close", (status, signal) => {
			if (status === 0) return resolve(output.trim());
			const how = signal === null ? `exit status ${status}` : `stopped by ${signal}`;
			reject(
				new Error(`${program} did not take the message (${how}): ${output.trim() || "it said nothing"}`),
			);
		});
		// A program that refuses at once closes its input: its exit status tells why.
		child.stdin.on("error", () => {});
		child.stdin.end(message);
	});
}
