/**
 * An event with the place it was read from. The place is its identity: the same place always carries the same line,
 * so a repeated delivery of one line changes nothing.
 */
import type { MailEvent } from "../../event/index.ts";

export interface LocatedEvent {
	/** the agent's identity (or the HOST of `--log`), never the name printed in the line */
	host: string;
	/** names the line for people and is unique: `HOST:FILE:LINE` in the command line, `HOST:FILE:GENERATION:OFFSET` in a hub */
	ref: string;
	/** one content of the source; those of a later rotation sort behind, as strings. Absent where a source has only one */
	generation?: string;
	/** orders lines of one generation that bear the same time */
	order: number;
	event: MailEvent;
}

/** A located event with its time in epoch milliseconds. */
export interface TimedEvent extends LocatedEvent {
	at: number;
	/** where else the host's files hold what this line says */
	copies?: string[];
}

/** The order in which lines are told: by time, of one time by their place. */
export function byTimeAndPlace(a: TimedEvent, b: TimedEvent): number {
	if (a.at !== b.at) return a.at - b.at;
	const [before, after] = [a.generation ?? "", b.generation ?? ""];
	if (before !== after) return before < after ? -1 : 1;
	return a.order - b.order || (a.ref < b.ref ? -1 : 1);
}
