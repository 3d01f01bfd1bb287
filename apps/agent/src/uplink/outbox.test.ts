/** The outbox over lives of the agent: what was on disk comes back in order, what is damaged is named and nothing worse. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Outbox } from "./outbox.ts";
import { Spool } from "./spool.ts";

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "outbox-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (sizeMax = 1e9) => new Outbox(new Spool(join(folder, "spool")), sizeMax);
const files = () => readdirSync(join(folder, "spool")).filter((name) => name.endsWith(".batches"));

function fill(outbox: Outbox, batches: number): string[] {
	return Array.from({ length: batches }, (_, i) => {
		const id = outbox.newId();
		const position = { source: "/log", generation: "g", offset: (i + 1) * 100 };
		const json = `{"id":${id},"text":"${Math.sin(id)}${"x".repeat(300_000)}"}`;
		outbox.push({ id, from: i * 100, position, lines: 1 }, json);
		return json;
	});
}

function sendAll(outbox: Outbox): string[] {
	const sent: string[] = [];
	for (let json = outbox.next(); json !== undefined; json = outbox.next()) sent.push(json);
	return sent;
}

it("gives back what it had on disk, in order, and leaves none when it is acknowledged", () => {
	const first = open();
	const written = fill(first, 20);
	first.save(() => [{ source: "/log", generation: "g", offset: 0 }]);
	expect(files().length).toBeGreaterThan(3);

	const second = open();
	expect(second.load()?.positions).toEqual([{ source: "/log", generation: "g", offset: 0 }]);
	expect(second.newId()).toBe(20);
	expect(sendAll(second)).toEqual(written);
	second.rewind();
	second.acknowledge(7);
	second.tidy(() => [{ source: "/log", generation: "g", offset: 800 }]);
	expect(open().load()?.positions).toEqual([{ source: "/log", generation: "g", offset: 800 }]);
	expect(sendAll(second)).toEqual(written.slice(8));
	expect(second.acknowledge(19).map(({ id }) => id)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
	const place = { source: "/log", generation: "g", offset: 2000 };
	second.tidy(() => [place]);
	// a next life that does not reach the hub goes on from there
	expect(open().load()).toEqual({ chunks: [], damaged: [], positions: [place] });
});

it("sends what waits from memory while more is put in and saved", () => {
	const outbox = open();
	const written = fill(outbox, 3);
	outbox.save(() => []);
	expect(outbox.next()).toBe(written[0]);
	written.push(...fill(outbox, 6));
	outbox.save(() => []);
	expect(sendAll(outbox)).toEqual(written.slice(1));
	expect(outbox.isWaiting).toBe(false);
	outbox.rewind();
	expect(sendAll(outbox)).toEqual(written);
});

it("keeps nothing on disk of what the hub has while more comes without end", () => {
	const outbox = open();
	fill(outbox, 2);
	outbox.save(() => []);
	sendAll(outbox);
	fill(outbox, 1);
	outbox.acknowledge(1);
	outbox.tidy(() => []);
	expect(files()).toEqual([]);
	expect(outbox.of("/log").map(({ id }) => id)).toEqual([2]);
	outbox.save(() => [{ source: "/log", generation: "g", offset: 200 }]);
	expect(open().load()).toMatchObject({ positions: [{ offset: 200 }], chunks: [{ batches: [{ id: 2 }] }] });
});

const flip = (bytes: Buffer) =>
	Buffer.from(bytes.map((byte, i) => (i === bytes.length - 9 ? byte ^ 1 : byte)));

it.each([
	["a changed byte", flip],
	["a lost end", (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
	["nothing in it", () => Buffer.alloc(0)],
])("names a file with %s and keeps the others", (_what, damage) => {
	const first = open();
	fill(first, 20);
	first.save(() => [{ source: "/log", generation: "g", offset: 0 }]);
	const name = files()[1]!;
	const path = join(folder, "spool", name);
	writeFileSync(path, damage(readFileSync(path)));
	const second = open();
	expect(second.load()?.damaged).toEqual([name]);
	// three of them fit into a file
	const kept = [0, 1, 2, ...Array.from({ length: 14 }, (_, i) => i + 6)];
	expect(second.of("/log").map(({ id }) => id)).toEqual(kept);
	expect(files()).not.toContain(name);
});

it("is full when its share of the disk is used", () => {
	const outbox = open(500);
	fill(outbox, 4);
	expect(outbox.isFull).toBe(false);
	outbox.save(() => []);
	expect(outbox.isFull).toBe(true);
	sendAll(outbox);
	outbox.acknowledge(3);
	outbox.tidy(() => []);
	expect(outbox.isFull).toBe(false);
});

it("knows what it takes of the disk, whatever was done with it", () => {
	const steps = fc.array(fc.constantFrom("put", "save", "send", "acknowledge", "keep", "clear", "restart"), {
		maxLength: 30,
	});
	fc.assert(
		fc.property(steps, (done) => {
			let outbox = open();
			outbox.clear();
			for (const step of done) {
				if (step === "put") fill(outbox, 2);
				else if (step === "save") outbox.save(() => []);
				else if (step === "send") outbox.next();
				else if (step === "clear") outbox.clear();
				else if (step === "keep") outbox.keep("/log", outbox.of("/log").slice(1), () => []);
				else if (step === "acknowledge") {
					outbox.acknowledge(outbox.of("/log")[0]?.id ?? -1);
					outbox.tidy(() => []);
				} else {
					outbox = open();
					outbox.load();
				}
				const names = outbox.size === 0 ? [] : files();
				const sizes = names.map((name) => statSync(join(folder, "spool", name)).size);
				expect(outbox.size).toBe(sizes.reduce((sum, size) => sum + size, 0));
			}
			outbox.clear();
			rmSync(join(folder, "spool"), { recursive: true, force: true });
		}),
		{ numRuns: 60, seed: 20261123 },
	);
});

it("has the hub's positions last through a power failure as soon as something waits behind them", () => {
	const lasting: boolean[] = [];
	class Watched extends Spool {
		override writePositions(...noted: Parameters<Spool["writePositions"]>): void {
			lasting.push(noted[1]);
			super.writePositions(...noted);
		}
	}
	const outbox = new Outbox(new Watched(join(folder, "spool")), 1e9);
	const places = () => [{ source: "/log", generation: "g", offset: 0 }];
	outbox.note(places, false);
	fill(outbox, 1);
	outbox.save(places);
	outbox.save(places);
	expect(lasting).toEqual([false, true]);
});

it("goes on where its files cannot be removed, and says so", () => {
	class ReadOnly extends Spool {
		override remove(): void {
			throw new Error("read-only file system");
		}
	}
	const outbox = new Outbox(new ReadOnly(join(folder, "spool")), 1e9);
	fill(outbox, 4);
	outbox.save(() => []);
	sendAll(outbox);
	outbox.acknowledge(3);
	outbox.tidy(() => []);
	expect(outbox.isWaiting).toBe(false);
	expect(outbox.problem).toContain("read-only");
});
