/** One message's whole way with its diagnosis and the lines that prove it, as far as its viewer may see it. */
import { diagnoseJourney, type Language, tellNotice } from "@mailtrail/core/diagnose";
import type { Hop, Journey } from "@mailtrail/core/trace";
import type { JourneyAnswer } from "@mailtrail/core/wire";
import { idStem } from "../store/hop-terms.ts";
import type { LineReads, StoredLine } from "../store/store.ts";
import { gatherWays } from "./fleet-facts.ts";
import { gatherJourney } from "./gather-journey.ts";
import { type Scope, withinScope } from "./scope.ts";

/** a list server's message has a line per recipient; the page asks for more by name */
const LINES_MAX = 5_000;

export interface JourneyRequest {
	/** of any of its stops, as it is or was */
	id: string;
	lang: Language;
	zone: string;
	now: number;
	scope?: Scope;
	/** hosts of which a log has stopped being written */
	silentHosts: string[];
}

/** Undefined where nothing of this id is stored, or nothing that the viewer may see. */
export async function tellJourney(
	store: LineReads,
	{ id, lang, zone, now, scope, silentHosts }: JourneyRequest,
): Promise<JourneyAnswer | undefined> {
	const hop = await hopOf(store, id);
	const gathered = hop && (await gatherJourney(store, hop));
	const seen = gathered && withinScope(gathered.journey, scope);
	if (!seen) return undefined;
	// figures of everybody's mail name other domains and count their messages
	const ways = scope === undefined ? await gatherWays(store, seen, { lang, zone }, now) : [];
	const journey = diagnoseJourney(seen, lang, { ways, silentHosts });
	const refs = refsOf(journey, gathered.hops);
	if (refs.length > LINES_MAX) {
		const values = { lines: refs.length.toLocaleString("en"), shown: LINES_MAX.toLocaleString("en") };
		const text = `The message has ${values.lines} lines; the first ${values.shown} are here.`;
		journey.notices.push(tellNotice({ code: "lines-cut", text, values }, lang));
	}
	return { journey, lines: await linesInOrder(store, refs.slice(0, LINES_MAX)) };
}

/** By time; lines of one second, of hosts that log no fractions, in the order asked for: that of the way. */
export async function linesInOrder(store: LineReads, refs: string[]): Promise<StoredLine[]> {
	const time = (line: StoredLine) => (line.at === undefined ? 0 : Date.parse(line.at));
	const place = new Map(refs.map((ref, i) => [ref, i]));
	const placeOf = (line: StoredLine) => place.get(line.ref) ?? refs.length;
	return (await store.lines(refs)).sort((a, b) => time(a) - time(b) || placeOf(a) - placeOf(b));
}

/** The hop of this id; where its first line has moved since (an earlier one came), the nearest of the same queue id. */
async function hopOf(store: LineReads, id: string): Promise<Hop | undefined> {
	const hops = await store.hopsOfQueue(idStem(id));
	const exact = hops.find((hop) => hop.id === id);
	if (exact) return exact;
	const seconds = Number.parseInt(id.slice(id.lastIndexOf("/") + 1), 36);
	const distance = (hop: Hop) => Math.abs(hop.firstAt / 1000 - (Number.isNaN(seconds) ? 0 : seconds));
	return hops.sort((a, b) => distance(a) - distance(b))[0];
}

/** Every line that tells of the message. Where no line names a recipient yet, no way has stops: its queues' own lines are all there is. */
function refsOf(journey: Journey, hops: readonly Hop[]): string[] {
	const refs = new Set<string>(journey.recipients.length === 0 ? hops.flatMap((hop) => hop.refs) : []);
	for (const { path, attempts, diagnosis } of journey.recipients) {
		for (const stop of path) {
			for (const ref of stop.lines) refs.add(ref);
			for (const ref of stop.link?.evidence ?? []) refs.add(ref);
		}
		for (const { line, replyLine } of attempts) {
			if (line !== undefined) refs.add(line);
			if (replyLine !== undefined) refs.add(replyLine);
		}
		for (const ref of diagnosis?.evidence ?? []) refs.add(ref);
	}
	return [...refs];
}
