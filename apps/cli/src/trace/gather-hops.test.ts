/** Looking for the lines of one message gives what reading all lines gives, to the letter. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { matchesJourney, parseQuery } from "@mailtrail/core/query";
import { queryNeedles } from "@mailtrail/core/scan";
import { foldQueue, type Journey, joinHops } from "@mailtrail/core/trace";
import { afterAll, describe, expect, test } from "vitest";
import { collectEvents } from "./collect-events.ts";
import { HopGathering } from "./gather-hops.ts";
import { hostFiles } from "./trace-logs.ts";

const SAMPLES = join(import.meta.dirname, "../../../../samples");
const CHAIN = readdirSync(join(SAMPLES, "relay-chain"), { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map(({ name }) => ({ host: name, paths: [join(SAMPLES, "relay-chain", name, "mail.log")] }));
const OPTIONS = { zoneOf: () => "UTC", now: Date.parse("2026-12-31T00:00:00Z") };

const folder = mkdtempSync(join(tmpdir(), "mailtrail-gather-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Logs = typeof CHAIN;

async function allJourneys(logs: Logs, options = OPTIONS): Promise<Journey[]> {
	const byKey = await collectEvents(logs, options);
	return joinHops([...byKey].flatMap(([key, events]) => foldQueue(key, events)));
}

/** Undefined where all lines would be read. */
async function gathered(logs: Logs, text: string, options = OPTIONS): Promise<Journey[] | undefined> {
	const query = parseQuery(text, { now: options.now, zone: "UTC" });
	const needles = queryNeedles(
		query,
		logs.map(({ host }) => host),
	);
	if (!needles) return undefined;
	const hops = await new HopGathering(await hostFiles(logs, options), needles).gather();
	return hops && joinHops(hops).filter((journey) => matchesJourney(query, journey));
}

function expected(all: Journey[], text: string): Journey[] {
	const query = parseQuery(text, { now: OPTIONS.now, zone: "UTC" });
	return all.filter((journey) => matchesJourney(query, journey));
}

/** Everything that somebody could ask for by name. */
function questions(all: Journey[]): string[] {
	const texts = new Set<string>();
	for (const journey of all) {
		if (journey.sender) texts.add(`from:${journey.sender}`);
		for (const id of journey.messageIds) texts.add(`id:${id}`);
		if (journey.client?.ip) texts.add(`ip:${journey.client.ip}`);
		for (const { recipient, original, path, attempts } of journey.recipients) {
			texts
				.add(recipient)
				.add(`to:${original}`)
				.add(`domain:${original.split("@")[1]}`);
			for (const { queueId } of path) if (queueId) texts.add(`queue:${queueId}`);
			for (const { relay } of attempts) if (relay?.ip) texts.add(`ip:${relay.ip}`);
		}
	}
	return [...texts].filter((text) => !text.endsWith("undefined"));
}

async function compareAll(logs: Logs, every = 1): Promise<{ asked: number; fast: number }> {
	const all = await allJourneys(logs);
	const asked = questions(all).filter((_, place) => place % every === 0);
	let fast = 0;
	for (const text of asked) {
		const found = await gathered(logs, text);
		if (!found) continue;
		fast += 1;
		if (JSON.stringify(found) !== JSON.stringify(expected(all, text))) {
			expect({ text, journeys: found }).toEqual({ text, journeys: expected(all, text) });
		}
	}
	return { asked: asked.length, fast };
}

describe("the recorded relay chain", () => {
	test("every address, queue id, Message-ID, domain and client", { timeout: 120_000 }, async () => {
		const { asked, fast } = await compareAll(CHAIN, 40);
		expect(fast / asked).toBeGreaterThan(0.5);
	});
});
