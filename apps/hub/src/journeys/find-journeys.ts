/**
 * A query → journeys, newest first. The store proposes hops (by the rarest of the query's keys, or by time), each is
 * gathered into its journey, and the query decides. A journey stands at one place in the list, that of its first hop
 * where that one is proposed, else of its newest proposed hop; so pages neither repeat nor miss one, without state.
 */
import { CAUSES, causeTitle, diagnoseJourney, type Language } from "@mailtrail/core/diagnose";
import {
	matchesJourney,
	type Query,
	type QueryKey,
	queryKeys,
	queryPieces,
	queryTimeRange,
	saysAll,
} from "@mailtrail/core/query";
import { type Hop, type Journey, OUTCOMES } from "@mailtrail/core/trace";
import { hasOneOf, idStem } from "../store/hop-terms.ts";
import { type FoundHop, type HopCursor, type HopRequest, type LineReads, OutOfTime } from "../store/store.ts";
import { Budget } from "./budget.ts";
import { type GatheredJourney, gatherJourney } from "./gather-journey.ts";
import { keptTotal, messagesAtMost } from "./kept-total.ts";
import { type Scope, scopeKeys, withinScope } from "./scope.ts";

export interface JourneyPage {
	/** diagnosed */
	journeys: Journey[];
	/** absent when there is nothing older */
	cursor?: PageCursor;
	total: number;
	totalExact: boolean;
}

/** Where the next page begins, and how many journeys came before it. */
export interface PageCursor extends HopCursor {
	seen: number;
}

export interface FindRequest {
	query: Query;
	lang: Language;
	limit: number;
	cursor?: PageCursor | undefined;
	/** the domains that the viewer is there for; absent: all */
	scope?: Scope;
	/** nobody waits for the answer any more */
	signal?: AbortSignal;
	/** what follows the page need not be counted */
	uncounted?: boolean;
}

const TOTAL_MAX = 10_000;
const CHUNK = 64;
/** of hops that say something: each may cost looking through many others */
const TEXT_CHUNK = 16;
/** how long a page may be looked for, and how much work it may be to count the rest */
const PAGE_BUDGET_MS = 2_000;
const COUNT_WORK_MS = 25;
/** where there are no more than some hundred messages at all */
const COUNT_FEW_WORK_MS = 600;
const COUNT_LEAST = 40;
/** of work, then other questions of this thread have their turn: who asks for one message waits for no page of fifty */
const TURN_MS = 3;
/** texts are looked for in larger pieces: each begins with what it looks up */
const TEXT_TURN_MS = 30;
/** So many more by the sums are not counted one by one; fewer are, for of mail that has just come the sums may count two hosts' as two. */
const COUNTED_MAX = 1_000;
const ESTIMATE_CAP = 5_000;
/** `until:` speaks of a message's beginning; its first hop is looked for from this much later, for clocks that differ */
const CLOCK_SLACK_MS = 2_000;
/** Where a key has to be met, a later hop may be the one that meets it: a queue may have held the message for days. */
const QUEUE_SLACK_MS = 6 * 86_400_000;

export async function findJourneys(store: LineReads, request: FindRequest): Promise<JourneyPage> {
	const search = new JourneySearch(store, request, await proposal(store, request));
	const page = await search.page();
	const outOfTime = page.journeys.length < request.limit;
	const seen = (request.cursor?.seen ?? 0) + page.journeys.length;
	const isOpen = page.cursor !== undefined && !request.uncounted;
	const kept = isOpen && request.scope === undefined ? await keptTotal(store, request.query, TOTAL_MAX) : 0;
	const isCounted = isOpen && !outOfTime && kept < seen + COUNTED_MAX;
	const areFew = isCounted && (await messagesAtMost(store, request.query, COUNTED_MAX)) < COUNTED_MAX;
	const rest = isCounted
		? await search.count(areFew ? COUNT_FEW_WORK_MS : COUNT_WORK_MS)
		: { more: 0, exact: page.cursor === undefined };
	const counted = seen + rest.more;
	const total = rest.exact ? counted : Math.max(counted, kept);
	return { ...page, total: Math.min(TOTAL_MAX, total), totalExact: rest.exact };
}

/** As many of the newest as the budget allows, for counting; `exact` where these are all. `limit` bounds them too. */
export async function sampleJourneys(
	store: LineReads,
	request: FindRequest,
	{ budget, diagnosed }: { budget: Budget; diagnosed: boolean },
): Promise<{ journeys: Journey[]; exact: boolean }> {
	const search = new JourneySearch(store, request, await proposal(store, request));
	return search.sample(budget, diagnosed);
}

