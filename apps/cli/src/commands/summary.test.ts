/** The command as scripts call it: what it prints, and how it ends. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test, vi } from "vitest";

// every case starts a process, on machines that may be busy
vi.setConfig({ testTimeout: 60_000 });

const MAIN = join(import.meta.dirname, "../main.ts");
const folder = mkdtempSync(join(tmpdir(), "mailtrail-summary-"));
afterAll(() => rmSync(folder, { recursive: true }));

const day = (
	date: string,
	id: string,
): string => `${date}T09:00:00+00:00 mx postfix/smtpd[1]: connect from a.example[192.0.2.1]
${date}T09:00:01+00:00 mx postfix/smtpd[1]: ${id}: client=a.example[192.0.2.1]
${date}T09:00:01+00:00 mx postfix/qmgr[3]: ${id}: from=<a@a.example>, size=2048, nrcpt=1 (queue active)
${date}T09:00:02+00:00 mx postfix/smtp[4]: ${id}: to=<b@b.example>, relay=mx[192.0.2.2]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 Ok)
${date}T09:00:02+00:00 mx postfix/qmgr[3]: ${id}: removed
${date}T09:00:03+00:00 mx postfix/smtpd[1]: disconnect from a.example[192.0.2.1]
`;
const first = join(folder, "mail.log.1.gz");
const second = join(folder, "mail.log");
writeFileSync(first, gzipSync(day("2026-01-30", "4B161400A0")));
writeFileSync(second, day("2026-01-31", "4B161400A1"));

function run(args: string[], input = "") {
	return spawnSync(process.execPath, [MAIN, "summary", "--tz", "UTC", ...args], { input, encoding: "utf8" });
}

interface Printed {
	from: string;
	until: string;
	totals: Record<string, number>;
	days: { day: string }[];
	hours: { hour: number; received: number; average?: { received: number } }[];
	domains: { recipient: object[]; sender: object[] };
	hosts: { host: string; totals: Record<string, number> }[];
	reasons: Record<string, object[]>;
}

const summaryOf = (...args: string[]): Printed => JSON.parse(run(["--json", ...args]).stdout) as Printed;

test("--json has the contract's shape; a pattern's pieces, compressed or not, are one log", () => {
	const summary = summaryOf("--log", `mx=${folder}/mail.log*`);
	expect(summary.totals).toEqual({
		received: 2,
		delivered: 2,
		forwarded: 0,
		deferred: 0,
		deferrals: 0,
		bounced: 0,
		expired: 0,
		rejected: 0,
		rejectWarnings: 0,
		held: 0,
		discarded: 0,
		bytesReceived: 4096,
		bytesDelivered: 4096,
		senders: 1,
		sendingHosts: 1,
		recipients: 1,
		recipientHosts: 1,
	});
	expect([summary.from, summary.until]).toEqual(["2026-01-30T09:00:00+00:00", "2026-01-31T09:00:03+00:00"]);
	expect(summary.days.map((each) => each.day)).toEqual(["2026-01-30", "2026-01-31"]);
	expect(summary.hours[9]).toMatchObject({ hour: 9, received: 2, average: { received: 1 } });
	expect(summary.domains).toEqual({
		recipient: [
			{ domain: "b.example", messages: 2, bytes: 4096, deferrals: 0, averageDelay: 1, maxDelay: 1 },
		],
		sender: [{ domain: "a.example", messages: 2, bytes: 4096 }],
	});
	expect(Object.keys(summary.reasons)).toEqual(expect.arrayContaining(["deferred", "bounced", "rejected"]));
});

test("several hosts: each by itself and all together", () => {
	const { totals, hosts } = summaryOf("--log", `one=${first}`, "--log", `two=${second}`);
	expect(totals).toMatchObject({ received: 2, senders: 1 });
	expect(hosts.map(({ host, totals: own }) => [host, own.received])).toEqual([
		["one", 1],
		["two", 1],
	]);
});

test("--since and --until, as options and as words", () => {
	const log = ["--log", `mx=${folder}/mail.log*`];
	expect(summaryOf("--since", "2026-01-31", ...log).totals.received).toBe(1);
	expect(summaryOf("until:2026-01-30", ...log).totals.received).toBe(1);
	expect(run(["--since", "2027-01-01", ...log]).status).toBe(1);
});

test("for people: aligned, with units, every row of the lists up to the limit", () => {
	const { stdout, status } = run(["--log", "mx=-", "--limit", "1"], day("2026-01-31", "4B161400A0"));
	expect(status).toBe(0);
	expect(stdout).toContain("\n        1  received\n        1  delivered\n");
	expect(stdout).toContain("  2.0 KiB  received\n");
	expect(stdout).toContain("     1  2.0 KiB          0      1.0 s      1.0 s  b.example\n");
});

test("--count prints the totals alone", () => {
	expect(JSON.parse(run(["--count", "--log", `mx=${second}`]).stdout)).toMatchObject({
		received: 1,
		delivered: 1,
	});
});

test("nothing found is 1; bad use is 2 and says what to do", () => {
	expect(run(["--log", "mx=-"], "")).toMatchObject({ status: 1, stdout: "" });
	expect(run([])).toMatchObject({ status: 2, stderr: expect.stringContaining("--log HOST=PATH") });
	expect(run(["bob@example.net", "--log", `mx=${second}`])).toMatchObject({
		status: 2,
		stderr: expect.stringContaining("mailtrail trace"),
	});
	expect(run(["--since", "someday", "--log", `mx=${second}`])).toMatchObject({
		status: 2,
		stderr: expect.stringContaining("since:someday"),
	});
	expect(run(["--log", `mx=${folder}/none.log`])).toMatchObject({
		status: 2,
		stderr: expect.stringContaining("none.log"),
	});
});
