import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type HealthFile, writeHealth } from "./health-file.ts";
import { status } from "./status.ts";

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "status-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const NOW = Date.parse("2026-11-22T12:00:00Z");
const quiet: HealthFile = {
	...{
		writtenAt: NOW,
		startedAt: NOW - 60_000,
		pid: 7,
		version: "1.0.0",
		host: "mx1",
		hub: "https://hub.example/",
	},
	...{
		state: "streaming",
		acknowledged: 10,
		memory: 36 * 1_048_576,
		sources: [],
		kept: {},
		unparsedSamples: [],
	},
	...{ gapCount: 0, gaps: [] },
};

function tell(health: Partial<HealthFile>, json = false) {
	writeHealth(folder, { ...quiet, ...health });
	return status(folder, json, NOW);
}

it("is short where all is well", () => {
	const { exit, text } = tell({
		sources: [{ source: "/var/log/mail.log", lag: 0, size: 5, lastLineAt: NOW - 3_000 }],
	});
	expect(exit).toBe(0);
	expect(text).toBe(
		[
			"Running as mx1 (process 7), connected to https://hub.example/",
			"10 lines acknowledged since 2026-11-22T11:59:00Z, 36 MB of memory, 0 % of a processor",
			"  /var/log/mail.log: up to date, last line 3 s ago",
		].join("\n"),
	);
});

it("tells of everything that a person has to see, and what to run", () => {
	const { text } = tell({
		read: { lines: 12_000, bytes: 3_000_000, unparsed: 2, kept: 40 },
		kept: { "program:sshd": 40, "kind:other": 0 },
		pseudonyms: true,
		backlog: { total: 100 * 1_048_576, left: 25 * 1_048_576, seconds: 300 },
		spool: { bytes: 3 * 1_048_576, limit: 256 * 1_048_576, problem: "the disk is full" },
		clockAhead: -90_000,
		cpu: 3.5,
		queue: { mta: "postfix", messages: 12, oldestAt: NOW - 3_600_000 },
		losses: [{ at: NOW - 5_000, lines: 112_500, by: "journald", of: "postfix@-.service" }],
		gapCount: 1,
		gaps: [{ at: NOW, source: "/var/log/mail.log", bytes: 512, reason: "truncated" }],
		unparsedSamples: ["Nov 22 12:00:00 mx postfix/smtpd[1]: what is this"],
		sources: [
			{ source: "/var/log/mail.log", lag: 0, size: 0, stall: { cause: "deleted", since: NOW - 60_000 } },
			{ source: "lost-lines", lag: 0, size: 0 },
		],
	});
	for (const words of [
		"12000 lines read (2.9 MB), 2 of unknown shape, 40 stayed here (program:sshd 40)",
		"People leave this host as pseudonyms",
		"Backlog: 75 % of 100 MB sent, 25 MB left, about 5 min to go",
		"3.0 MB of 256 MB wait on disk for the hub; the disk is full",
		"This clock is 90 s behind the hub's",
		"3.5 % of a processor",
		"queue of postfix: 12 messages, the oldest for 60 min",
		"journald's rate limit threw 112500 lines of postfix@-.service away",
		"RateLimitIntervalSec=0",
		"512 bytes, truncated",
		"what is this",
		"systemctl restart rsyslog",
	])
		expect(text).toContain(words);
	expect(text).not.toContain("lost-lines:");
});

it("gives programs the same facts", () => {
	const { text } = tell({ read: { lines: 1, bytes: 2, unparsed: 0, kept: 0 }, clockAhead: 5 }, true);
	expect(JSON.parse(text)).toMatchObject({ running: true, read: { lines: 1 }, clockAhead: 5, host: "mx1" });
});

it("says how it ended where it does not run", () => {
	expect(tell({ state: "refused", why: "revoked" })).toMatchObject({
		exit: 3,
		text: expect.stringMatching(/^Not running; last seen .*: revoked\n/),
	});
	expect(tell({ writtenAt: NOW - 60_000 })).toMatchObject({
		exit: 1,
		text: expect.stringMatching(/^Not running; .*\nStart it: mailtrail-agent run --state /),
	});
});

it("names the commands where there is something to do", () => {
	expect(status(folder, false, NOW).text).toContain(
		"not enrolled: on the hub: mailtrail-hub token; then here:",
	);
	expect(tell({ state: "refused", why: "revoked" }).text).toContain(
		"on the hub: mailtrail-hub token --host mx1; then here: mailtrail-agent enrol https://hub.example/ --token TOKEN --host mx1 --state",
	);
	expect(tell({ state: "waiting", why: "ECONNREFUSED" }).text).toContain(
		"curl -sS https://hub.example/ready",
	);
	const problem = "the spool cannot be written: ENOSPC: no space left on device, write";
	expect(tell({ spool: { bytes: 1, limit: 2, problem } }).text).toContain(`write: df -h ${folder}`);
	writeFileSync(join(folder, "enrolment.json"), "{}");
	rmSync(join(folder, "health.json"));
	expect(status(folder, false, NOW).text).toContain(`Start it: mailtrail-agent run --state ${folder}`);
});

it.runIf(existsSync("/proc/self/cmdline"))(
	"knows an agent that cannot write how it is, and no other program",
	async () => {
		const program = join(folder, "mailtrail-agent");
		writeFileSync(program, "#!/bin/sh\nread line\n");
		const child = spawn("/bin/sh", [program], { stdio: ["pipe", "ignore", "ignore"] });
		const { pid = 0 } = child;
		try {
			await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).toContain(program));
			const { exit, text } = tell({ writtenAt: NOW - 60_000, pid });
			expect(exit).toBe(3);
			expect(text).toContain("Running as mx1");
			expect(text).toContain(
				`has not written how it is for 60 s, what follows is of then: its disk may be full, df -h ${folder}`,
			);
			expect(tell({ writtenAt: NOW - 60_000, pid: process.pid }).exit).toBe(1);
		} finally {
			child.kill();
		}
	},
);
