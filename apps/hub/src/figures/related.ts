/** Who else has this cause: over the ways' kept causes the figures, by a search the newest messages. */
import { causeTitle } from "@mailtrail/core/diagnose";
import { formatQuery, type Term } from "@mailtrail/core/query";
import { journeyRow, type RelatedAnswer, type RelatedQuery } from "@mailtrail/core/wire";
import type { LineReads } from "../store/store.ts";
import { countedOf } from "./facets.ts";
import { type Asker, basisOf, readQuestion } from "./question.ts";
import { sampleOf, Tally } from "./sample.ts";

const LIMIT_DEFAULT = 10;
const VALUES = 10;

export async function related(store: LineReads, asked: RelatedQuery, asker: Asker): Promise<RelatedAnswer> {
	const { cause, domain, host, not } = asked;
	const question = await readQuestion(store, asked, asker);
	const wanted: Term[] = [
		{ field: "cause", value: cause, negated: false },
		...(domain === undefined ? [] : [{ field: "domain", value: domain, negated: false } as const]),
		...(host === undefined ? [] : [{ field: "host", value: host, negated: false } as const]),
	];
	const terms = [...wanted, ...question.query.terms];
	const sample = await sampleOf(store, { ...question, query: { terms, problems: [] } }, true);
	const destinations = new Tally();
	const hosts = new Tally();
	const times: number[] = [];
	let tries = 0;
	for (const { recipients } of sample.journeys) {
		for (const { diagnosis, recipient, attempts } of recipients) {
			if (diagnosis?.cause !== cause) continue;
			const missed = attempts.filter(({ action }) => action === "delayed" || action === "failed");
			tries += Math.max(1, missed.length);
			destinations.add(recipient.slice(recipient.lastIndexOf("@") + 1).toLowerCase());
			const last = missed.at(-1) ?? attempts.at(-1);
			if (!last) continue;
			hosts.add(last.host);
			times.push(Date.parse(last.at));
		}
	}
	const iso = (ms: number) => new Date(ms).toISOString();
	return {
		...basisOf(question, sample),
		cause,
		title: causeTitle(cause, asker.lang),
		tries,
		...(times.length > 0 && {
			firstAt: iso(times.reduce((a, b) => Math.min(a, b))),
			lastAt: iso(times.reduce((a, b) => Math.max(a, b))),
		}),
		destinations: countedOf(destinations, "domain", VALUES),
		hosts: countedOf(hosts, "host", VALUES),
		rows: sample.journeys
			.filter(({ id }) => id !== not)
			.slice(0, asked.limit ?? LIMIT_DEFAULT)
			.map((journey) =>
				journeyRow(
					journey,
					journey.recipients.filter(({ diagnosis }) => diagnosis?.cause === cause),
				),
			),
		query: formatQuery({ terms: wanted }),
	};
}
