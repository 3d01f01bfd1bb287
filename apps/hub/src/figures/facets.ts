/** What the found messages have in common, each value with the term that narrows the search to it. */
import { causeTitle } from "@mailtrail/core/diagnose";
import type { Term } from "@mailtrail/core/query";
import type { FacetsAnswer, FacetsQuery } from "@mailtrail/core/wire";
import type { SumKind } from "../store/hop-sums.ts";
import type { SumDimension } from "../store/kept-figures.ts";
import type { LineReads } from "../store/store.ts";
import { domainOf } from "../store/hop-sums.ts";
import { type Asker, basisOf, type Question, readQuestion, termText } from "./question.ts";
import { outcomeOf, sampleOf, Tally } from "./sample.ts";

type Facet = FacetsAnswer["facets"][number]["facet"];

const LIMIT_DEFAULT = 8;
/** how a value of each facet is asked for */
const FIELD: Record<Facet, Term["field"]> = {
	outcome: "status",
	"sender-domain": "from",
	"recipient-domain": "to",
	host: "host",
	cause: "cause",
};
const FACETS = Object.keys(FIELD) as Facet[];
/** where the sums keep it */
const KEPT: Record<Facet, { kinds: SumKind[]; by: SumDimension }> = {
	outcome: { kinds: ["arrivals"], by: "outcome" },
	"sender-domain": { kinds: ["sender-domain"], by: "name" },
	"recipient-domain": { kinds: ["recipient-domain"], by: "name" },
	host: { kinds: ["arrivals"], by: "host" },
	cause: { kinds: ["cause", "refusal"], by: "name" },
};

export async function facets(store: LineReads, asked: FacetsQuery, asker: Asker): Promise<FacetsAnswer> {
	const question = await readQuestion(store, asked, asker);
	const limit = asked.limit ?? LIMIT_DEFAULT;
	const { tallies, counted, exact } = question.bySums
		? await bySums(store, question)
		: await bySample(store, question);
	return {
		...basisOf(question, { counted, exact }),
		facets: FACETS.map((facet) => {
			const values = tallies[facet].sorted();
			return {
				facet,
				values: values.slice(0, limit).map(({ name, n }) => ({
					value: name,
					n,
					query: query(facet, name),
					...(facet === "cause" && { title: causeTitle(name, asker.lang) }),
				})),
				more: Math.max(0, values.length - limit),
			};
		}),
	};
}

function query(facet: Facet, value: string): string {
	if (facet === "sender-domain" && value === "") return 'from:""';
	const isDomain = facet === "sender-domain" || facet === "recipient-domain";
	return `${FIELD[facet]}:${isDomain ? `@${value}` : /[\s"\\]/.test(value) ? JSON.stringify(value) : value}`;
}

interface Counted {
	tallies: Record<Facet, Tally>;
	counted: number;
	exact: boolean;
}

function emptyTallies(): Record<Facet, Tally> {
	return {
		outcome: new Tally(),
		"sender-domain": new Tally(),
		"recipient-domain": new Tally(),
		host: new Tally(),
		cause: new Tally(),
	};
}

async function bySums(store: LineReads, { since, until, host }: Question): Promise<Counted> {
	const tallies = emptyTallies();
	let counted = 0;
	for (const facet of FACETS) {
		const { kinds, by } = KEPT[facet];
		const rows = kinds.map((kind) =>
			store.sums({ kind, since, until, by: [by], ...(host !== undefined && { host }) }),
		);
		for (const row of (await Promise.all(rows)).flat()) {
			const value = row[by];
			if (facet === "outcome") counted += row.messages;
			if (facet !== "sender-domain" && value === "") continue;
			// a sender's messages are counted where they came in, whatever they ended as
			tallies[facet].add(String(value), facet === "sender-domain" ? row.messages : row.recipients);
		}
	}
	return { tallies, counted, exact: true };
}

async function bySample(store: LineReads, question: Question): Promise<Counted> {
	const { journeys, counted, exact } = await sampleOf(store, question, true);
	const tallies = emptyTallies();
	for (const journey of journeys) {
		if (journey.sender !== undefined) tallies["sender-domain"].add(domainOf(journey.sender));
		const hosts = new Set<string>();
		for (const { outcome, recipient, path, diagnosis } of journey.recipients) {
			tallies.outcome.add(outcomeOf(journey, outcome));
			const domain = domainOf(recipient);
			if (domain !== "") tallies["recipient-domain"].add(domain);
			const failing = outcome === "failed" || outcome === "delayed";
			if (failing && diagnosis) tallies.cause.add(diagnosis.cause);
			for (const { host } of path) hosts.add(host);
		}
		for (const host of hosts) tallies.host.add(host);
	}
	return { tallies, counted, exact };
}

/** Values with their counts and terms, the most frequent first. */
export function countedOf(
	tally: Tally,
	field: Term["field"],
	limit: number,
): FacetsAnswer["facets"][number]["values"] {
	return tally
		.sorted()
		.slice(0, limit)
		.map(({ name, n }) => ({ value: name, n, query: termText(field, name) }));
}
