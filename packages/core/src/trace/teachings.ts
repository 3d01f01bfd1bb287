/**
 * What hand-overs teach about hosts: which addresses a host answers at and is known by, how far two clocks stand apart. Other messages'
 * doubtful hand-overs are settled by it (`proven-links.ts`, `usual-ways.ts`, `answers.ts`). For readers that join group by
 * group: with one hop that teaches each of these, a group is joined as among all.
 */
import { completed } from "./completed-hops.ts";
import { namesRecipient } from "./contradiction.ts";
import type { Hop } from "./hop.ts";
import { HopIndex } from "./hop-index.ts";
import { provenLinks } from "./proven-links.ts";

export interface Teaching {
	hop: Hop;
	/** the same name for the same fact */
	fact: string;
}

/** Clocks drift: one difference in so long. */
const CLOCK_MS = 4 * 3_600_000;

/** `hops` are whole groups: hops with an id in common are all among them. */
export function teachingsOf(hops: readonly Hop[]): Teaching[] {
	const given = new Map(hops.map((hop) => [hop.id, hop]));
	const sorted = completed(hops).sort((a, b) => a.firstAt - b.firstAt || (a.id < b.id ? -1 : 1));
	return provenLinks(sorted, new HopIndex(sorted)).flatMap(({ from, to, attempt, filter }) => {
		const facts: string[] = [];
		const kept = to.attempts.length > 0 && namesRecipient(to, attempt.recipient) ? "kept" : "";
		const through = filter ? "filter" : "";
		const relay = attempt.relay?.ip ?? (attempt.relay?.path === undefined ? undefined : "socket");
		if (relay !== undefined) facts.push(`answers ${to.host} ${relay} ${kept} ${through}`);
		if (from.host !== to.host) {
			facts.push(`clocks ${from.host} ${to.host} ${Math.floor(attempt.at / CLOCK_MS)}`);
			if (to.client?.ip !== undefined) facts.push(`comes ${from.host} ${to.client.ip} ${kept} ${through}`);
		}
		return facts.map((fact) => ({ hop: given.get(from.id) ?? from, fact }));
	});
}
