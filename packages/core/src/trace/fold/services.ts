/**
 * Postfix's services may speak under names of their own (`-o syslog_name=slow` in master.cf, on a clone of smtp or smtpd) and share
 * their instance's queue: what they say of a queue id belongs to the instance whose queue manager took it up. Two instances that both
 * did so have a message each, and what a service says then goes to nobody else's.
 */
import type { Mta } from "../../event/index.ts";
import { byTimeAndPlace, type TimedEvent } from "../hop/located-event.ts";

/** The lines of one queue id under one name. */
export interface Owned {
	owner: Owner;
	events: TimedEvent[];
}

export interface Owner {
	mta: Mta;
	instance: string | undefined;
}

/** The lines of services put to those of their instance, where there is one instance only that they can be of. */
export function withServices(entries: readonly Owned[]): readonly Owned[] {
	const [queue, ...others] = entries.filter((entry) => says(entry, "queued"));
	if (queue?.owner.mta !== "postfix" || others.length > 0) return entries;
	const services = entries.filter((entry) => entry !== queue && isServiceOf(queue, entry));
	if (services.length === 0) return entries;
	const events = [queue, ...services].flatMap((entry) => entry.events).sort(byTimeAndPlace);
	const rest = entries.filter((entry) => entry !== queue && !services.includes(entry));
	return [{ owner: queue.owner, events }, ...rest];
}

/** A queue file has one Message-ID line: a second under another name is another instance's. */
function isServiceOf(queue: Owned, entry: Owned): boolean {
	if (entry.owner.mta !== "postfix") return false;
	return !(says(queue, "message-id") && says(entry, "message-id"));
}

const says = ({ events }: Owned, kind: TimedEvent["event"]["kind"]): boolean =>
	events.some(({ event }) => event.kind === kind);
