/** A copy takes the log's place while a writer has the old file open: what each of them gets arrives once, and what cannot is told. */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Position } from "@mailtrail/core/wire";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FileSource } from "./follow-file.ts";
import type { LogFile } from "./log-file.ts";
import type { Reading } from "./source.ts";
import { sharedBy } from "./strays.ts";

const QUIET = 600_000;
let folder: string;
let log: string;
let writer: number;
let clock: number;
let source: FileSource;
/** what the hub has, by generation */
let committed: Map<string, Position>;

beforeEach(() => {
	folder = fs.mkdtempSync(join(tmpdir(), "strays-"));
	log = join(folder, "mail.log");
	clock = Date.now();
	committed = new Map();
	writer = fs.openSync(log, "a");
	source = start();
});

afterEach(() => {
	source.close();
	fs.closeSync(writer);
	fs.rmSync(folder, { recursive: true });
});

function start(tail?: number): FileSource {
	const options = { folder, now: () => (clock += 300), watch: false, quiet: QUIET };
	const started = new FileSource(log, tail === undefined ? options : { ...options, tail });
	started.resume([...committed.values()]);
	return started;
}

const lines = (what: string, count: number) =>
	Array.from({ length: count }, (_, i) => `${what} ${i}\n`).join("");

function readAll(): Reading[] {
	const readings: Reading[] = [];
	for (let next = source.next(); next; next = source.next()) {
		expect(next.from).toBe(committed.get(next.position.generation)?.offset ?? 0);
		committed.set(next.position.generation, next.position);
		readings.push(next);
	}
	return readings;
}

const read = () =>
	readAll()
		.flatMap((each) => each.lines.map(({ text }) => `${text}\n`))
		.join("");

/** with what has to be expanded first */
async function readWhatComes(): Promise<string> {
	let got = read();
	while (source.isBusy) {
		await new Promise<void>((done) => {
			source.onChange = done;
		});
		got += read();
	}
	return got;
}

function takePlace(): void {
	fs.copyFileSync(log, join(folder, "copy"));
	fs.renameSync(join(folder, "copy"), log);
}

function reopen(): void {
	fs.closeSync(writer);
	writer = fs.openSync(log, "a");
}

it("reads what the writer still writes to the file that had the name, and then the copy", () => {
	fs.writeSync(writer, lines("first", 200));
	read();
	takePlace();
	expect(read()).toBe("");
	fs.writeSync(writer, lines("late", 3));
	expect(read()).toBe(lines("late", 3));
	reopen();
	fs.writeSync(writer, lines("new", 3));
	expect(read()).toBe(lines("new", 3));
});

it("finds where the two went apart when it comes to look later", () => {
	fs.writeSync(writer, lines("first", 2000));
	read();
	fs.writeSync(writer, lines("unread", 2000));
	takePlace();
	fs.writeSync(writer, lines("late", 700));
	reopen();
	fs.writeSync(writer, lines("new", 900));
	const expected = lines("unread", 2000) + lines("late", 700) + lines("new", 900);
	expect([...read()].sort().join("")).toBe([...expected].sort().join(""));
});

it("finds it in a log of few lines, and in a copy that is shorter than what was read", () => {
	fs.writeSync(writer, lines("first", 2));
	takePlace();
	fs.writeSync(writer, lines("late", 9));
	expect([...read()].sort().join("")).toBe([...(lines("first", 2) + lines("late", 9))].sort().join(""));
	fs.writeSync(writer, lines("later", 9));
	reopen();
	fs.writeSync(writer, lines("new", 1));
	expect([...read()].sort().join("")).toBe([...(lines("later", 9) + lines("new", 1))].sort().join(""));
});

it("goes on in the copy alone after a kill, and says that the old file's lines may be missing", () => {
	fs.writeSync(writer, lines("first", 200));
	read();
	takePlace();
	read();
	fs.writeSync(writer, lines("late", 3));
	read();
	source.close();
	fs.appendFileSync(log, lines("new", 3));
	source = start();
	const readings = readAll();
	expect(readings.flatMap((each) => each.lines.map(({ text }) => text))).toEqual(["new 0", "new 1", "new 2"]);
	const gaps = readings.flatMap(({ gap }) => gap ?? []);
	expect(gaps).toMatchObject([{ from: expect.any(Number), until: expect.any(Number) }]);
	expect(gaps[0]?.reason).toContain("a copy took the log's place");
	source.close();
	source = start();
	expect(readAll()).toEqual([]);
});

