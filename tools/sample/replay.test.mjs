import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { conversations } from "./conversations.mjs";
import { readTime } from "../../packages/sample/src/log-time.mjs";
import { knownIds, ownIds } from "./message-ids.mjs";
import { readRecording } from "../../packages/sample/src/recording.mjs";
import { Replay } from "./replay.mjs";
import { retell } from "./retell.mjs";
import { sampleLog, shifted, writeShiftedOnce } from "../../packages/sample/src/shift.mjs";

const SAMPLES = join(dirname(fileURLToPath(import.meta.url)), "../../samples");
const hosts = readRecording(SAMPLES);
const told = conversations(hosts);
const folder = mkdtempSync(join(tmpdir(), "mailtrail-replay-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("shifting keeps every line whole, their order and their distances, and ends a few minutes ago", () => {
	const now = Date.UTC(2027, 0, 1, 0, 1);
	for (const host of hosts) {
		const lines = shifted(host, now, "UTC").trimEnd().split("\n");
		const rests = host.lines.filter(({ text, at }) => at === undefined && !text.startsWith("~"));
		expect(lines.length).toBe(host.lines.length - rests.length);
		const times = lines
			.map((line) => readTime(line, { zone: "UTC", year: 2026 }))
			.filter((at) => at !== undefined);
		const recorded = host.lines.map(({ at }) => at).filter((at) => at !== undefined);
		expect(times.map((at) => at - times[0])).toEqual(recorded.map((at) => at - recorded[0]));
		expect(Math.max(...times)).toBeLessThanOrEqual(now - 3 * 60_000);
		expect(Math.max(...times)).toBeGreaterThan(now - 60 * 60_000);
	}
});

test("the shifted copy is made once", () => {
	const place = join(folder, "once");
	writeShiftedOnce(hosts, place, Date.now(), "UTC");
	const first = readFileSync(sampleLog(place, "sub"), "utf8");
	writeShiftedOnce(hosts, place, Date.now() + 60_000, "UTC");
	expect(readFileSync(sampleLog(place, "sub"), "utf8")).toBe(first);
});

test("most of the recording is told in conversations that reach from the first host to the last", () => {
	const lines = told.reduce((sum, { lines }) => sum + lines.length, 0);
	const recorded = hosts.filter((host) => host.chain).reduce((sum, { lines }) => sum + lines.length, 0);
	expect(lines / recorded).toBeGreaterThan(0.85);
	const reached = new Set(told.flatMap(({ lines }) => lines.map(({ host }) => host)));
	expect([...reached].sort()).toEqual(
		hosts
			.filter((host) => host.chain)
			.map(({ host }) => host)
			.sort(),
	);
});

test("a conversation told again shares no id with the first telling, and its lines still refer to each other", () => {
	const known = new Set(told.flatMap(({ ids }) => ids));
	for (const conversation of told) {
		const again = retell(conversation, Date.UTC(2027, 0, 1), "UTC");
		const fresh = new Set(again.flatMap(({ text }) => ownIds(text)));
		for (const { text } of again) {
			for (const id of knownIds(text, known)) {
				// Postfix's long ids keep their first characters; a word of the text may happen to be an id elsewhere
				expect(conversation.ids).not.toContain(id);
			}
		}
		const references = (lines, ids) => lines.map(({ text }) => knownIds(text, ids).length);
		const before = references(
			conversation.lines,
			new Set(conversation.lines.flatMap(({ text }) => ownIds(text))),
		);
		expect(references(again, fresh)).toEqual(before);
	}
});

test("a replay writes whole lines in time order and rotates a log that has grown", () => {
	const place = join(folder, "replay");
	writeShiftedOnce(hosts, place, Date.now(), "UTC");
	const before = readFileSync(sampleLog(place, "sub"), "utf8").length;
	const replay = new Replay(hosts, place, "UTC");
	const start = Date.now();
	for (let second = 0; second < 60; second++) replay.tick(start + second * 1_000);
	const added = readFileSync(sampleLog(place, "sub"), "utf8").slice(before);
	const times = added
		.trimEnd()
		.split("\n")
		.map((line) => readTime(line, { zone: "UTC", year: 2026 }));
	expect(times.length).toBeGreaterThan(100);
	expect(times).toEqual([...times].sort((a, b) => a - b));
	writeFileSync(sampleLog(place, "sub"), "x".repeat(9 << 20));
	for (let second = 60; second < 80; second++) replay.tick(start + second * 1_000);
	expect(existsSync(`${sampleLog(place, "sub")}.1`)).toBe(true);
	expect(readFileSync(sampleLog(place, "sub")).length).toBeLessThan(1 << 20);
});
