import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readLoss } from "./lost-lines.ts";
import { LossSource } from "./watch-losses.ts";

describe("what logging says of lost lines", () => {
	// systemd 252 and rsyslog 8.2302 of Debian 12 under a flood of `logger -p mail.info`
	it.each([
		[
			"Suppressed 112500 messages from postfix@-.service",
			{ lines: 112_500, by: "journald", of: "postfix@-.service" },
		],
		["Forwarding to syslog missed 97685 messages.", { lines: 97_685, by: "forwarding", of: "" }],
		[
			"imuxsock[pid: 262, name: logger] from <vm:postfix>: begin to drop messages due to rate-limiting",
			{ lines: 0, by: "rsyslog", of: "imuxsock" },
		],
		[
			"imuxsock[pid: 262, name: logger]: 276 messages lost due to rate-limiting (10 allowed within 3 seconds)",
			{ lines: 276, by: "rsyslog", of: "imuxsock" },
		],
		[
			"imjournal: 1500 messages lost due to rate-limiting (20000 allowed within 600 seconds)",
			{ lines: 1500, by: "rsyslog", of: "imjournal" },
		],
		["Suppressed 3 messages from cron.service", undefined],
		['[origin software="rsyslogd" swVersion="8.2302.0"] start', undefined],
	])("%s", (message, wanted) => {
		expect(readLoss(message)).toEqual(wanted);
	});
});

describe("the watch", () => {
	let folder: string;
	const now = () => 1_795_344_000_000;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "losses-"));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	/** A journalctl that prints what a real one printed, and notes how it was called. */
	function journalctl(...messages: string[]): string {
		const path = join(folder, "journalctl");
		const entries = messages.map((MESSAGE, i) =>
			JSON.stringify({ __CURSOR: `s=1;i=${i}`, __REALTIME_TIMESTAMP: "1795344573414711", MESSAGE }),
		);
		writeFileSync(join(folder, "answer"), `${entries.join("\n")}\n`);
		writeFileSync(path, `#!/bin/sh\necho "$@" >> ${folder}/calls\ncat ${folder}/answer\n`);
		chmodSync(path, 0o755);
		return path;
	}

	it("tells each loss once, as a gap with the journal's cursor, and goes on behind it", async () => {
		const program = journalctl(
			"Suppressed 112500 messages from postfix@-.service",
			"Forwarding to syslog missed 7 messages.",
		);
		writeFileSync(join(folder, "rsyslog.conf"), 'module(load="imjournal" StateFile="x")\n');
		const options = {
			journalctl: program,
			now,
			files: [],
			readsJournal: false,
			rsyslog: join(folder, "rsyslog.conf"),
		};
		const watch = new LossSource(options);
		watch.resume([]);
		await watch.look();
		const [first, second] = [watch.next(), watch.next()];
		expect(first).toMatchObject({
			from: 0,
			lines: [],
			position: { offset: 112_500, cursor: "s=1;i=0" },
			gap: { bytes: 0, reason: "journald's rate limit dropped 112500 lines of postfix@-.service" },
		});
		expect(second).toMatchObject({ from: 112_500, position: { offset: 112_507, cursor: "s=1;i=1" } });
		expect(watch.next()).toBeUndefined();
		expect(watch.recent).toHaveLength(2);
		watch.close();

		const again = new LossSource(options);
		again.resume([second!.position]);
		expect(again.reached().values().next().value).toBe(112_507);
		await again.look();
		again.close();
		const calls = readFileSync(join(folder, "calls"), "utf8").split("\n");
		expect(calls[0]).toContain("--since=@1795344000 ");
		expect(calls[1]).toContain("--after-cursor=s=1;i=1 ");
	});

	it.each([
		["the journal", true, "", ["journald's"]],
		["files that syslog is handed", false, '#module(load="imjournal")', ["journald could"]],
		[
			"files that rsyslog fills from the journal",
			false,
			'module(load="imjournal")',
			["journald's", "journald could"],
		],
	])("tells what the agent lost that reads %s", async (_, readsJournal, settings, wanted) => {
		const program = journalctl(
			"Suppressed 5 messages from postfix@-.service",
			"Forwarding to syslog missed 7 messages.",
		);
		writeFileSync(join(folder, "rsyslog.conf"), settings);
		const rsyslog = join(folder, "rsyslog.conf");
		const watch = new LossSource({ journalctl: program, now, files: [], readsJournal, rsyslog });
		watch.resume([]);
		await watch.look();
		const reasons = [watch.next(), watch.next()].flatMap((each) => each?.gap?.reason ?? []);
		expect(reasons.map((reason) => wanted.find((each) => reason.startsWith(each)))).toEqual(wanted);
		watch.close();
	});

	it("reads rsyslog's own messages in a file where there is no journal, the new ones alone", async () => {
		const file = join(folder, "messages");
		const line = (n: number) =>
			`2026-11-22T10:50:20.670973+00:00 vm rsyslogd: imuxsock[pid: 262, name: logger]: ${n} messages lost due to rate-limiting (10 allowed within 3 seconds)\n`;
		writeFileSync(file, line(1));
		const watch = new LossSource({
			journalctl: join(folder, "none"),
			readsJournal: false,
			now,
			files: [file, join(folder, "no-file")],
		});
		watch.resume([]);
		await watch.look();
		expect(watch.next()).toBeUndefined();
		appendFileSync(file, `${line(276)}Nov 22 torn`);
		await watch.look();
		expect(watch.next()?.gap?.reason).toBe("rsyslog's rate limit (imuxsock) dropped 276 lines");
		writeFileSync(file, line(5));
		await watch.look();
		expect(watch.next()?.gap?.reason).toContain("dropped 5 lines");
		watch.close();
	});
});
