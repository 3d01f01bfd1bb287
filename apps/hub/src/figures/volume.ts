/** Recipients over time, by the message's arrival, in round steps of the viewer's clock. */
import type { VolumeAnswer, VolumeQuery } from "@mailtrail/core/wire";
import type { LineReads } from "../store/store.ts";
import { type Asker, basisOf, type Question, readQuestion } from "./question.ts";
import { outcomeOf, sampleOf, Tally } from "./sample.ts";

const STEPS_DEFAULT = 60;
/** seconds: what a clock's face has */
const ROUND = [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800];

export async function volume(store: LineReads, asked: VolumeQuery, asker: Asker): Promise<VolumeAnswer> {
	const question = await readQuestion(store, asked, asker);
	const step = roundStep(question, asked.steps ?? STEPS_DEFAULT);
	const counted = question.bySums
		? await bySums(store, question, step)
		: await bySample(store, question, step);
	const buckets: VolumeAnswer["buckets"] = [];
	for (let at = floor(question.since, step); at < question.until; at += step * 1_000) {
		const outcomes = counted.buckets.get(at)?.record() ?? {};
		buckets.push({ at: new Date(at).toISOString(), outcomes });
	}
	return { ...basisOf(question, { counted: counted.counted, exact: counted.exact }), step, buckets };
}

/** The smallest round step, in seconds, that makes no more than about so many. */
export function roundStep({ since, until }: { since: number; until: number }, steps: number): number {
	const wanted = (until - since) / 1_000 / steps;
	return ROUND.find((step) => step >= wanted) ?? Math.ceil(wanted / 604_800) * 604_800;
}

function floor(at: number, step: number): number {
	return Math.floor(at / (step * 1_000)) * step * 1_000;
}

interface Counted {
	buckets: Map<number, Tally>;
	counted: number;
	exact: boolean;
}

async function bySums(store: LineReads, { since, until, host }: Question, step: number): Promise<Counted> {
	const rows = await store.sums({
		kind: "arrivals",
		since,
		until,
		by: ["bucket", "outcome"],
		step: step * 1_000,
		...(host !== undefined && { host }),
	});
	const buckets = new Map<number, Tally>();
	let counted = 0;
	for (const { bucket, outcome, recipients, messages } of rows) {
		counted += messages;
		if (outcome !== "") at(buckets, bucket).add(outcome, recipients);
	}
	return { buckets, counted, exact: true };
}

async function bySample(store: LineReads, question: Question, step: number): Promise<Counted> {
	const { journeys, counted, exact } = await sampleOf(store, question, false);
	const buckets = new Map<number, Tally>();
	for (const journey of journeys) {
		const begun = Date.parse(journey.submittedAt ?? journey.recipients[0]?.at ?? "");
		if (Number.isNaN(begun)) continue;
		// a message that came before the span and was on its way within it stands at the span's beginning
		const tally = at(buckets, floor(Math.max(begun, question.since), step));
		for (const { outcome } of journey.recipients) tally.add(outcomeOf(journey, outcome));
	}
	return { buckets, counted, exact };
}

function at(buckets: Map<number, Tally>, bucket: number): Tally {
	const tally = buckets.get(bucket) ?? new Tally();
	buckets.set(bucket, tally);
	return tally;
}
