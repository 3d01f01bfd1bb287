/** Who looks for a message line by line must know every id that its hops can be joined by. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createLineParser } from "../parse/index.ts";
import { foldQueue, idsOfEvent, linkKeys, type LocatedEvent, ownKeys, queueKeys } from "../trace/index.ts";
import { listCases } from "./cases.ts";

const CHAIN = join(import.meta.dirname, "../../../../samples/relay-chain");
const FILES = [
	...readdirSync(CHAIN, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => join(CHAIN, name, "mail.log")),
	...listCases().map(({ folder }) => join(folder, "input.log")),
];

/** Lines by queue key, as the command line keeps them. */
function eventsOf(file: string): Map<string, LocatedEvent[]> {
	const parser = createLineParser({ zone: "UTC", now: Date.parse("2026-12-31T00:00:00Z") });
	const byKey = new Map<string, LocatedEvent[]>();
	for (const [order, line] of readFileSync(file, "utf8").split("\n").entries()) {
		const event = parser.parse(line);
		for (const key of queueKeys("host", event)) {
			const events = byKey.get(key) ?? [];
			events.push({ host: "host", ref: `host:${file}:${order}`, order, event });
			byKey.set(key, events);
		}
	}
	return byKey;
}

test("the keys of every hop of the recorded logs stand in the ids of its lines", () => {
	let keys = 0;
	for (const file of FILES) {
		for (const [key, events] of eventsOf(file)) {
			const known = new Set(events.flatMap(({ event }) => idsOfEvent(event)));
			for (const hop of foldQueue(key, events)) {
				for (const named of [...ownKeys(hop), ...linkKeys(hop)]) {
					keys += 1;
					expect(known, `${file} ${key}`).toContain(named);
				}
			}
		}
	}
	expect(keys).toBeGreaterThan(1000);
});
