/**
 * Refusals that exim wrote twice: into syslog, which names its process, and into its own log, which does not. The one with the
 * process is kept, for it knows its session. Other lines that were written twice have one key and are one already (`copies.ts`).
 */
import type { Hop, HopRefusal } from "./hop.ts";

/** A log's whole seconds against another's fractions. */
export const WRITTEN_APART_MS = 2_000;

export function withoutToldTwice(hops: Hop[]): Hop[] {
	if (!hops.some((hop) => hop.sessionIsUnnumbered)) return hops;
	const told = new Map<string, number[]>();
	for (const hop of hops) {
		if (hop.sessionIsUnnumbered) continue;
		for (const refusal of hop.refusals) {
			const name = refusalName(hop, refusal);
			const times = told.get(name);
			if (times) times.push(refusal.at);
			else told.set(name, [refusal.at]);
		}
	}
	const isTold = (hop: Hop, refusal: HopRefusal) =>
		told.get(refusalName(hop, refusal))?.some((at) => Math.abs(at - refusal.at) <= WRITTEN_APART_MS) ?? false;
	return hops.filter(
		(hop) => !hop.sessionIsUnnumbered || !hop.refusals.every((refusal) => isTold(hop, refusal)),
	);
}

/** What both logs say of a refusal. */
export function refusalName({ host, client }: Hop, { sender, recipient, stage }: HopRefusal): string {
	return `refused ${JSON.stringify([host, client?.ip ?? client?.name, sender, recipient, stage])}`;
}
