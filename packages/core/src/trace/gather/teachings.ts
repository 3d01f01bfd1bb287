/**
 * What hand-overs teach about hosts: which addresses a host answers at and is known by, how far two clocks stand apart. Other messages'
 * doubtful hand-overs are settled by it (`link/proven-links.ts`, `link/usual-ways.ts`, `journey/answers.ts`). For readers that join group by
 * group: with one hop that teaches each of these, a group is joined as among all.
 */
import { completed } from "../link/completed-hops.ts";
import type { Hop } from "../hop/hop.ts";
import { HopIndex } from "../link/hop-index.ts";
import { isWithinTry } from "../link/hand-over-time.ts";
import type { HopLink } from "../link/hop-link.ts";
import { provenLinks } from "../link/proven-links.ts";
import { handedOn, keepsRecipient } from "../link/usual.ts";
import { clientsOf, relaysOf } from "../link/ways.ts";

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
	return provenLinks(sorted, new HopIndex(sorted)).flatMap((link) => {
		const { from, to, attempt } = link;
		const teaching = `${kindOf(link)} ${isWithinTry(link) ? "in time" : ""}`;
		const facts = relaysOf(link).map((place) => `answers ${to.host} ${place} ${teaching}`);
		if (attempt.relay?.path !== undefined) facts.push(`answers ${to.host} ${teaching}`);
		if (from.host !== to.host) {
			facts.push(`clocks ${from.host} ${to.host} ${Math.floor(attempt.at / CLOCK_MS)}`);
			for (const place of clientsOf(link)) facts.push(`comes ${from.host} ${place} ${teaching}`);
		}
		return facts.map((fact) => ({ hop: given.get(from.id) ?? from, fact }));
	});
}

/** What it can teach. */
function kindOf(link: HopLink): string {
	if (link.filter) return "filter";
	const isSure = link.to.attempts.length > 0 && keepsRecipient(link) && handedOn(link).length === 0;
	return isSure ? "sure" : "";
}