it("says nothing of an old file that nobody wrote to for long", () => {
	fs.writeSync(writer, lines("first", 200));
	read();
	takePlace();
	read();
	fs.writeSync(writer, lines("late", 3));
	read();
	clock += QUIET;
	read();
	source.close();
	source = start();
	expect(readAll()).toEqual([]);
});

it("does not take a copy that is being made for a new log", () => {
	fs.writeSync(writer, lines("first", 200));
	read();
	const copy = fs.openSync(`${log}.1`, "w");
	expect(read()).toBe("");
	fs.writeSync(copy, fs.readFileSync(log));
	fs.closeSync(copy);
	fs.truncateSync(log);
	expect(read()).toBe("");
	fs.writeSync(writer, lines("new", 3));
	expect(read()).toBe(lines("new", 3));
});

it("knows the lines that are put back into an emptied log from those that are written then", () => {
	fs.writeSync(writer, lines("first", 900));
	read();
	fs.truncateSync(log);
	expect(read()).toBe("");
	fs.writeSync(writer, lines("first", 450));
	fs.writeSync(writer, lines("new", 3));
	expect(read()).toBe(lines("new", 3));
	fs.truncateSync(log);
	fs.writeSync(writer, lines("first", 440));
	fs.writeSync(writer, lines("newer", 3));
	expect(read()).toBe(lines("newer", 3));
});

it.each([
	["seen empty", () => void read()],
	["not seen empty", () => {}],
])("says when lines may be missing that came right before it was written over (%s)", (_, look) => {
	fs.writeSync(writer, lines("first", 900));
	read();
	const seenAt = clock;
	fs.truncateSync(log);
	look();
	fs.writeSync(writer, lines("first", 450));
	const gaps = readAll().flatMap(({ gap }) => gap ?? []);
	expect(gaps).toMatchObject([{ bytes: 0, from: expect.any(Number), until: expect.any(Number) }]);
	expect(gaps[0]?.from).toBeLessThanOrEqual(seenAt);
	expect(gaps[0]?.until).toBeGreaterThan(seenAt);
});

it("knows them when the log is cut again, to more than it had after the first time", () => {
	fs.writeSync(writer, lines("first", 900));
	read();
	fs.truncateSync(log);
	fs.writeSync(writer, lines("first", 450));
	expect(read()).toBe("");
	fs.writeSync(writer, lines("second", 1500));
	expect(read()).toBe(lines("second", 1500));
	fs.truncateSync(log);
	fs.writeSync(writer, lines("first", 450) + lines("second", 700));
	expect(read()).toBe("");
	fs.writeSync(writer, lines("new", 3));
	expect(read()).toBe(lines("new", 3));
});

it("says that lines may be missing where it cannot know them, after a kill", () => {
	fs.writeSync(writer, lines("first", 900));
	read();
	source.close();
	source = start();
	read();
	fs.truncateSync(log);
	fs.writeSync(writer, lines("first", 450));
	const gaps = readAll().flatMap(({ gap }) => gap ?? []);
	expect(gaps).toMatchObject([{ until: expect.any(Number) }]);
	expect(gaps[0]?.reason).toContain("cut in place");
	fs.writeSync(writer, lines("new", 3));
	expect(read()).toBe(lines("new", 3));
});

it.each([
	["half", 450],
	["all", 900],
])(
	"does not read %s of a log again that is put back after it was empty when the agent started",
	(_, count) => {
		fs.writeSync(writer, lines("first", 900));
		read();
		source.close();
		fs.truncateSync(log);
		source = start();
		expect(readAll().flatMap(({ gap }) => gap ?? [])).toHaveLength(1);
		fs.writeSync(writer, lines("first", count));
		expect(read()).toBe("");
		fs.writeSync(writer, lines("new", 3));
		expect(read()).toBe(lines("new", 3));
	},
);

