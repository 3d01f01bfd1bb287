/** Whether bounces and the messages that they report on are joined both ways, and only those. */
import { type Matched, sameAddress } from "./match-rows.ts";
import type { PrintedJourney } from "./printed.ts";
import type { TrueRow } from "./truth.ts";

export interface BounceScore {
	/** rows of notices whose join is right in both directions, with their recipients */
	joined: Set<TrueRow>;
	/** ids of journeys that are joined with a message that has nothing to do with them */
	wrong: string[];
}

export function scoreBounces(
	rows: readonly TrueRow[],
	journeys: readonly PrintedJourney[],
	{ entryOf, messagesOf }: Matched,
): BounceScore {
	const joined = new Set<TrueRow>();
	for (const row of rows) {
		if (row.reportsOn === undefined) continue;
		const notice = entryOf.get(row)?.journey;
		const original = journeys.find((each) => each.id === notice?.parent?.journeyId);
		if (!notice || !original || !messagesOf.get(original)?.has(row.reportsOn)) continue;
		const back = original.bounces.filter((each) => each.journeyId === notice.id);
		if (back.length > 0 && namesThem(row, back, rows)) joined.add(row);
	}
	return { joined, wrong: wrongJoins(rows, journeys, messagesOf) };
}

/** The notice names the final address or the one first given; either is right. */
function namesThem(row: TrueRow, back: PrintedJourney["bounces"], rows: readonly TrueRow[]): boolean {
	const allowed = row.reported.map((address) => [
		address,
		...rows
			.filter((each) => each.message === row.reportsOn && sameAddress(each.recipient, address))
			.map((each) => each.original),
	]);
	const named = back.flatMap(({ recipient }) => (recipient === undefined ? [] : [recipient]));
	const fits = (address: string, names: string[]) => names.some((name) => sameAddress(name, address));
	return (
		allowed.every((names) => named.some((address) => fits(address, names))) &&
		named.every((address) => allowed.some((names) => fits(address, names)))
	);
}

function wrongJoins(
	rows: readonly TrueRow[],
	journeys: readonly PrintedJourney[],
	messagesOf: Matched["messagesOf"],
): string[] {
	const about = new Map(rows.map((row) => [row.message, row.reportsOn]));
	const byId = new Map(journeys.map((journey) => [journey.id, journey]));
	const unrelated = (notice: PrintedJourney | undefined, original: PrintedJourney | undefined) => {
		const [notices, originals] = [notice, original].map((each) => (each ? messagesOf.get(each) : undefined));
		if (!notices?.size || !originals?.size) return false;
		return ![...notices].some((message) => originals.has(about.get(message) ?? ""));
	};
	return journeys.flatMap((journey) => {
		const parent = journey.parent ? [[journey, byId.get(journey.parent.journeyId)] as const] : [];
		const children = journey.bounces.map(({ journeyId }) => [byId.get(journeyId), journey] as const);
		return [...parent, ...children].some(([notice, original]) => unrelated(notice, original))
			? [journey.id]
			: [];
	});
}
