/** Bounces are strangers' bytes: no exception, and time in proportion to the part that is looked at. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBounce, readBounceText, splitMbox } from "../index.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const HEAD = "From: MAILER-DAEMON@mx.example\nTo: a@example.com\nSubject: Undelivered Mail\n";
const REPORT = `--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; b@example.net\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n`;
const MIME = "MIME-Version: 1.0\nContent-Type: multipart/report; boundary=b\n\n";

async function took(message: string): Promise<number> {
	const raw = bytes(message);
	const started = performance.now();
	await readBounce(raw);
	return performance.now() - started;
}

describe("hostile messages", () => {
	it("a returned attachment of 100 MB costs nothing: the report stands before it", async () => {
		const message = new Uint8Array(100 * 1024 * 1024).fill(65);
		message.set(bytes(`${HEAD}${MIME}${REPORT}--b\nContent-Type: message/rfc822\n\nSubject: big\n\n`));
		const started = performance.now();
		const [report] = await readBounce(message);
		expect(report).toMatchObject({
			recipient: "b@example.net",
			reason: "userunknown",
			originalSubject: "big",
		});
		expect(performance.now() - started).toBeLessThan(1500);
	});

	it.each([
		["a header of 2 MB", `${HEAD}X-Long: ${"a ".repeat(1_000_000)}\n\ntext`],
		["a header of 300 000 lines", `${HEAD}X-Long: a${"\n b".repeat(300_000)}\n\ntext`],
		["headers without end", `${HEAD}${"X-A: b\n".repeat(200_000)}`],
		["boundaries everywhere", `${HEAD}${MIME}${"--b\n\n".repeat(200_000)}`],
		["parts in parts", HEAD + nested(3000)],
		["recipients without end", `${HEAD}\n${"<a@example.net>: host x said: 550 no\n\n".repeat(40_000)}`],
		["addresses only", `${HEAD}\nfollowing addresses failed:\n${"a@b.example\n".repeat(100_000)}`],
		["brackets", `${HEAD}\n${"<".repeat(1_000_000)}`],
		["at signs", `${HEAD}\ndelivery failed\n${"a@".repeat(500_000)}`],
		["one line of words", `${HEAD}\nYour message could not ${"be delivered to one or ".repeat(50_000)}`],
		["spaces", `${HEAD}\nhas ${" ".repeat(1_000_000)} been delayed`],
		["JSON in JSON", `${HEAD}\n{"Message":${'{"Message":'.repeat(50_000)}`],
	])(
		"%s",
		async (_, message) => {
			// a busy machine takes a second or two; what is not linear takes minutes
			expect(await took(message)).toBeLessThan(8000);
		},
		60_000,
	);

	it("any bytes are a value", async () => {
		const words = fc.constantFrom(
			HEAD,
			MIME,
			REPORT,
			"--b\n",
			"Content-Type: text/plain; charset=utf-7\n",
			"Content-Type: message/delivery-status; charset=\n",
			"Content-Transfer-Encoding: base64\n",
			"\n\n",
			"\u001b$B$3$",
			"=?iso-2022-jp?B?GyRCJCI=?=",
			"----- Transcript of session follows -----\n<<< 550 no\n",
			"<a@b>: ",
			"From x Thu Jan 1 00:00:00 1970\n",
		);
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.oneof(words, fc.string({ unit: "binary" })), { maxLength: 20 }),
				async (parts) => {
					for (const report of await readBounce(bytes(parts.join("")))) expect(report.cause).not.toBe("");
					for (const report of readBounceText(parts.join(""))) expect(report.cause).not.toBe("");
				},
			),
			{ numRuns: 150 },
		);
	}, 60_000);
});

function nested(depth: number): string {
	let text = "";
	for (let at = 0; at < depth; at++) text += `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`;
	return text;
}

describe("an mbox is split as its bytes come", () => {
	const MBOX = `From MAILER-DAEMON  Thu Apr 29 23:34:45 2010\n${HEAD}\nfirst\nFrom here at 12:30 on 1 May 2010 it went on\n\nFrom a@example.com Fri Apr 30 00:00:00 2010\n${HEAD}\nsecond\n`;

	async function split(text: string, size: number): Promise<string[]> {
		const raw = bytes(text);
		async function* chunks() {
			for (let at = 0; at < raw.length; at += size) yield raw.subarray(at, at + size);
		}
		const found: string[] = [];
		for await (const message of splitMbox(chunks())) found.push(new TextDecoder().decode(message));
		return found;
	}

	it.each([1, 7, 64, 1_000_000])("in chunks of %i", async (size) => {
		const messages = await split(MBOX, size);
		expect(messages).toHaveLength(2);
		expect(messages.join("")).toBe(MBOX);
		expect(messages[0]).toContain("it went on");
	});

	it("keeps the beginning of a message only", async () => {
		const [message, next] = await split(
			`From x Thu Apr 29 23:34:45 2010\n${HEAD}\n${"x".repeat(5_000_000)}\n\nFrom y Thu Apr 29 23:34:46 2010\nSubject: next\n`,
			65_536,
		);
		expect(message?.length).toBe(1024 * 1024);
		expect(next).toContain("Subject: next");
	});

	it("a single message is one, whatever its lines say", async () => {
		expect(await split(`${HEAD}\n\nFrom x Thu Apr 29 23:34:45 2010\n`, 10)).toHaveLength(1);
	});
});
