/**
 * What a hop can be found by: one flat list of prefixed terms, the same for every store. An index may be stale or too
 * generous; `hasOneOf` decides by the hop itself.
 */
import type { QueryKey } from "@mailtrail/core/query";
import { copyKeys, type Hop, isConnectionHop, linkKeys, ownKeys } from "@mailtrail/core/trace";
import { hash32 } from "./term-hash.ts";

/** longer values are cut: a term is for finding, the hop keeps the whole */
const TERM_LENGTH_MAX = 320;
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
	const terms = new SoughtTerms(keys.map(keyOfQuery));
	addSearchTerms(terms, hop);
	return terms.isMet;
}

export function hopTerms(hop: Hop): Terms {
	const terms = new Terms();
	addTerms(terms, hop);
	return terms;
}

/** Takes the terms of a hop. */
interface TermSink {
	add(term: string): unknown;
	/** those of a name, which are made once for many hops */
	addName(name: NameTerms): void;
}

/** Knows those that it took. */
interface TermList extends TermSink {
	has(term: string): boolean;
}

/** Everything that a search may name; of keys, under `k:`, and of ids, under `s:`, what that does not say already. */
function addTerms(terms: TermList, hop: Hop): void {
	// a session that tells a client is reached by its message's id alone
	if (!isConnectionHop(hop)) addSearchTerms(terms, hop);
	if (hop.queueId === undefined) terms.add(cut(`s:${idStem(hop.id)}`));
	for (const key of ownKeys(hop)) if (!terms.has(cut(key))) terms.add(cut(`k:${key}`));
	for (const key of [...linkKeys(hop), ...copyKeys(hop)]) terms.add(cut(`k:${key}`));
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

function addSearchTerms(terms: TermSink, hop: Hop): void {
	terms.add(`h:${hop.host.toLowerCase()}`);
	if (hop.queueId !== undefined) terms.add(cut(`q:${hop.queueId}`));
	for (const messageId of [hop.messageId ?? [], hop.otherMessageIds ?? []].flat())
		terms.add(cut(`m:${withoutBrackets(messageId)}`));
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
}

/** more are looked up in a set */
const FEW = 32;

/** Strings, each once. Most hops have a dozen: to compare those costs less than to give each its place in a set. */
class Terms implements TermList, Iterable<string> {
	readonly #list: string[] = [];
	#many: Set<string> | undefined;

	has(term: string): boolean {
		return this.#many ? this.#many.has(term) : this.#list.includes(term);
	}

	add(term: string): void {
		if (this.has(term)) return;
		this.#list.push(term);
		if (this.#many) this.#many.add(term);
		else if (this.#list.length > FEW) this.#many = new Set(this.#list);
	}

	addName({ terms }: NameTerms): void {
		for (const term of terms) this.add(term);
	}

	[Symbol.iterator](): Iterator<string> {
		return this.#list[Symbol.iterator]();
	}
}

/** Whether one of a few is among them: nothing is kept, a hop of a list may have thousands. */
class SoughtTerms implements TermSink {
	isMet = false;
	readonly #sought: ReadonlySet<string>;

	constructor(sought: readonly string[]) {
		this.#sought = new Set(sought);
	}

	add(term: string): void {
		this.isMet ||= this.#sought.has(term);
	}

	addName({ terms }: NameTerms): void {
		this.isMet ||= terms.some((term) => this.#sought.has(term));
	}
}

/** The terms of many hops as `hash32` has them, those of one behind those of another. */
export class TermHashes implements TermList {
	readonly hashes: number[] = [];
	/** domains and relays (`isName`) */
	readonly names = new Set<string>();
	/** where the terms of the newest hop begin */
	#from = 0;
	#many: Set<number> | undefined;

	/** `key`: a term that the hop is found by besides. How many terms there are now. */
	addHop(hop: Hop, key: string): number {
		this.#from = this.hashes.length;
		this.#many = undefined;
		addTerms(this, hop);
		this.add(key);
		return this.hashes.length;
	}

	has(term: string): boolean {
		return this.#hasHash(hash32(term));
	}

	add(term: string): void {
		this.#addHash(hash32(term));
	}

	addName({ terms, hashes }: NameTerms): void {
		for (const term of terms) this.names.add(term);
		for (const hash of hashes) this.#addHash(hash);
	}

	#hasHash(hash: number): boolean {
		return this.#many ? this.#many.has(hash) : this.hashes.indexOf(hash, this.#from) >= 0;
	}

	#addHash(hash: number): void {
		if (this.#hasHash(hash)) return;
		this.hashes.push(hash);
		if (this.#many) this.#many.add(hash);
		else if (this.hashes.length - this.#from > FEW) this.#many = new Set(this.hashes.slice(this.#from));
	}
}

/** What recipients may have ended as, by this hop alone: never too little, for the journey decides. */
function addOutcomes(terms: TermSink, hop: Hop): void {
	if (hop.queueId === undefined) terms.add("o:refused");
	for (const { action, status } of hop.attempts) {
		if (action !== undefined) terms.add(`o:${action}`);
		if (status !== undefined) terms.add(cut(`o:${status.toLowerCase()}`));
		if (action === "delayed" && hop.state?.kind === "removed") terms.add("o:discarded");
	}
	if (hop.refusals.length > 0) {
		terms.add("o:failed");
		terms.add("o:discarded");
	}
	if (hop.verdicts.some((verdict) => verdict.nextQueueId === undefined)) {
		terms.add("o:discarded");
		terms.add("o:quarantined");
	}
}

function addAddress(terms: TermSink, side: "f:" | "t:", address: string | undefined): void {
	if (address === undefined) return;
	const lower = address.toLowerCase();
	terms.add(cut(side + lower));
	const at = lower.lastIndexOf("@");
	if (at >= 0) addName(terms, "d:", lower.slice(at + 1));
}

interface NameTerms {
	terms: readonly string[];
	/** as `hash32` has them */
	hashes: readonly number[];
}

/** A message's names are those of many others: what was made of one is kept. */
const namesKnown = { "d:": new Map<string, NameTerms>(), "r:": new Map<string, NameTerms>() };
const NAMES_KNOWN_MAX = 10_000;

function addName(terms: TermSink, prefix: "d:" | "r:", name: string | undefined): void {
	if (!name) return;
	const known = namesKnown[prefix];
	let own = known.get(name);
	if (!own) {
		const made = nameTerms(prefix, name);
		own = { terms: made, hashes: made.map(hash32) };
		if (known.size >= NAMES_KNOWN_MAX) known.clear();
		known.set(name, own);
	}
	terms.addName(own);
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
