/**
 * What a hop can be found by: one flat list of prefixed terms, the same for every store. An index may be stale or too
 * generous; `hasOneOf` decides by the hop itself.
 */
import type { QueryKey } from "@mailtrail/core/query";
import { type Hop, isConnectionHop, linkKeys, ownKeys } from "@mailtrail/core/trace";

/** longer values are cut: a term is for finding, the hop keeps the whole */
const TERM_LENGTH_MAX = 320;
/** a list with more recipients than this is found by the first ones, its queue id, its Message-ID and its sender */
const TERMS_MAX = 20_000;
/** a name with more labels is found by the last ones */
export const LABELS_MAX = 10;

const PREFIX: Record<QueryKey["field"], string> = {
	sender: "f:",
	recipient: "t:",
	messageId: "m:",
	queueId: "q:",
	host: "h:",
	domain: "d:",
	relay: "r:",
	outcome: "o:",
};

/** The index term that answers a key of a query. */
export function keyOfQuery(key: QueryKey): string {
	return cut(PREFIX[key.field] + key.value);
}

export function hasOneOf(hop: Hop, keys: QueryKey[]): boolean {
	const wanted = new Set(keys.map(keyOfQuery));
	return [...searchTerms(hop)].some((term) => wanted.has(term));
}

/** Everything that a search may name; of keys, under `k:`, and of ids, under `s:`, what that does not say already. */
export function hopTerms(hop: Hop): Terms {
	// a session that tells a client is reached by its message's id alone
	const terms = isConnectionHop(hop) ? new Terms() : searchTerms(hop);
	if (hop.queueId === undefined) terms.add(cut(`s:${idStem(hop.id)}`));
	for (const key of ownKeys(hop)) if (!terms.has(cut(key))) terms.add(cut(`k:${key}`));
	for (const key of linkKeys(hop)) terms.add(cut(`k:${key}`));
	return terms;
}

/** A domain or relay: what is kept as text too, to complete a word that was begun. */
export function isName(term: string): boolean {
	return term.startsWith(PREFIX.domain) || term.startsWith(PREFIX.relay);
}

/** The terms of a key: `q:ID` and `m:ID` are what a search calls them too. */
export function keyTerms(key: string): string[] {
	return [cut(key), cut(`k:${key}`)];
}

/** The term that finds all hops of a queue, with others of the same queue id. */
export function stemTerm(stem: string): string {
	const queueId = stem.slice(stem.indexOf("/") + 1);
	return cut(queueId.startsWith("-/") ? `s:${stem}` : `q:${queueId}`);
}

/** `HOST/QUEUEID` of `HOST/QUEUEID/START`; the whole id of a session, which has no queue id (`HOST/-/START.ORDER`). */
export function idStem(id: string): string {
	const slash = id.lastIndexOf("/");
	return slash < 0 || id.slice(0, slash).endsWith("/-") ? id : id.slice(0, slash);
}

function searchTerms(hop: Hop): Terms {
	const terms = new Terms().add(`h:${hop.host.toLowerCase()}`);
	if (hop.queueId !== undefined) terms.add(cut(`q:${hop.queueId}`));
	if (hop.messageId !== undefined) terms.add(cut(`m:${withoutBrackets(hop.messageId)}`));
	addName(terms, "r:", hop.client?.name);
	addAddress(terms, "f:", hop.sender);
	for (const attempt of hop.attempts) {
		addAddress(terms, "t:", attempt.recipient);
		addAddress(terms, "t:", attempt.original);
		addName(terms, "r:", attempt.relay?.name);
	}
	for (const refusal of hop.refusals) {
		addAddress(terms, "t:", refusal.recipient);
		addAddress(terms, "f:", refusal.sender);
	}
	for (const verdict of hop.verdicts) {
		for (const recipient of verdict.recipients ?? []) addAddress(terms, "t:", recipient);
	}
	addOutcomes(terms, hop);
	return terms;
}

/** more are looked up in a set */
const FEW = 32;

/** Strings, each once. Most hops have a dozen: to compare those costs less than to give each its place in a set. */
class Terms implements Iterable<string> {
	readonly #list: string[] = [];
	#many: Set<string> | undefined;

	get size(): number {
		return this.#list.length;
	}

	has(term: string): boolean {
		return this.#many ? this.#many.has(term) : this.#list.includes(term);
	}

	add(term: string): this {
		if (this.has(term)) return this;
		this.#list.push(term);
		if (this.#many) this.#many.add(term);
		else if (this.#list.length > FEW) this.#many = new Set(this.#list);
		return this;
	}

	[Symbol.iterator](): Iterator<string> {
		return this.#list[Symbol.iterator]();
	}
}

/** What recipients may have ended as, by this hop alone: never too little, for the journey decides. */
function addOutcomes(terms: Terms, hop: Hop): void {
	if (hop.queueId === undefined) terms.add("o:refused");
	for (const { action, status } of hop.attempts) {
		if (action !== undefined) terms.add(`o:${action}`);
		if (status !== undefined) terms.add(cut(`o:${status.toLowerCase()}`));
		if (action === "delayed" && hop.state?.kind === "removed") terms.add("o:discarded");
	}
	if (hop.refusals.length > 0) terms.add("o:failed").add("o:discarded");
	if (hop.verdicts.some((verdict) => verdict.nextQueueId === undefined)) {
		terms.add("o:discarded").add("o:quarantined");
	}
}

function addAddress(terms: Terms, side: "f:" | "t:", address: string | undefined): void {
	if (address === undefined || terms.size >= TERMS_MAX) return;
	const lower = address.toLowerCase();
	terms.add(cut(side + lower));
	const at = lower.lastIndexOf("@");
	if (at >= 0) addName(terms, "d:", lower.slice(at + 1));
}

/** A message's names are those of many others: what was made of one is kept. */
const namesKnown = { "d:": new Map<string, readonly string[]>(), "r:": new Map<string, readonly string[]>() };
const NAMES_KNOWN_MAX = 10_000;

function addName(terms: Terms, prefix: "d:" | "r:", name: string | undefined): void {
	if (!name || terms.size >= TERMS_MAX) return;
	const known = namesKnown[prefix];
	let own = known.get(name);
	if (!own) {
		own = nameTerms(prefix, name);
		if (known.size >= NAMES_KNOWN_MAX) known.clear();
		known.set(name, own);
	}
	for (const term of own) terms.add(term);
}

/** The name and every domain above it, except the last: half the world is in `com`, and nobody looks for it. */
function nameTerms(prefix: string, name: string): string[] {
	const labels = name.toLowerCase().replace(/\.$/, "").split(".");
	const last = Math.max(1, labels.length - 1);
	const terms: string[] = [];
	for (let from = Math.max(0, labels.length - LABELS_MAX); from < last; from++)
		terms.push(cut(prefix + labels.slice(from).join(".")));
	return terms;
}

function withoutBrackets(id: string): string {
	return id.length > 1 && id.startsWith("<") && id.endsWith(">") ? id.slice(1, -1) : id;
}

function cut(term: string): string {
	return term.length > TERM_LENGTH_MAX ? term.slice(0, TERM_LENGTH_MAX) : term;
}
