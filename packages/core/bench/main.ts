/**
 * How fast lines are read: header, Postfix message, both with the event as an agent makes it; their bytes alone; and the worst lines that a
 * stranger can make. `pnpm bench`; `baseline.json` holds what a 2-core machine gave, to compare with.
 */
import { bench, do_not_optimize, group, run } from "mitata";
import { createLineParser, parseMessage } from "../src/parse/index.ts";
import { HeldBytes, NeedleTable, scanKind } from "../src/scan/index.ts";
import { createLineReader } from "../src/syslog/index.ts";
import { readSample } from "./sample.ts";

const context = { zone: "Asia/Tokyo", now: Date.parse("2026-11-22T12:00:00Z") };
const lines = readSample();
const reader = createLineReader(context);
const parser = createLineParser(context);
const messages = lines.map((line) => reader.read(line)?.message ?? "");
const programs = lines.map((line) => reader.read(line)?.header.program ?? "");

group(`${lines.length} recorded lines`, () => {
	bench("header", () => {
		for (const line of lines) do_not_optimize(reader.read(line));
	});
	bench("message", () => {
		for (let place = 0; place < lines.length; place++) {
			do_not_optimize(parseMessage(programs[place] as string, messages[place] as string));
		}
	});
	bench("line", () => {
		for (const line of lines) do_not_optimize(parser.parse(line));
	});
});

const bytes = Buffer.from(`${lines.join("\n")}\n`);
const starts = [
	0,
	...Array.from(bytes.entries()).flatMap(([at, byte]) => (byte === 10 ? [at + 1] : [])),
].slice(0, -1);
const table = new NeedleTable();
for (let n = 0; n < 100; n++) table.add(Buffer.from((0x4b16140000 + n * 7919).toString(16).toUpperCase()));
group(`the bytes of the same lines (${Math.round(bytes.length / 1000)} kB)`, () => {
	bench("kind", () => {
		for (let place = 0; place < starts.length; place++) {
			do_not_optimize(scanKind(bytes, starts[place] as number, (starts[place + 1] ?? bytes.length) - 1));
		}
	});
	bench("100 ids", () => table.search(new HeldBytes(bytes, bytes.length - 4), () => undefined));
});

const head = "Nov 22 11:38:16 mx postfix/smtpd[147]: ";
group("one line of 100 kB", () => {
	for (const [name, seed] of [
		["letters", "a"],
		["fields", "; from=<a> to=<b>"],
		["origins", " from local; from=<a>"],
		["quotes", '<"'],
	] as const) {
		const line = `${head}NOQUEUE: reject: RCPT from a[192.0.2.1]: 550 ${seed.repeat(100_000 / seed.length)}`;
		bench(name, () => do_not_optimize(parser.parse(line)));
	}
});

await run();
