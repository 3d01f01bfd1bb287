/**
 * What `amavisd-release` takes out of the quarantine: amavis gives it an id of its own beside the kept one's, and makes the Resent-Message-ID of
 * both, which the next queue logs. Nobody outside knows that id before.
 */
import type { Hop, HopVerdict } from "../hop/hop.ts";
import { releaseIn } from "../hop/released.ts";
import type { HopIndex } from "./hop-index.ts";
import type { HopLink } from "./hop-link.ts";

/** It is handed over as the line is written. */
const ONE_CLOCK_MS = 60_000;

/** From the filter's kept message to its release, and from there to the first queue: the next ones log the header too. */
export function releaseLinks(hops: readonly Hop[], known: readonly HopLink[], index: HopIndex): HopLink[] {
	const resent = hops.filter(({ resentMessageId }) => resentMessageId !== undefined);
	if (resent.length === 0) return [];
	const reached = new Set(known.map(({ to }) => to));
	const first = Map.groupBy(
		resent.filter((hop) => !reached.has(hop)),
		({ resentMessageId }) => resentMessageId,
	);
	return [...first.values()].flatMap(([to, other]) => {
		const release = other ? undefined : releaseIn(to?.resentMessageId);
		if (!to || !release) return [];
		const [released, another] = index
			.named(release.id, to.firstAt)
			.filter((hop) => isReleaseOf(hop, release.kept));
		const verdict = released && verdictOf(released);
		if (!released || another || !verdict || Math.abs(verdict.at - to.firstAt) > ONE_CLOCK_MS) return [];
		const links = [forAll(released, verdict, to, "filter")];
		const [kept, second] = index
			.namedOn(released.host, release.kept, verdict.at)
			.filter(({ mta }) => mta === "amavis");
		return kept && !second ? [forAll(kept, verdict, released, "forwarded"), ...links] : links;
	});
}

function isReleaseOf(hop: Hop, kept: string): boolean {
	return hop.mta === "amavis" && hop.filterFor === kept;
}

function verdictOf(hop: Hop): HopVerdict | undefined {
	return hop.verdicts.find(({ mailId }) => mailId === hop.queueId);
}

function forAll(from: Hop, { at, ref }: HopVerdict, to: Hop, via: HopLink["via"]): HopLink {
	const attempt = { at, ref, recipient: "" };
	return {
		from,
		attempt,
		to,
		via,
		confidence: "proven",
		evidence: [ref, ...to.refs.slice(0, 1)],
		forAll: true,
	};
}