/** What the store is asked for: hops that have a key, or that say something; neither where the query has nothing of the kind. */
type Proposal = Pick<HopRequest, "anyOf" | "says">;

/** Of the query's groups of keys the one that fewest hops have; where many have it too, a text that is looked for. */
async function proposal(store: LineReads, { query, scope, lang }: FindRequest): Promise<Proposal> {
	const own = scopeKeys(scope);
	const groups = [...queryKeys(query), ...(own ? [own] : [])];
	const says = longestText(queryPieces(query, (piece) => isTold(piece, lang)));
	if (groups.length === 1 && !says) return { anyOf: groups[0] ?? [] };
	const best = await rarest(store, groups, ESTIMATE_CAP);
	if (best && best.count < ESTIMATE_CAP) return { anyOf: best.keys };
	if (says) return { says };
	// each is of many: the bounces of a large domain are far fewer than all its mail
	const counted = best && (await rarest(store, groups, Number.POSITIVE_INFINITY));
	return counted ? { anyOf: counted.keys } : {};
}

/** The group of keys that fewest hops have, counted up to a number. */
async function rarest(
	store: LineReads,
	groups: readonly QueryKey[][],
	cap: number,
): Promise<{ keys: QueryKey[]; count: number } | undefined> {
	let best: { keys: QueryKey[]; count: number } | undefined;
	for (const keys of groups) {
		const count = await store.estimate(keys, best?.count ?? cap);
		if (!best || count < best.count) best = { keys, count };
	}
	return best;
}

function longestText(texts: readonly string[][]): string[] | undefined {
	const length = (pieces: string[]) => pieces.reduce((sum, piece) => sum + piece.length, 0);
	return texts.reduce<string[] | undefined>(
		(best, each) => (best && length(best) >= length(each) ? best : each),
		undefined,
	);
}

/** Outcomes and causes are found out when a journey is told: no hop says them. */
function isTold(piece: string, lang: Language): boolean {
	if (OUTCOMES.some((outcome) => outcome.includes(piece))) return true;
	return Object.keys(CAUSES).some(
		(cause) => cause.includes(piece) || causeTitle(cause, lang).toLowerCase().includes(piece),
	);
}

class JourneySearch {
	readonly #store: LineReads;
	readonly #request: FindRequest;
	readonly #proposal: Proposal;
	readonly #endsAfter: number | undefined;
	readonly #needsDiagnosis: boolean;
	/** hop id → the journey that it was gathered into */
	readonly #gathered = new Map<string, GatheredJourney | undefined>();
	#at: HopCursor | undefined;
	#ready: FoundHop[] = [];
	/** so far the store looked for texts, and found no more */
	#reached: HopCursor | undefined;
	#exhausted = false;
	#turnBegan = performance.now();

	constructor(store: LineReads, request: FindRequest, proposal: Proposal) {
		this.#store = store;
		this.#request = request;
		this.#proposal = proposal;
		const { since, until } = queryTimeRange(request.query);
		this.#endsAfter = since;
		this.#needsDiagnosis = request.query.terms.some(({ field }) => field === "cause" || field === "text");
		// a sender is the first hop's too: no later one is needed to meet it
		const { anyOf, says } = proposal;
		const bySender = !says && (anyOf?.every(({ field }) => field === "sender") ?? true);
		const slack = bySender ? CLOCK_SLACK_MS : QUEUE_SLACK_MS;
		this.#at = request.cursor ?? (until === undefined ? undefined : { at: until + slack, tie: 0 });
	}

