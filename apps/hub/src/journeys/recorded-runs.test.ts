/** The hub reads what a message's own keys and moments reach, the command line all that the logs hold: of every recorded run both tell the same. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLineParser } from "@mailtrail/core/parse";
import { type Hop, isConnectionHop, type Journey, joinHops } from "@mailtrail/core/trace";
import { expect, it } from "vitest";
import { toLineBatch } from "../store/contract-tests.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { gatherJourney } from "./gather-journey.ts";

/** Told by what all other mail's ways teach, of which the hub reads none: a message with two Message-IDs, of which each side logs one. */
const TAUGHT_BY_OTHERS = ["re/1xVNjE-000025-2M/"];

const RUNS = join(import.meta.dirname, "../../../../e2e/lab/runs");
const runs = readdirSync(RUNS, { withFileTypes: true }).filter((each) => each.isDirectory());

it.each(runs.map(({ name }) => name))("%s", (name) => compare(name, () => true));

it.each(runs.map(({ name }) => name))("%s, though lines are lost", (name) =>
	compare(name, (line) => (line * 7919 + 13) % 23 !== 0),
);

async function compare(name: string, isKept: (line: number) => boolean): Promise<void> {
	const dir = mkdtempSync(join(tmpdir(), "mailtrail-runs-"));
	const store = openSqliteStore(dir);
	try {
		await commitRun(store, join(RUNS, name), isKept);
		const hops = await everyHop(store);
		const told = joinHops(hops);
		for (const journey of told) {
			if (TAUGHT_BY_OTHERS.some((stem) => journey.id.startsWith(stem))) continue;
			for (const hop of hops.filter((each) => !isConnectionHop(each) && isOn(journey, each))) {
				const gathered = await gatherJourney(store, hop);
				expect(gathered?.journey, hop.id).toEqual(journey);
			}
		}
	} finally {
		await store.close();
		rmSync(dir, { recursive: true });
	}
}

/** Whichever stop it is asked from. */
function isOn(journey: Journey, { host, queueId, refs: [line = ""] }: Hop): boolean {
	return journey.recipients.some(({ path }) =>
		path.some((stop) => stop.host === host && stop.queueId === queueId && stop.lines.includes(line)),
	);
}

async function commitRun(store: Store, folder: string, isKept: (line: number) => boolean): Promise<void> {
	for (const file of readdirSync(folder).filter((each) => each.endsWith(".log"))) {
		const parser = createLineParser({ zone: "UTC", now: Date.parse("2026-11-22T12:00:00Z") });
		const raw = readFileSync(join(folder, file), "utf8")
			.trim()
			.split("\n")
			.filter((_, line) => isKept(line));
		let offset = 0;
		const lines = raw.map((text) => {
			const line = { offset, event: parser.parse(text) };
			offset += Buffer.byteLength(text) + 1;
			return line;
		});
		const position = { source: "/var/log/mail.log", generation: "g1", offset };
		await store.commit(
			toLineBatch(file.slice(0, -".log".length), { type: "batch", id: 0, from: 0, position, lines }),
		);
	}
}

async function everyHop(store: Store): Promise<Hop[]> {
	const all = new Map<string, Hop>();
	for (let before: { at: number; tie: number } | undefined; ; ) {
		const page = await store.findHops({ limit: 500, ...(before && { before }) });
		for (const { hop } of page) all.set(hop.id, hop);
		before = page.at(-1)?.cursor;
		if (page.length < 500) return [...all.values()];
	}
}
