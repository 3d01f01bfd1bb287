/**
 * Everything that is asked of the stored lines, by name: plain data in, plain data out, so that a question may be answered
 * in another thread than the one that serves sockets.
 */
import type {
	AlertRuleDraft,
	CompleteQuery,
	DestinationsQuery,
	FacetsQuery,
	FlowQuery,
	HostAnswer,
	JourneyRow,
	OverviewQuery,
	RelatedQuery,
	VolumeQuery,
} from "@mailtrail/core/wire";
import { askedRecipients } from "@mailtrail/core/query";
import { journeyRow } from "@mailtrail/core/wire";
import { measure } from "../alerts/measure.ts";
import { type PreviewRequest, previewRule } from "../alerts/preview.ts";
import type { Measuring } from "../alerts/series.ts";
import { complete } from "../figures/complete.ts";
import { destinations } from "../figures/destinations.ts";
import { facets } from "../figures/facets.ts";
import { flow } from "../figures/flow.ts";
import { overview } from "../figures/overview.ts";
import type { Asker } from "../figures/question.ts";
import { related } from "../figures/related.ts";
import { volume } from "../figures/volume.ts";
import { findJourneys, type FindRequest, type PageCursor } from "../journeys/find-journeys.ts";
import { gatherSome } from "../journeys/gather-journey.ts";
import { type JourneyRequest, linesInOrder, tellJourney } from "../journeys/tell-journey.ts";
import type { HostLinesRequest, LineReads } from "../store/store.ts";

/** A page of rows; `cursor` absent at the end. */
export interface FoundRows {
	rows: JourneyRow[];
	cursor?: PageCursor;
	total: number;
	totalExact: boolean;
}

type MeasureRequest = Omit<Measuring, "store"> & { rule: AlertRuleDraft };

interface Figures<Q> {
	asked: Q;
	asker: Omit<Asker, "signal">;
}

export const QUESTIONS = {
	search: async (store: LineReads, request: FindRequest, signal: AbortSignal): Promise<FoundRows> => {
		const { journeys, ...page } = await findJourneys(store, { ...request, signal });
		return {
			rows: journeys.map((journey) => journeyRow(journey, askedRecipients(request.query, journey))),
			...page,
		};
	},
	/** one page of an export */
	found: async (store: LineReads, request: FindRequest, signal: AbortSignal) => {
		const { journeys, cursor } = await findJourneys(store, { ...request, signal, uncounted: true });
		return { journeys, ...(cursor && { cursor }) };
	},
	/** what watchers are told: the journeys of hops that changed */
	changed: (store: LineReads, { hopIds, workMs }: { hopIds: string[]; workMs: number }, _: AbortSignal) =>
		gatherSome(store, hopIds, workMs),
	journey: (store: LineReads, request: JourneyRequest, _: AbortSignal) => tellJourney(store, request),
	lines: (store: LineReads, refs: string[], _: AbortSignal) => linesInOrder(store, refs),
	hostLines: (
		store: LineReads,
		{ budgetMs, ...request }: Omit<HostLinesRequest, "deadline"> & { budgetMs: number },
		_: AbortSignal,
	) => store.hostLines({ ...request, deadline: performance.now() + budgetMs }),
	complete: (
		store: LineReads,
		{ asked, masked }: { asked: CompleteQuery; masked: boolean },
		_: AbortSignal,
	) => complete(store, asked, { masked }),
	volume: (store: LineReads, { asked, asker }: Figures<VolumeQuery>, signal: AbortSignal) =>
		volume(store, asked, { ...asker, signal }),
	facets: (store: LineReads, { asked, asker }: Figures<FacetsQuery>, signal: AbortSignal) =>
		facets(store, asked, { ...asker, signal }),
	related: (store: LineReads, { asked, asker }: Figures<RelatedQuery>, signal: AbortSignal) =>
		related(store, asked, { ...asker, signal }),
	destinations: (store: LineReads, { asked, asker }: Figures<DestinationsQuery>, signal: AbortSignal) =>
		destinations(store, asked, { ...asker, signal }),
	flow: (store: LineReads, { asked, asker }: Figures<FlowQuery>, signal: AbortSignal) =>
		flow(store, asked, { ...asker, signal }),
	overview: (
		store: LineReads,
		{ asked, asker, hosts }: Figures<OverviewQuery> & { hosts: HostAnswer[] },
		signal: AbortSignal,
	) => overview(store, asked, { ...asker, signal }, hosts),
	/** one alert rule, at a moment or over a span */
	measure: (store: LineReads, { rule, ...span }: MeasureRequest, _: AbortSignal) =>
		measure(rule, { store, ...span }),
	preview: (store: LineReads, request: PreviewRequest, _: AbortSignal) => previewRule(store, request),
};

export type Questions = typeof QUESTIONS;
export type QuestionName = keyof Questions;
export type Asked<N extends QuestionName> = Parameters<Questions[N]>[1];
export type Answer<N extends QuestionName> = Awaited<ReturnType<Questions[N]>>;

/** Asks; rejects when `signal` is aborted: nobody waits for the answer any more. */
export type Ask = <N extends QuestionName>(
	name: N,
	asked: Asked<N>,
	signal?: AbortSignal,
) => Promise<Answer<N>>;

/** In this thread: for tests, and for a hub without readers. */
export function askHere(store: LineReads): Ask {
	return (name, asked, signal = new AbortController().signal) => answer(store, name, asked, signal);
}

export async function answer<N extends QuestionName>(
	store: LineReads,
	name: N,
	asked: Asked<N>,
	signal: AbortSignal,
): Promise<Answer<N>> {
	// each question takes what its own entry says; the table's union hides that they belong together
	const question = QUESTIONS[name] as (
		store: LineReads,
		asked: Asked<N>,
		signal: AbortSignal,
	) => Promise<Answer<N>>;
	return question(store, asked, signal);
}