it.each([
	["seen empty", () => void read()],
	["not seen empty", () => {}],
])("reads what is put back of the part of a log that it had not come to (%s)", (_, look) => {
	source.close();
	fs.writeSync(writer, lines("first", 1000));
	source = start(2000);
	const end = source.next();
	expect(end?.lines.at(-1)?.text).toBe("first 999");
	expect(end?.lines.length).toBeLessThan(500);
	fs.truncateSync(log);
	look();
	fs.writeSync(writer, lines("first", 500));
	expect(read()).toContain(lines("first", 500));
	expect(read()).toBe("");
});

it("reads what is put back of that part, and nothing of the next one again", () => {
	source.close();
	fs.writeSync(writer, lines("first", 1000));
	source = start(2000);
	expect(source.next()?.lines.at(-1)?.text).toBe("first 999");
	fs.writeSync(writer, lines("then", 500));
	expect(source.next()?.lines.at(-1)?.text).toBe("then 499");
	fs.truncateSync(log);
	fs.writeSync(writer, lines("first", 1000));
	const readings = readAll();
	const texts = readings.flatMap((each) => each.lines.map(({ text }) => text));
	expect(texts[0]).toBe("first 0");
	expect(texts.length).toBeGreaterThan(700);
	expect(texts).not.toContain("first 999");
	expect(readings.flatMap(({ gap }) => gap ?? [])).not.toEqual([]);
	fs.writeSync(writer, lines("new", 3));
	expect(read()).toBe(lines("new", 3));
});

it("does not read a copy of a few lines again out of the archive that it has become", async () => {
	fs.writeSync(writer, "one\n");
	takePlace();
	fs.writeSync(writer, lines("late", 3));
	fs.writeFileSync(`${log}.1.gz`, gzipSync(fs.readFileSync(log)));
	fs.unlinkSync(log);
	reopen();
	fs.writeSync(writer, lines("new", 3));
	expect(await readWhatComes()).toBe(`one\n${lines("late", 3)}${lines("new", 3)}`);
});

it("reads what a writer still writes to a log that was renamed empty before anybody looked", () => {
	source.close();
	fs.renameSync(log, `${log}.1`);
	fs.writeFileSync(log, "");
	source = start();
	expect(read()).toBe("");
	fs.writeSync(writer, lines("late", 3));
	expect(read()).toBe(lines("late", 3));
});

/** so much of a file that nothing has to be stored */
function imagined(size: number, at: (offset: number) => number): LogFile {
	const read = (offset: number, length: number) =>
		Buffer.from(
			Array.from({ length: Math.max(0, Math.min(length, size - offset)) }, (_, i) => at(offset + i)),
		);
	return {
		path: "",
		key: "",
		size: () => size,
		modifiedAt: () => 0,
		bornAt: () => 0,
		linked: () => true,
		read,
		close() {},
	};
}

it("finds the place in files beyond 4 GiB", () => {
	const apart = 3 * 2 ** 31 + 17;
	const at = (offset: number) => (offset % 100 === 99 ? 10 : 65 + (offset % 7));
	const file = imagined(apart + 5000, (offset) => (offset < apart ? at(offset) : 120));
	const copy = imagined(apart + 9000, (offset) => (offset < apart ? at(offset) : 121));
	expect(sharedBy(file, copy)).toEqual({ bytes: apart, lines: apart - (apart % 100) });
});

it.each([
	["more than the file", (folder: string) => fs.appendFileSync(folder, "copied\n"), "copied\n"],
	["less than the file", () => {}, ""],
])("reads an archive that has %s that lost the name, and the file", async (_, write, copied) => {
	fs.writeSync(writer, lines("first", 200));
	takePlace();
	fs.writeSync(writer, "late\n");
	write(log);
	const archive = `${log}.1.gz`;
	fs.writeFileSync(archive, gzipSync(fs.readFileSync(log)));
	const hence = Date.now() / 1000 + 2;
	fs.utimesSync(archive, hence, hence);
	fs.truncateSync(log);
	reopen();
	fs.writeSync(writer, lines("new", 200));
	const sorted = (text: string) => text.split("\n").sort();
	const expected = `${lines("first", 200)}late\n${copied}${lines("new", 200)}`;
	expect(sorted(await readWhatComes())).toEqual(sorted(expected));
});
