/**
 * What a store can look up by index before it asks `matchesJourney`: the time range, and groups of exact values. Each
 * group comes from one term: a journey that answers the query has at least one key of every group, so one group that
 * the store has indexes for is enough to find all candidates, and a group with a field it has no index for is no help.
 */
import { alternatives } from "./any-of.ts";
import { OUTCOME_OF } from "./match.ts";
import type { Query, Span } from "./query.ts";

export interface QueryKey {
	/**
	 * `domain` stands for the sender's or a recipient's domain or any above it that has a dot; `relay` for a remote's name; `outcome` for
	 * what a try or a refusal ended as (`failed`), or the word that was logged for it (`bounced`)
	 */
	field: "sender" | "recipient" | "messageId" | "queueId" | "host" | "domain" | "relay" | "outcome";
	/** addresses, domains and names in lower case, ids as they are, without angle brackets */
	value: string;
}

/** When the message must have been on its way: it overlaps this span. */
export function queryTimeRange(query: Pick<Query, "terms">): { since?: number; until?: number } {
	const range: Span = {};
	for (const { field, negated, span } of query.terms) {
		if (negated) continue;
		if (field === "since" && span?.min !== undefined) range.min = Math.max(range.min ?? span.min, span.min);
		if (field === "until" && span?.max !== undefined) range.max = Math.min(range.max ?? span.max, span.max);
	}
	return {
		...(range.min === undefined ? {} : { since: range.min }),
		...(range.max === undefined ? {} : { until: range.max }),
	};
}

export function queryKeys(query: Pick<Query, "terms">): QueryKey[][] {
	const groups: QueryKey[][] = [];
	for (const term of query.terms) {
		if (term.negated || term.value.includes("*")) continue;
		const id = term.value.replace(/^<(.*)>$/, "$1");
		const lower = id.toLowerCase();
		// `from:apache` may be a local part or a domain: no exact value
		const isAddress = /[^@]@[^@]/.test(lower);
		const any = alternatives(id);
		const anyAs = (field: "sender" | "recipient") =>
			any.map((address) => ({ field, value: address.toLowerCase() }));
		switch (term.field) {
			case "from":
				if (isAddress) groups.push(anyAs("sender"));
				else if (lower === "" || lower === "<>") groups.push([{ field: "sender", value: "" }]);
				else if (isWholeDomain(lower)) groups.push([{ field: "domain", value: lower.slice(1) }]);
				break;
			case "to":
				if (isAddress) groups.push(anyAs("recipient"));
				else if (isWholeDomain(lower)) groups.push([{ field: "domain", value: lower.slice(1) }]);
				break;
			case "address":
				if (isAddress) {
					groups.push([
						...anyAs("sender"),
						...anyAs("recipient"),
						...any.map((value) => ({ field: "messageId" as const, value })),
					]);
				}
				break;
			case "id":
				groups.push([
					{ field: "messageId", value: id },
					{ field: "queueId", value: id },
				]);
				break;
			case "queue":
				groups.push([{ field: "queueId", value: term.value }]);
				break;
			case "host":
				groups.push([{ field: "host", value: term.value.toLowerCase() }]);
				break;
			case "domain":
				if (isIndexed(lower)) groups.push([{ field: "domain", value: lower.replace(/^@/, "") }]);
				break;
			case "name":
				if (!isIndexed(lower)) break;
				groups.push([
					{ field: "domain", value: lower },
					{ field: "host", value: lower },
					{ field: "relay", value: lower },
				]);
				break;
			case "status":
				// a message is unknown by what is not there
				if (lower !== "unknown" && lower !== "message") {
					const words = new Set([lower, Object.hasOwn(OUTCOME_OF, lower) ? OUTCOME_OF[lower] : lower]);
					groups.push(
						[...words].flatMap((word) => (word ? [{ field: "outcome" as const, value: word }] : [])),
					);
				}
				break;
			default:
				break;
		}
	}
	return groups;
}

/** `@example.org`: the sender's domain, or a recipient's, is among those that the hop is found by. */
function isWholeDomain(value: string): boolean {
	return value.startsWith("@") && isIndexed(value);
}

/** Stores know names by every domain above them but the last one: who asks for `com` has them all looked at. */
export function isIndexed(domain: string): boolean {
	return domain.includes(".");
}
