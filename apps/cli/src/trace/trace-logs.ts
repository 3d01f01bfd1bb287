/** Logs → journeys, in memory: fold the lines of every queue id, join the hops, explain the outcomes. */
import { diagnoseJourney } from "@mailtrail/core/diagnose";
import { foldQueue, type Journey, joinHops } from "@mailtrail/core/trace";
import { collectEvents, type CollectOptions, type EventsByKey, type HostLog } from "./collect-events.ts";

export interface Traced {
	/** oldest first */
	journeys: Journey[];
	/** raw lines by their reference, of those that are asked for */
	lines(refs: Set<string>): Map<string, string>;
}

export async function traceLogs(
	logs: HostLog[],
	options: CollectOptions,
	lang: "en" | "ja",
): Promise<Traced> {
	const byKey = await collectEvents(logs, options);
	const hops = [...byKey].flatMap(([key, events]) => foldQueue(key, events));
	return {
		journeys: joinHops(hops).map((journey) => diagnoseJourney(journey, lang)),
		lines: (refs) => linesOf(byKey, refs),
	};
}

function linesOf(byKey: EventsByKey, refs: Set<string>): Map<string, string> {
	const lines = new Map<string, string>();
	for (const events of byKey.values()) {
		for (const { ref, event } of events) if (refs.has(ref)) lines.set(ref, event.raw);
	}
	return lines;
}
