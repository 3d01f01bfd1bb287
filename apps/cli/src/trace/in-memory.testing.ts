/** The straightforward way, which every other one is held to: every line parsed, all kept, folded and joined at the end. */
import { readFileSync } from "node:fs";
import { foldQueue, type Journey, joinHops, type LocatedEvent, queueKeys } from "@mailtrail/core/trace";
import type { CollectOptions, HostLog } from "./host-log.ts";
import { joinBroken } from "./join-broken.ts";
import { hostFiles } from "./trace-logs.ts";

export async function journeysInMemory(logs: HostLog[], options: CollectOptions): Promise<Journey[]> {
	const byKey = new Map<string, LocatedEvent[]>();
	for (const file of await hostFiles(logs, options)) {
		const joiner = joinBroken(file.blocks.options, (event, number) => {
			const ref = `${file.host}:${file.blocks.file}:${number}`;
			for (const key of queueKeys(file.host, event)) {
				const located = { host: file.host, ref, order: number, event };
				const events = byKey.get(key);
				if (events) events.push(located);
				else byKey.set(key, [located]);
			}
		});
		const lines = readFileSync(file.blocks.file, "utf8").split("\n");
		for (const [place, line] of lines.entries()) joiner.line(line, place + 1);
		joiner.end();
	}
	return joinHops([...byKey].flatMap(([key, events]) => foldQueue(key, events)));
}
