/**
 * Whoever is there for some domains sees their mail and nothing else: messages from them with every recipient, messages
 * to them with their own recipients only. Done before a query is asked, so that no answer, total or count tells of more.
 */
import { isIndexed, type Query, type QueryKey, type TermField } from "@mailtrail/core/query";
import type { Journey, JourneyRecipient, Notice } from "@mailtrail/core/trace";

/** Absent: everything. */
export type Scope = readonly string[] | undefined;

/** The journey as somebody of this scope may see it; undefined: not at all. */
export function withinScope(journey: Journey, scope: Scope): Journey | undefined {
	if (scope === undefined) return journey;
	if (journey.sender !== undefined && isOf(journey.sender, scope)) return journey;
	const recipients = journey.recipients.filter(
		({ recipient, original }) => isOf(recipient, scope) || isOf(original, scope),
	);
	if (recipients.length === 0) return undefined;
	const { answers, ...rest } = journey;
	const own = answers?.filter(({ recipient }) => isOf(recipient, scope)) ?? [];
	const seen = { ...rest, recipients, ...(own.length > 0 && { answers: own }) };
	if (recipients.length === journey.recipients.length) return seen;
	const bounces = journey.bounces.filter(
		({ recipient }) => recipient !== undefined && isOf(recipient, scope),
	);
	return { ...seen, bounces, notices: noticesFor(journey, recipients) };
}

/** Those that name neither another recipient nor a host that only another one's mail went to. */
function noticesFor(journey: Journey, own: readonly JourneyRecipient[]): Notice[] {
	const seen = new Set(own.flatMap(namesOf));
	if (journey.sender !== undefined) seen.add(journey.sender.toLowerCase());
	const others = new Set(journey.recipients.flatMap(namesOf).filter((name) => !seen.has(name)));
	return journey.notices.filter(({ text, values = {} }) =>
		[text, ...Object.values(values)]
			.flatMap((words) => words.toLowerCase().split(/[\s<>(),;"]+/))
			.map((word) => word.replace(/[.:]$/, ""))
			.every((word) => (word.includes("@") ? seen.has(word) : !others.has(word))),
	);
}

function namesOf({ recipient, original, attempts }: JourneyRecipient): string[] {
	const relays = attempts.flatMap(({ relay }) => [relay?.name ?? [], relay?.ip ?? []].flat());
	return [recipient, original, ...relays].map((name) => name.toLowerCase());
}

/** What a store can look up: a message in scope has at least one of these. */
export function scopeKeys(scope: Scope): QueryKey[] | undefined {
	const domains = scope?.map(folded);
	return domains?.every(isIndexed) ? domains.map((value) => ({ field: "domain", value })) : undefined;
}

/** Fields whose words could be guessed letter by letter, where what they say comes masked. */
const GUESSABLE: readonly TermField[] = ["from", "to", "address", "name", "text"];

/** The first term that somebody who sees masked addresses may not ask by: a pattern, or the words of a reply. */
export function guessingTerm(query: Pick<Query, "terms">, scope: Scope): string | undefined {
	if (scope === undefined) return undefined;
	const guess = query.terms.find(({ field, value }) => {
		if (field === "text") return true;
		if (!GUESSABLE.includes(field)) return false;
		const at = value.lastIndexOf("@");
		const local = at < 0 ? (field === "name" ? "" : value) : value.slice(0, at);
		return local.includes("*");
	});
	return guess && `${guess.field}:${guess.value}`;
}

function isOf(address: string, scope: readonly string[]): boolean {
	const at = address.lastIndexOf("@");
	if (at < 0) return false;
	const domain = folded(address.slice(at + 1));
	return scope.some((each) => domain === folded(each) || domain.endsWith(`.${folded(each)}`));
}

function folded(domain: string): string {
	return domain.trim().replace(/^@/, "").replace(/\.$/, "").toLowerCase();
}
