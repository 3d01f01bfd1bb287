/**
 * Whatever the order of hosts, the size of batches, what is committed together, where slices end and when the store is opened
 * again: its hops are those that folding all lines at once gives. Over logs of real programs.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLineParser } from "@mailtrail/core/parse";
import { foldQueue, type LocatedEvent, queueKeys } from "@mailtrail/core/trace";
import { expect, it, vi } from "vitest";
import { formatRef } from "../../line-ref.ts";
import type { LineBatch } from "../../store.ts";
import { openSqliteStore } from "../sqlite-store.ts";

const GOLDEN = fileURLToPath(new URL("../../../../../../packages/core/src/golden/", import.meta.url));
const NOW = Date.parse("2026-12-01T00:00:00Z");
const LONG_ENOUGH = 60;
// a hundred slices are closed
vi.setConfig({ testTimeout: 180_000 });

/** The longest logs: a source each. */
function realLogs(): { name: string; lines: string[] }[] {
	return readdirSync(GOLDEN, { recursive: true, encoding: "utf8" })
		.filter((path) => path.endsWith("input.log") && existsSync(join(GOLDEN, path)))
		.map((path) => ({ name: path, lines: readFileSync(join(GOLDEN, path), "utf8").trimEnd().split("\n") }))
		.filter(({ lines }) => lines.length >= LONG_ENOUGH)
		.sort((a, b) => (a.name < b.name ? -1 : 1))
		.slice(0, 12);
}

function numbers(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}

function located(log: { name: string; lines: string[] }, host: string): LocatedEvent[] {
	const parser = createLineParser({ zone: "UTC", now: NOW });
	let offset = 0;
	return log.lines.map((line) => {
		const place = { host, source: `/var/log/${log.name}`, generation: "g1", offset };
		offset += Buffer.byteLength(line) + 1;
		return { host, ref: formatRef(place), generation: "g1", order: place.offset, event: parser.parse(line) };
	});
}

function expectedHops(events: readonly LocatedEvent[]): string[] {
	const queues = new Map<string, LocatedEvent[]>();
	for (const each of events)
		for (const key of queueKeys(each.host, each.event)) queues.set(key, [...(queues.get(key) ?? []), each]);
	return [...queues].flatMap(([key, own]) => foldQueue(key, own).map((hop) => JSON.stringify(hop))).sort();
}

/** One source's lines in batches of up to `most` lines. */
function* cut(
	events: LocatedEvent[],
	source: string,
	most: number,
	below: (n: number) => number,
): Generator<LineBatch> {
	let from = 0;
	for (let at = 0; at < events.length; ) {
		const part = events.slice(at, at + 1 + below(most));
		at += part.length;
		const end = events[at]?.order ?? (part.at(-1)?.order ?? 0) + 1;
		yield {
			host: part[0]?.host ?? "",
			from,
			position: { source, generation: "g1", offset: end },
			lines: part.map(({ order, event }) => ({ offset: order, event })),
			receivedAt: NOW,
		};
		from = end;
	}
}

it.each([1, 2, 3, 4, 5])("as one fold of everything has them, cut and mixed the %d. way", async (seed) => {
	const below = numbers(seed);
	const logs = realLogs();
	expect(logs.length).toBeGreaterThan(5);
	// two logs may share a host: queue ids meet
	const sources = logs.map((log, i) => ({ log, events: located(log, `h${i % 5}`) }));
	const waiting = sources.map(({ log, events }) =>
		cut(events, `/var/log/${log.name}`, [3, 40, 9, 500, 4][seed - 1] ?? 1, below),
	);
	const dir = mkdtempSync(join(tmpdir(), "mailtrail-same-"));
	const options = { linesPerSlice: [200, 10_000, 90, 350, 25][seed - 1] ?? 100 };
	let store = openSqliteStore(dir, options);
	while (waiting.length > 0) {
		const group: Promise<unknown>[] = [];
		for (let n = below(7); n >= 0 && waiting.length > 0; n--) {
			const which = below(waiting.length);
			const next = waiting[which]?.next();
			if (next?.done === false) group.push(store.commit(next.value));
			else waiting.splice(which, 1);
		}
		for (const result of await Promise.all(group)) expect(result).toMatchObject({ outcome: "committed" });
		if (below(25) > 0) continue;
		await store.close();
		store = openSqliteStore(dir, options);
	}
	const all = sources.flatMap(({ events }) => events);
	const hops = async () =>
		(await store.findHops({ limit: 1_000_000 })).map(({ hop }) => JSON.stringify(hop)).sort();
	const expected = expectedHops(all);
	expect(await hops()).toEqual(expected);
	await store.settled();
	expect(await hops()).toEqual(expected);
	// and every one is found by its queue id
	for (const text of expected.filter((_, i) => i % 7 === 0)) {
		const { queueId } = JSON.parse(text);
		if (queueId === undefined) continue;
		const found = await store.findHops({ anyOf: [{ field: "queueId", value: queueId }], limit: 1_000 });
		expect(found.map(({ hop }) => JSON.stringify(hop))).toContain(text);
	}
	const lines = await store.lines(all.map(({ ref }) => ref));
	expect(lines.map(({ raw }) => raw)).toEqual(all.map(({ event }) => event.raw));
	await store.close();
	rmSync(dir, { recursive: true });
});
