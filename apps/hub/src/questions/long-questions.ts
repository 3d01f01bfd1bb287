/**
 * Which questions may take long: whoever asks for a message by an exact value, or for a page of the list, does not wait behind one
 * (`reader-pool.ts`). It is about time alone: every question has the same answer wherever it is asked.
 */
import { type QueryKey, queryKeys } from "@mailtrail/core/query";
import type { FindRequest } from "../journeys/find-journeys.ts";
import type { Asked, QuestionName } from "./questions.ts";

/** They look at many messages, or at sums of many days; a page of an export is one of hundreds, and who watches is told again and again. */
const LONG: ReadonlySet<QuestionName> = new Set<QuestionName>([
	"found",
	"changed",
	"hostLines",
	"volume",
	"facets",
	"related",
	"destinations",
	"flow",
	"overview",
	"measure",
	"preview",
]);

/** A host or an outcome is met by so many messages that it finds none. */
const FINDS: Record<QueryKey["field"], boolean> = {
	sender: true,
	recipient: true,
	messageId: true,
	queueId: true,
	domain: true,
	relay: true,
	host: false,
	outcome: false,
};

export function isLong<N extends QuestionName>(name: N, asked: Asked<N>): boolean {
	return name === "search" ? looksThroughMany(asked as FindRequest) : LONG.has(name);
}

/** Nothing that an index finds: each message is looked at, or all texts are looked through. */
function looksThroughMany({ query }: FindRequest): boolean {
	const others = query.terms.filter(({ field }) => field !== "since" && field !== "until");
	return others.length > 0 && !queryKeys(query).some((keys) => keys.every(({ field }) => FINDS[field]));
}
