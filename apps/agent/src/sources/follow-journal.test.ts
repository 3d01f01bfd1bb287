/**
 * The journal source against real journal files and the real journalctl: systemd-journal-remote writes the files, so
 * no running systemd is needed. Where the two programs are not installed there is nothing to test with.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseLine } from "@mailtrail/core/parse";
import type { Position } from "@mailtrail/core/wire";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { JournalSource } from "./follow-journal.ts";
import { readEntry } from "./journal-entry.ts";
import type { Reading } from "./source.ts";

vi.setConfig({ testTimeout: 30_000 });

const WRITER = ["/lib/systemd/systemd-journal-remote", "/usr/lib/systemd/systemd-journal-remote"].find(
	(path) => existsSync(path),
);
const canRun = WRITER !== undefined && spawnSync("journalctl", ["--version"]).status === 0;
const START = 1_795_327_654_000_000;

describe.runIf(canRun)("a journal (systemd-journal-remote and journalctl)", () => {
	let folder: string;
	let count: number;
	let boot: string;
	const sources: JournalSource[] = [];

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "journal-"));
		mkdirSync(join(folder, "files"));
		count = 0;
		boot = "0123456789abcdef0123456789abcdef";
	});

	afterEach(() => {
		for (const source of sources.splice(0)) source.close();
		rmSync(folder, { recursive: true });
	});

	/** entries of the mail facility, each followed by one of another facility */
	function write(entries: number, name = "system"): string[] {
		const messages: string[] = [];
		let text = "";
		for (let i = 0; i < entries; i++) {
			const message = `${(0x3f2a100000 + count).toString(16).toUpperCase()}: removed`;
			messages.push(message);
			text += entry(2, message) + entry(3, "no mail");
			count++;
		}
		append(text, name);
		return messages;
	}

	/** entries of another facility alone */
	function writeOthers(entries: number, name: string): void {
		let text = "";
		for (let i = 0; i < entries; i++) {
			text += entry(3, "no mail");
			count++;
		}
		append(text, name);
	}

	function append(text: string, name: string): void {
		const file = join(folder, "files", `${name}.journal`);
		execFileSync(WRITER!, ["-o", file, "-"], { input: text, stdio: ["pipe", "ignore", "ignore"] });
	}

	function entry(facility: number, message: string): string {
		const fields = [
			`__REALTIME_TIMESTAMP=${START + count * 1000 + facility}`,
			`__MONOTONIC_TIMESTAMP=${count * 1000 + facility}`,
			`_BOOT_ID=${boot}`,
			`SYSLOG_FACILITY=${facility}`,
			"SYSLOG_IDENTIFIER=postfix/qmgr",
			"SYSLOG_PID=77",
			"_HOSTNAME=mx",
			`MESSAGE=${message}`,
		];
		return `${fields.join("\n")}\n\n`;
	}

	function open(positions: Position[], markMs?: number): JournalSource {
		const options = { journalctl: "journalctl", now: Date.now, ...(markMs !== undefined && { markMs }) };
		const source = new JournalSource(`journal:${join(folder, "files")}`, options);
		sources.push(source);
		source.resume(positions);
		return source;
	}

	async function read(source: JournalSource, lines: number): Promise<Reading[]> {
		const readings: Reading[] = [];
		let got = 0;
		while (got < lines) {
			const reading = source.next();
			if (reading) {
				readings.push(reading);
				got += reading.lines.length;
			} else {
				await new Promise<void>((done) => {
					source.onChange = done;
				});
			}
		}
		return readings;
	}

	const messages = (readings: readonly Reading[]) =>
		readings.flatMap((each) => each.lines.map((line) => String(JSON.parse(line.text).MESSAGE)));

	it("gives the mail facility's entries, from the beginning and as they come", async () => {
		const before = write(700);
		const source = open([]);
		const first = await read(source, 700);
		expect(messages(first)).toEqual(before);
		const after = write(3);
		expect(messages(await read(source, 3))).toEqual(after);
		const event = parseLine(first[0]!.lines[0]!.text, { zone: "UTC", now: START / 1000 });
		expect(event).toMatchObject({
			program: "postfix/qmgr",
			pid: 77,
			host: "mx",
			kind: "removed",
			queueId: "3F2A100000",
		});
	});

	it("goes on after the hub's cursor, with the hub's offsets", async () => {
		write(10);
		const [first] = await read(open([]), 10);
		const after = write(2);
		const readings = await read(open([first!.position]), 2);
		expect(messages(readings)).toEqual(after);
		expect(readings[0]).toMatchObject({
			from: first!.position.offset,
			position: { generation: first!.position.generation },
		});
	});

	it("reads what was logged before the machine booted, from the beginning and after a cursor", async () => {
		const first = write(1);
		const [{ position }] = (await read(open([]), 1)) as [Reading];
		const before = write(2);
		boot = "fedcba9876543210fedcba9876543210";
		const after = write(2);
		expect(messages(await read(open([]), 5))).toEqual([...first, ...before, ...after]);
		const source = open([position]);
		expect(messages(await read(source, 4))).toEqual([...before, ...after]);
		boot = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";
		const latest = write(2);
		expect(messages(await read(source, 2))).toEqual(latest);
	});

	it("passes over nothing where the entry that was read last was vacuumed, and says what may be missing", async () => {
		write(600, "older");
		const before = await read(open([]), 600);
		const after = write(3, "newer");
		rmSync(join(folder, "files", "older.journal"));
		const readings = await read(open([before.at(-1)!.position]), 3);
		expect(messages(readings)).toEqual(after);
		const gaps = readings.flatMap(({ gap }) => gap ?? []);
		const [from, until] = [count - 4, count - 3].map((each) => Math.floor((START + each * 1000) / 1000));
		expect(gaps).toMatchObject([{ bytes: 0, from, until, reason: expect.stringContaining("vacuumed") }]);
		const again = open([readings.at(-1)!.position]);
		expect(messages(await read(again, 0))).toEqual([]);
		const later = write(2, "newer");
		const more = await read(again, 2);
		expect(messages(more)).toEqual(later);
		expect(more.flatMap(({ gap }) => gap ?? [])).toEqual([]);
	});

	it("says nothing of entries that were no mail, when they were vacuumed behind the last mail", async () => {
		write(3, "older");
		const mail = await read(open([]), 3);
		writeOthers(5, "newer");
		const source = open([mail.at(-1)!.position], 50);
		const moved = await vi.waitUntil(() => source.next(), { timeout: 20_000 });
		expect(moved).toMatchObject({ lines: [], from: mail.at(-1)!.position.offset });
		expect(moved.gap).toBeUndefined();
		source.close();
		rmSync(join(folder, "files", "older.journal"));
		const again = open([moved.position]);
		const after = write(2, "newer");
		const readings = await read(again, 2);
		expect(messages(readings)).toEqual(after);
		expect(readings.flatMap(({ gap }) => gap ?? [])).toEqual([]);
	});

	it("says once what may be missing where no mail has come since", async () => {
		write(3, "older");
		const mail = await read(open([]), 3);
		writeOthers(5, "newer");
		rmSync(join(folder, "files", "older.journal"));
		const source = open([mail.at(-1)!.position], 50);
		const moved = await vi.waitUntil(() => source.next(), { timeout: 20_000 });
		expect(moved).toMatchObject({ lines: [], gap: { from: expect.any(Number), until: expect.any(Number) } });
		const again = open([moved.position], 50);
		const after = write(2, "newer");
		const readings = await read(again, 2);
		expect(messages(readings)).toEqual(after);
		expect(readings.flatMap(({ gap }) => gap ?? [])).toEqual([]);
	});

	it("goes on with what comes where nothing of the journal was left", async () => {
		write(3, "older");
		const [first] = await read(open([]), 3);
		rmSync(join(folder, "files", "older.journal"));
		const source = open([first!.position]);
		const after = write(2, "newer");
		expect(messages(await read(source, 2))).toEqual(after);
	});
});

describe("a journal source", () => {
	it("says when journalctl is not installed", async () => {
		const source = new JournalSource("journal", { journalctl: "/nowhere/journalctl", now: Date.now });
		source.resume([]);
		await vi.waitFor(() => expect(source.health().error).toContain("not installed"));
		source.close();
	});

	it("keeps an entry's own fields only, and drops what is no entry", () => {
		const json = '{"__CURSOR":"s=1;i=2","_BOOT_ID":"b","MESSAGE":"m","_HOSTNAME":"h"}';
		expect(readEntry(json)).toMatchObject({
			line: '{"_HOSTNAME":"h","MESSAGE":"m"}',
			cursor: "s=1;i=2",
			cut: 0,
		});
		expect(readEntry("-- Reboot --")).toBeUndefined();
		expect(readEntry('{"MESSAGE":"without cursor"}')).toBeUndefined();
	});
});
