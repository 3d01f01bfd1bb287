/**
 * Lines whose queue is not known when they come (a bounce read before the log of its message): found by a key of their own
 * until they are given to a queue. They stand in the newest slice from then on, where that queue goes on.
 */
import type { MailEvent } from "@mailtrail/core/event";
import { queueKeys } from "@mailtrail/core/trace";
import { readRef } from "../../line-ref.ts";
import { type Changes, refold } from "./commit-batch.ts";
import { inTransaction } from "../open-database.ts";
import { eventsOf, lineOf } from "../slice/slice-lines.ts";
import type { Slices } from "../slice/slices.ts";
import { waitingKey } from "./waiting-key.ts";

export function waitingLines(slices: Slices, name: string): { ref: string; event: MailEvent }[] {
	const key = waitingKey(name);
	return slices.set
		.holding(key)
		.flatMap((slice) => eventsOf(slice, key).map(({ ref, event }) => ({ ref, event })));
}

/** A line that is not stored is left alone. */
export function assignLine(slices: Slices, ref: string, event: MailEvent): Changes {
	const changes: Changes = { changed: [], gone: [] };
	const place = readRef(ref);
	if (!place || !slices.newestFirst.some((slice) => lineOf(slice, place))) return changes;
	try {
		slices.rollIfFull();
		const { writer } = slices;
		return inTransaction(writer.slice.db, () => {
			const { host, generation, offset } = place;
			const keys = queueKeys(host, event);
			writer.lines.assign(place, event, keys);
			for (const key of keys) refold(slices, key, [{ host, ref, generation, order: offset, event }], changes);
			writer.finish();
			return changes;
		});
	} catch (error) {
		slices.reopen();
		throw error;
	}
}
