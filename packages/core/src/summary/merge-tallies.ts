/** Several tallies as one: different senders, recipients and domains are those of all together. Order changes nothing. */
import type { BoundedTable } from "./bounded-table.ts";
import type { Figure, Traffic } from "./summary.ts";
import { type Arrivals, type Count, type RefusalFigure, type Sent, Tally } from "./tally.ts";

export function mergeTallies(tallies: readonly Tally[]): Tally {
	const only = tallies[0];
	if (only && tallies.length === 1) return only;
	const all = new Tally();
	for (const tally of tallies) merge(all, tally);
	return all;
}

function merge(into: Tally, from: Tally): void {
	for (const figure of Object.keys(from.figures) as Figure[]) into.figures[figure] += from.figures[figure];
	into.withoutSize += from.withoutSize;
	from.hours.forEach((traffic, hour) => {
		addTraffic(into.hours[hour] as Traffic, traffic);
	});
	into.days.merge(from.days, addTraffic);
	into.senders.merge(from.senders, addSent);
	into.recipients.merge(from.recipients, addSent);
	into.senderDomains.merge(from.senderDomains, addSent);
	into.recipientDomains.merge(from.recipientDomains, addArrivals);
	mergeCounts(into.deferrals, from.deferrals);
	mergeCounts(into.bounces, from.bounces);
	mergeCounts(into.problems, from.problems);
	for (const figure of Object.keys(from.refusals) as RefusalFigure[]) {
		mergeCounts(into.refusals[figure], from.refusals[figure]);
	}
	for (const [key, amount] of from.differences) {
		into.differences.set(key, (into.differences.get(key) ?? 0) + amount);
	}
}

function addTraffic(into: Traffic, from: Traffic): void {
	into.received += from.received;
	into.delivered += from.delivered;
	into.deferred += from.deferred;
	into.bounced += from.bounced;
	into.rejected += from.rejected;
}

function addSent(into: Sent, from: Sent): void {
	into.messages += from.messages;
	into.bytes += from.bytes;
}

function addArrivals(into: Arrivals, from: Arrivals): void {
	addSent(into, from);
	into.deferrals += from.deferrals;
	into.delays += from.delays;
	into.maxDelay = Math.max(into.maxDelay, from.maxDelay);
}

function mergeCounts(into: BoundedTable<Count>, from: BoundedTable<Count>): void {
	into.merge(from, (row, other) => {
		row.count += other.count;
	});
}
