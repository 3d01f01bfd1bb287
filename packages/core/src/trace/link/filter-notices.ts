/**
 * Bounces that a content filter made itself (amavis' D_BOUNCE): it hands them to the queue behind it as a client of that, and the
 * Message-ID that it gives them holds its own id of the message.
 */
import { reportedIn } from "../hop/filter-notice.ts";
import { isFilterHop } from "../hop/filter-hop.ts";
import type { Hop } from "../hop/hop.ts";
import { sameAddress } from "../hop/recipients.ts";
import type { HopIndex } from "./hop-index.ts";
import type { ParentLink } from "./parent-links.ts";

/** The notice is handed over before the filter's line is written; elsewhere clocks and zones differ. */
const ONE_CLOCK_MS = 60_000;
const CLOCK_TOLERANCE_MS = 15 * 3_600_000;

/** @param reached hops that came from another queue: a notice is told where it begins */
export function filterNotices(
	hops: readonly Hop[],
	reached: ReadonlySet<Hop>,
	index: HopIndex,
): ParentLink[] {
	return hops.flatMap((child) => {
		const mailId = reportedIn(child.messageId);
		if (mailId === undefined || reached.has(child) || isFilterHop(child)) return [];
		const [parent, another] = index
			.named(mailId, child.firstAt)
			.filter((filter) => isFilterHop(filter) && wrote(filter, child));
		return parent && !another ? [{ parent, child }] : [];
	});
}

/** Anybody who got a message knows the id: what he makes of it has a sender, comes later, or goes to somebody else. */
function wrote(filter: Hop, { host, firstAt, sender, attempts }: Hop): boolean {
	const tolerance = filter.host === host ? ONE_CLOCK_MS : CLOCK_TOLERANCE_MS;
	if (sender !== "" || !filter.sender || Math.abs(filter.lastAt - firstAt) > tolerance) return false;
	const to = filter.sender;
	return attempts.every(({ recipient, original }) =>
		[recipient, original ?? ""].some((each) => sameAddress(each, to)),
	);
}
