/** Outward tries of a packed slice, in groups as `tries-table.ts` has them: columns in the order of destinations, in parts. */
import type { TryGroup } from "../../kept-figures.ts";
import type { Slice } from "../slice/slice.ts";
import type { Cell } from "./columns.ts";
import { partNames, readPart } from "./tables.ts";

export const TRY_COLUMNS = [
	"destination",
	"at",
	"host",
	"relay",
	"result",
	"cause",
	"queue",
	"next",
] as const;

interface Try extends Pick<TryGroup, "destination" | "host" | "relay" | "result" | "cause" | "next"> {
	at: number;
	queue: string;
}

export function packedTriesTo(slice: Slice, destination: string, since: number): TryGroup[] {
	const parts = partNames(slice, "tries");
	const tries = parts.flatMap((first, part) => {
		const next = parts[part + 1];
		if (first > destination || (next !== undefined && next < destination)) return [];
		return triesOf(
			readPart(slice, "tries", part),
			(each) => each.destination === destination && each.at >= since,
		);
	});
	return groupsOf(tries);
}

/** The newest `limit` of a host. */
export function packedTriesFrom(slice: Slice, host: string, since: number, limit: number): TryGroup[] {
	const tries = partNames(slice, "tries").flatMap((_, part) =>
		triesOf(readPart(slice, "tries", part), (each) => each.host === host && each.at >= since),
	);
	return groupsOf(tries.sort((a, b) => b.at - a.at).slice(0, limit));
}

function triesOf(columns: readonly Cell[][], isWanted: (each: Try) => boolean): Try[] {
	const [destinations = [], times, hosts, relays, results, causes, queues, nexts] = columns;
	const tries: Try[] = [];
	for (let row = 0; row < destinations.length; row++) {
		const each = {
			destination: String(destinations[row]),
			at: Number(times?.[row]),
			host: String(hosts?.[row]),
			relay: String(relays?.[row]),
			result: String(results?.[row]) as TryGroup["result"],
			cause: String(causes?.[row]),
			queue: String(queues?.[row]),
			next: String(nexts?.[row]),
		};
		if (isWanted(each)) tries.push(each);
	}
	return tries;
}

function groupsOf(tries: readonly Try[]): TryGroup[] {
	const groups = new Map<string, { group: TryGroup; queues: Set<string> }>();
	for (const { at, queue, ...kind } of tries) {
		const { destination, host, relay, result, cause, next } = kind;
		const name = JSON.stringify([destination, host, relay, result, cause]);
		let found = groups.get(name);
		if (!found) {
			found = { group: { ...kind, messages: 0, firstAt: at, lastAt: at }, queues: new Set() };
			groups.set(name, found);
		}
		const { group, queues } = found;
		queues.add(queue);
		group.messages = queues.size;
		group.firstAt = Math.min(group.firstAt, at);
		group.lastAt = Math.max(group.lastAt, at);
		if (next > group.next) group.next = next;
	}
	return [...groups.values()].map(({ group }) => group);
}
