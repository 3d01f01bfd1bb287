/** What the model does not look at: what is told about lines that nobody can read any more, long lines, archives, holes. */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RAW_LENGTH_MAX, type Position } from "@mailtrail/core/wire";
import { FileSource } from "./follow-file.ts";
import type { Reading } from "./source.ts";

let folder: string;
let log: string;
let source: FileSource;
let clock: number;

beforeEach(() => {
	folder = fs.mkdtempSync(join(tmpdir(), "follow-"));
	log = join(folder, "mail.log");
	clock = Date.now();
	source = open([]);
});

afterEach(() => {
	source.close();
	fs.rmSync(folder, { recursive: true });
});

function open(positions: Position[]): FileSource {
	const opened = new FileSource(log, { folder, now: () => (clock += 300), watch: false });
	opened.resume(positions);
	return opened;
}

/** Reads all there is; an archive that is being expanded is waited for. */
async function readAll(): Promise<Reading[]> {
	const readings: Reading[] = [];
	for (;;) {
		const reading = source.next();
		if (reading) readings.push(reading);
		else if (source.expanding) {
			await new Promise<void>((done) => {
				source.onChange = done;
			});
		} else return readings;
	}
}

const texts = (readings: readonly Reading[]) =>
	readings.flatMap((each) => each.lines.map((line) => line.text));
const gaps = (readings: readonly Reading[]) => readings.flatMap((each) => (each.gap ? [each.gap.bytes] : []));

describe("a followed file", () => {
	it("tells how much was truncated before it was read", async () => {
		fs.writeFileSync(log, "one\ntorn");
		expect(texts(await readAll())).toEqual(["one"]);
		fs.appendFileSync(log, " line\nthree\n");
		source.next();
		fs.writeFileSync(log, "new\n");
		const readings = await readAll();
		expect(texts(readings)).toContain("new");
		fs.appendFileSync(log, "unfinished");
		await readAll();
		fs.truncateSync(log, 0);
		expect(gaps(await readAll())).toEqual(["unfinished".length]);
	});

	it("tells that the log it had read is gone", async () => {
		fs.writeFileSync(log, "one\ntwo\n");
		const position = (await readAll()).at(-1)!.position;
		source.close();
		fs.writeFileSync(log, "another\n");
		source = open([position]);
		const readings = await readAll();
		expect(texts(readings)).toEqual(["another"]);
		expect(readings[0]?.gap?.reason).toContain("rotated away while no agent ran");
	});

	it("goes on in an archive that was made while no agent ran", async () => {
		fs.writeFileSync(log, "one\ntwo\n");
		const position = (await readAll()).at(-1)!.position;
		source.close();
		fs.writeFileSync(`${log}.1.gz`, gzipSync("one\ntwo\nthree\n"));
		fs.writeFileSync(log, "four\n");
		source = open([position]);
		const readings = await readAll();
		expect(texts(readings)).toEqual(["three", "four"]);
		expect(readings[0]).toMatchObject({ from: 8, position: { generation: position.generation, offset: 14 } });
		expect(fs.readdirSync(folder).sort()).toEqual(["mail.log", "mail.log.1.gz"]);
	});

	it("reads rotated files first, oldest first, and leaves older archives alone", async () => {
		fs.writeFileSync(`${log}.3.gz`, gzipSync("archived\n"));
		fs.writeFileSync(`${log}-20261120`, "one\n");
		fs.writeFileSync(`${log}.1`, "two\n");
		fs.writeFileSync(log, "three\n");
		fs.writeFileSync(`${log}.swp`, "no log\n");
		fs.utimesSync(`${log}-20261120`, 1000, 1000);
		fs.utimesSync(`${log}.1`, 2000, 2000);
		source.resume([]);
		expect(texts(await readAll())).toEqual(["one", "two", "three"]);
	});

	it("cuts a line that is longer than a read, and counts what was cut", async () => {
		const length = 3 * 1024 * 1024;
		fs.writeFileSync(log, `one\n${"x".repeat(length)}\ntwo\n`);
		const readings = await readAll();
		expect(texts(readings)).toEqual(["one", "x".repeat(RAW_LENGTH_MAX), "two"]);
		expect(gaps(readings)).toEqual([length - RAW_LENGTH_MAX]);
		expect(readings.at(-1)?.position.offset).toBe(length + 9);
	});

	it("steps over the hole that a writer leaves which does not notice a truncation", async () => {
		const hole = 5 * 1024 * 1024;
		fs.writeFileSync(log, "");
		fs.truncateSync(log, hole);
		fs.appendFileSync(log, "after the hole\nnext\n");
		const readings = await readAll();
		expect(texts(readings)).toEqual(["after the hole", "next"]);
		expect(readings[0]?.lines[0]?.offset).toBe(0);
	});

	it("says what is missing, and the command that helps", async () => {
		expect(source.health().error).toBeUndefined();
		await readAll();
		expect(source.health().error).toContain("does not exist");
		fs.mkdirSync(log);
		await readAll();
		expect(source.health().lag).toBe(0);
	});
});