	async page(): Promise<{ journeys: Journey[]; cursor?: PageCursor }> {
		const { limit, cursor, lang } = this.#request;
		const journeys: Journey[] = [];
		const budget = new Budget(PAGE_BUDGET_MS);
		while (journeys.length < limit) {
			const journey = await this.#next(budget);
			if (!journey) break;
			journeys.push(this.#needsDiagnosis ? journey : diagnoseJourney(journey, lang));
		}
		if (this.#exhausted || !this.#at) return { journeys };
		return { journeys, cursor: { ...this.#at, seen: (cursor?.seen ?? 0) + journeys.length } };
	}

	async sample(budget: Budget, diagnosed: boolean): Promise<{ journeys: Journey[]; exact: boolean }> {
		const { limit, lang } = this.#request;
		const journeys: Journey[] = [];
		while (journeys.length < limit) {
			const journey = await this.#next(budget);
			if (!journey) break;
			journeys.push(diagnosed && !this.#needsDiagnosis ? diagnoseJourney(journey, lang) : journey);
		}
		return { journeys, exact: this.#exhausted };
	}

	/** How many follow: a few in any case, for small totals are read as they are, then as far as the budget allows. */
	async count(workMs: number): Promise<{ more: number; exact: boolean }> {
		const some = new Budget(PAGE_BUDGET_MS, workMs);
		const few = new Budget(COUNT_FEW_WORK_MS);
		let more = 0;
		// what only says something is looked for among others: that takes long where it is rare
		const least = this.#proposal.says ? 0 : COUNT_LEAST;
		while (more < TOTAL_MAX && (await this.#next(more < least ? few : some))) more++;
		return { more, exact: this.#exhausted };
	}

	/** The next journey that answers the query; undefined at the end, or when the budget is spent. */
	async #next(budget: Budget): Promise<Journey | undefined> {
		while (!budget.isSpent) {
			await this.#giveTurn();
			const found = await this.#nextHop(budget);
			if (!found) return undefined;
			this.#at = found.cursor;
			const standing = await this.#standingAt(found.hop);
			const journey = standing && withinScope(standing, this.#request.scope);
			if (!journey || !matchesJourney(this.#request.query, journey)) continue;
			if (!(await this.#toldByMessage(journey))) return journey;
		}
		return undefined;
	}

	/** A refusal that a message met, where that message answers the query too: its row tells it. */
	async #toldByMessage({ answers }: Journey): Promise<boolean> {
		if (!answers?.[0]) return false;
		const [hop] = await this.#store.hopsOfQueue(idStem(answers[0].journeyId));
		const message = hop && (await gatherJourney(this.#store, hop));
		const seen = message && withinScope(message.journey, this.#request.scope);
		return seen !== undefined && matchesJourney(this.#request.query, seen);
	}

	async #nextHop(budget: Budget): Promise<{ hop: Hop; cursor: HopCursor } | undefined> {
		while (this.#ready.length === 0) {
			if (this.#reached) this.#at = this.#reached;
			if (this.#reached && budget.isSpent) return undefined;
			this.#reached = undefined;
			await this.#giveTurn();
			this.#ready = [...(await this.#propose(budget))];
			if (this.#ready.length > 0 || this.#reached) continue;
			this.#exhausted = true;
			return undefined;
		}
		return this.#ready.shift();
	}

	async #giveTurn(): Promise<void> {
		if (performance.now() - this.#turnBegan < TURN_MS) return;
		await new Promise((resolve) => setImmediate(resolve));
		this.#request.signal?.throwIfAborted();
		this.#turnBegan = performance.now();
	}

	async #propose({ latest }: Budget): Promise<readonly FoundHop[]> {
		try {
			return await this.#store.findHops({
				limit: this.#proposal.says ? TEXT_CHUNK : CHUNK,
				...this.#proposal,
				...(this.#proposal.says && { deadline: Math.min(latest, performance.now() + TEXT_TURN_MS) }),
				...(this.#at && { before: this.#at }),
				...(this.#endsAfter !== undefined && { endsAfter: this.#endsAfter }),
			});
		} catch (error) {
			if (!(error instanceof OutOfTime)) throw error;
			this.#reached = error.reached;
			return error.found;
		}
	}

	/** The journey whose place in the list this hop is. */
	async #standingAt(hop: Hop): Promise<Journey | undefined> {
		if (!this.#gathered.has(hop.id)) {
			const gathered = await gatherJourney(this.#store, hop);
			if (gathered && this.#needsDiagnosis) {
				gathered.journey = diagnoseJourney(gathered.journey, this.#request.lang);
			}
			for (const member of gathered?.hops ?? [hop]) this.#gathered.set(member.id, gathered);
			this.#gathered.set(hop.id, gathered);
		}
		const gathered = this.#gathered.get(hop.id);
		return gathered && this.#placeOf(gathered)?.id === hop.id ? gathered.journey : undefined;
	}

	#placeOf({ hops, journey }: GatheredJourney): Hop | undefined {
		const proposed = hops.filter((hop) => this.#isProposed(hop));
		const newest = proposed.reduce<Hop | undefined>((best, hop) => {
			if (!best || hop.firstAt > best.firstAt) return hop;
			return hop.firstAt === best.firstAt && hop.id > best.id ? hop : best;
		}, undefined);
		return proposed.find((hop) => hop.id === journey.id) ?? newest;
	}

	#isProposed(hop: Hop): boolean {
		if (this.#endsAfter !== undefined && hop.lastAt < this.#endsAfter) return false;
		const { anyOf, says } = this.#proposal;
		if (says) return saysAll(hop, says);
		return anyOf === undefined || hasOneOf(hop, anyOf);
	}
}
