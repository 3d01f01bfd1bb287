/** What the model does not look at: what is told about lines that nobody can read any more, long lines, archives, holes. */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RAW_LENGTH_MAX, type Position } from "@mailtrail/core/wire";
import { hashHead } from "./file-identity.ts";
import { FileSource } from "./follow-file.ts";
import { Generation } from "./generation.ts";
import type { Reading } from "./source.ts";

/** `printf 'from an xz archive\n' | xz`, and the same through bzip2: Node makes neither */
const XZ =
	"/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQASZnJvbSBhbiB4eiBhcmNoaXZlCgAAJkrD07lE4GcAASsTnAlI0h+2830BAAAAAARZWg==";
const BZIP2 = "QlpoOTFBWSZTWanerAAAAAVZgAAQQAAQADti0RAgADFMABNCgPUPUafqid8dU49pkCGVPi7kinChIVO9WAA=";

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
		else if (source.isBusy) {
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

	it("tells it also where there is no log yet when it starts", async () => {
		fs.writeFileSync(log, "one\ntwo\n");
		const position = (await readAll()).at(-1)!.position;
		source.close();
		fs.unlinkSync(log);
		source = open([position]);
		expect(await readAll()).toEqual([]);
		fs.writeFileSync(log, "another\n");
		const readings = await readAll();
		expect(texts(readings)).toEqual(["another"]);
		expect(readings.flatMap(({ gap }) => gap?.reason ?? [])).toEqual([
			expect.stringContaining("rotated away while no agent ran"),
		]);
	});

	it("says of what is lost unread no time before which it may have been written", async () => {
		source.close();
		const half = "x".repeat(99).concat("\n").repeat(3000);
		fs.writeFileSync(log, half + half);
		source = open([]);
		expect(source.next()?.lines.length).toBeGreaterThan(0);
		clock += 60_000;
		fs.truncateSync(log);
		const lost = (await readAll()).flatMap(({ gap }) => gap ?? []);
		expect(lost).toMatchObject([{ from: fs.statSync(log).birthtimeMs, until: expect.any(Number) }]);
	});

	it("goes on in an archive that was made while no agent ran", async () => {
		fs.writeFileSync(log, "one\ntwo\n");
		const position = (await readAll()).at(-1)!.position;
		source.close();
		fs.writeFileSync(`${log}.1.gz`, gzipSync("one\ntwo\nthree\n"));
		fs.writeFileSync(log, "four\n");
		source = open([position]);
		const readings = await readAll();
		expect(texts(readings)).toEqual(["four", "three"]);
		expect(readings[1]).toMatchObject({ from: 8, position: { generation: position.generation, offset: 14 } });
		expect(fs.readdirSync(folder).sort()).toEqual(["mail.log", "mail.log.1.gz"]);
	});

	it("reads the log first, then its rotated files, compressed or not, oldest first", async () => {
		fs.writeFileSync(`${log}-20261119.xz`, Buffer.from(XZ, "base64"));
		fs.writeFileSync(`${log}-20261118.bz2`, Buffer.from(BZIP2, "base64"));
		fs.writeFileSync(`${log}-20261120.zst`, zstdCompressSync("from a zstd archive\n"));
		fs.writeFileSync(`${log}-20261121.gz`, gzipSync("from a gzip archive\n"));
		fs.writeFileSync(`${log}-20261122`, "rotated\n");
		fs.writeFileSync(log, "now\n");
		fs.writeFileSync(`${log}.swp`, "no log\n");
		source.resume([]);
		const readings = await readAll();
		expect(texts(readings)).toEqual([
			"now",
			"from a bzip2 archive",
			"from an xz archive",
			"from a zstd archive",
			"from a gzip archive",
			"rotated",
		]);
		source.close();
		source = open(readings.map(({ position }) => position));
		expect(texts(await readAll())).toEqual([]);
	});

	it("reads a file of the same moment as one that it knows, however the two are named", async () => {
		fs.writeFileSync(log, "first\n");
		const [reading] = await readAll();
		source.close();
		fs.renameSync(log, `${log}.1`);
		fs.writeFileSync(`${log}-20261122`, "second\n");
		fs.writeFileSync(log, "third\n");
		const now = Date.now() / 1000;
		for (const name of [`${log}.1`, `${log}-20261122`, log]) fs.utimesSync(name, now, now);
		source = open([reading!.position]);
		expect(texts(await readAll()).sort()).toEqual(["second", "third"]);
	});

	it("does not expand an archive again that was read to its end", async () => {
		fs.writeFileSync(`${log}.1.gz`, gzipSync("old\n"));
		fs.writeFileSync(log, "now\n");
		source.resume([]);
		const positions = (await readAll()).map(({ position }) => position);
		source.close();
		// damaged behind its beginning: expanding it would be told
		const archive = fs.readFileSync(`${log}.1.gz`);
		fs.writeFileSync(`${log}.2.gz`, archive.subarray(0, -8));
		fs.rmSync(`${log}.1.gz`);
		source = open(positions);
		expect(await readAll()).toEqual([]);
	});

	it("reads a damaged archive up to the damage, and says so", async () => {
		const lines = Array.from({ length: 20_000 }, (_, i) => `${i} ${Math.sin(i)}`);
		const archive = gzipSync(`${lines.join("\n")}\n`);
		fs.writeFileSync(`${log}.1.gz`, archive.subarray(0, archive.length / 2));
		fs.writeFileSync(log, "now\n");
		source.resume([]);
		const readings = await readAll();
		const read = texts(readings);
		expect(read.length).toBeGreaterThan(5000);
		expect(read.slice(1, -1)).toEqual(lines.slice(0, read.length - 2));
		expect(readings.find(({ gap }) => gap)?.gap?.reason).toContain("mail.log.1.gz is damaged");
	});

	it("reads the end of a long log first, and after a kill goes on with both of its parts", async () => {
		const lines = Array.from({ length: 40_000 }, (_, i) => `${i} ${"x".repeat(30)}`);
		fs.writeFileSync(log, `${lines.join("\n")}\n`);
		source.resume([]);
		const first = [source.next()!, source.next()!];
		expect(first[0]?.from).toBe(0);
		expect(Number(first[0]?.lines[0]?.text.split(" ")[0])).toBeGreaterThan(30_000);
		source.close();
		source = open([first[1]!.position]);
		fs.appendFileSync(log, "new\n");
		const rest = await readAll();
		const all = texts([...first, ...rest]);
		expect(all.length).toBe(40_001);
		expect(new Set(all)).toEqual(new Set([...lines, "new"]));
		expect(all.indexOf("new")).toBeLessThan(all.indexOf(lines[0]!));
		source.close();
		source = open([...first, ...rest].map(({ position }) => position));
		expect(await readAll()).toEqual([]);
	});

	it("remembers what is to be read later, should it be killed after the newest lines", async () => {
		fs.writeFileSync(`${log}.2.gz`, gzipSync("oldest\n"));
		fs.writeFileSync(`${log}.1`, "old\n");
		fs.writeFileSync(log, "now\n");
		source.resume([]);
		const positions: Position[] = [];
		for (const reading of await readAll()) {
			positions.push(reading.position);
			if (reading.lines.length > 0) break;
		}
		source.close();
		source = open(positions);
		expect(texts(await readAll())).toEqual(["oldest", "old"]);
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

	it("goes on in a file beyond 4 GiB where the hub has it, and through its rotation", async () => {
		const begin = "one\n";
		const at = 4.5 * 1024 ** 3;
		fs.writeFileSync(log, begin);
		// sparse: what stands between was read long ago
		fs.truncateSync(log, at - 1);
		fs.appendFileSync(log, "\ntwo\n");
		const head = hashHead(Buffer.from(begin));
		source = open([
			{ source: log, generation: "0mg0000000-000001", offset: at, head, headBytes: begin.length },
		]);
		const [first] = await readAll();
		expect(first?.lines).toEqual([{ offset: at, text: "two" }]);
		expect(first?.position).toMatchObject({ generation: "0mg0000000-000001", offset: at + 4 });
		fs.appendFileSync(log, "three\n");
		fs.renameSync(log, `${log}.1`);
		fs.writeFileSync(log, "four\n");
		const rest = await readAll();
		expect(texts(rest)).toEqual(["three", "four"]);
		expect(rest[0]?.lines[0]?.offset).toBe(at + 4);
	});

	it("says that a folder has taken the log's name, and reads on when a log is there again", async () => {
		fs.writeFileSync(log, "one\n");
		await readAll();
		fs.appendFileSync(log, "two\n");
		fs.renameSync(log, `${log}.1`);
		fs.mkdirSync(log);
		expect(texts(await readAll())).toEqual(["two"]);
		clock += 10_000;
		await readAll();
		expect(source.health().error).toContain(log);
		fs.rmdirSync(log);
		fs.writeFileSync(log, "three\n");
		clock += 10_000;
		expect(texts(await readAll())).toEqual(["three"]);
		expect(source.health().error).toBeUndefined();
	});

	it("says that the disk gives an error, and reads all when it gives the file again", async () => {
		fs.writeFileSync(log, "one\n");
		await readAll();
		fs.appendFileSync(log, "two\n");
		const broken = vi.spyOn(Generation.prototype, "take").mockImplementation(() => {
			throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
		});
		expect(await readAll()).toEqual([]);
		expect(source.health().error).toContain("EIO");
		broken.mockRestore();
		expect(texts(await readAll())).toEqual(["two"]);
		expect(source.health().error).toBeUndefined();
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
