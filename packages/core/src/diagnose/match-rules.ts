/** Which rule speaks for a reply: the first whose phrases stand in it and whose conditions hold. One pass over the text. */
import { BLOCK_LISTS } from "./block-lists.ts";
import { PhraseScan } from "./phrase-scan.ts";
import type { ReadReply } from "./read-reply.ts";
import type { Rule } from "./rule.ts";
import { RULES } from "./rules/index.ts";

const BEYOND_ASCII = /[^\u0000-\u007f]/;
/** To make the table costs as much as this many short replies, looked at with each phrase in turn. */
const FEW = 100;
const SHORT = 2_000;

/** The rules, ready for questions. Nothing is made anew for a question but the numbers of the round. */
class RuleMatcher {
	/** an empty one stands for one in another script */
	readonly #phrases: readonly string[];
	#scan: PhraseScan | undefined;
	#asked = 0;
	/** phrases in other scripts, looked for one by one */
	readonly #foreign: readonly { phrase: string; number: number }[];
	/** phrase → ranks of the rules that could win by it */
	readonly #candidates: readonly (readonly number[])[];
	/** for each rule, its alternatives and objections as phrase numbers */
	readonly #any: readonly (readonly (readonly number[])[])[];
	readonly #none: readonly (readonly number[])[];
	/** phrase → the block list that it names, by its place in the table; past its end for all other phrases */
	readonly #listOf: Uint16Array;
	/** phrase → the round in which it was found last */
	readonly #foundIn: Float64Array;
	#round = 0;
	#ranks: number[] = [];
	#list = BLOCK_LISTS.length;

	constructor(rules: readonly Rule[]) {
		const numbers = new Map<string, number>();
		const numberOf = (phrase: string): number => {
			const known = numbers.get(phrase) ?? numbers.size;
			numbers.set(phrase, known);
			return known;
		};
		this.#any = rules.map((rule) =>
			rule.any.map((each) => (typeof each === "string" ? [each] : each).map(numberOf)),
		);
		this.#none = rules.map((rule) => (rule.none ?? []).map(numberOf));
		const named = BLOCK_LISTS.map((list) => list.words.map(numberOf));
		const phrases = [...numbers].map(([phrase, number]) => ({ phrase, number }));
		this.#candidates = candidatesOf(phrases.length, this.#any);
		this.#foreign = phrases.filter(({ phrase }) => BEYOND_ASCII.test(phrase));
		this.#phrases = phrases.map(({ phrase }) => (BEYOND_ASCII.test(phrase) ? "" : phrase));
		this.#foundIn = new Float64Array(phrases.length);
		this.#listOf = new Uint16Array(phrases.length).fill(BLOCK_LISTS.length);
		for (const [place, words] of named.entries()) for (const word of words) this.#listOf[word] = place;
	}

	match(reply: ReadReply): { rule: Rule; rank: number } | undefined {
		this.#findPhrases(reply.words);
		const list = BLOCK_LISTS[this.#list];
		if (list) reply.list = list;
		const ranks = this.#ranks;
		if (ranks.length > 1) ranks.sort((a, b) => a - b);
		let before = -1;
		for (const rank of ranks) {
			if (rank === before) continue;
			before = rank;
			const rule = RULES[rank] as Rule;
			if (fits(rule, reply) && this.#holds(rank)) return { rule, rank };
		}
		return undefined;
	}

	#findPhrases(words: string): void {
		this.#round++;
		this.#ranks.length = 0;
		this.#list = BLOCK_LISTS.length;
		// few rules speak another language than English, and few replies do
		if (this.#findPlain(words)) {
			for (const { phrase, number } of this.#foreign) if (words.includes(phrase)) this.#note(number);
		}
	}

	/** True where the words go beyond ASCII. */
	#findPlain(words: string): boolean {
		this.#asked += 1;
		if (this.#scan || this.#asked > FEW || words.length > SHORT) {
			this.#scan ??= new PhraseScan(this.#phrases);
			return this.#scan.find(words, this.#note);
		}
		for (const [number, phrase] of this.#phrases.entries())
			if (phrase !== "" && words.includes(phrase)) this.#note(number);
		return BEYOND_ASCII.test(words);
	}

	#note = (phrase: number): void => {
		if (this.#foundIn[phrase] === this.#round) return;
		this.#foundIn[phrase] = this.#round;
		const list = this.#listOf[phrase] as number;
		if (list < this.#list) this.#list = list;
		for (const rank of this.#candidates[phrase] as readonly number[]) this.#ranks.push(rank);
	};

	#isFound = (phrase: number): boolean => this.#foundIn[phrase] === this.#round;

	#holds(rank: number): boolean {
		if (this.#none[rank]?.some(this.#isFound)) return false;
		return this.#any[rank]?.some((alternative) => alternative.every(this.#isFound)) === true;
	}
}

function candidatesOf(phrases: number, any: readonly (readonly (readonly number[])[])[]): number[][] {
	const candidates: number[][] = Array.from({ length: phrases }, () => []);
	for (const [rank, alternatives] of any.entries()) {
		for (const [first] of alternatives) {
			const ranks = first === undefined ? undefined : candidates[first];
			if (ranks && ranks[ranks.length - 1] !== rank) ranks.push(rank);
		}
	}
	return candidates;
}

let matcher: RuleMatcher | undefined;

/**
 * The winning rule and its rank; a block list that the words name is noted in the reply. The table is made ready at the first
 * question: who asks none does not pay for it.
 */
export function matchRules(reply: ReadReply): { rule: Rule; rank: number } | undefined {
	matcher ??= new RuleMatcher(RULES);
	return matcher.match(reply);
}

function fits(rule: Rule, reply: ReadReply): boolean {
	if (rule.stages && (reply.stage === undefined || !rule.stages.includes(reply.stage))) return false;
	if (rule.notStages && reply.stage !== undefined && rule.notStages.includes(reply.stage)) return false;
	if (rule.codes) {
		const code = String(reply.code ?? (reply.status ? `${reply.status[0]}00` : ""));
		// "" stands for words that no remote said: a status beside them is the log's or the report's
		const speaks = (start: string) => (start === "" ? reply.code === undefined : code.startsWith(start));
		if (!rule.codes.some(speaks)) return false;
	}
	if (rule.statuses || rule.notStatuses) {
		const detail = reply.status?.slice(2);
		if (rule.statuses && !rule.statuses.some((start) => detail?.startsWith(start))) return false;
		if (rule.notStatuses?.some((start) => detail?.startsWith(start))) return false;
	}
	if (!rule.hosts) return true;
	const host = reply.hostName?.toLowerCase();
	return host !== undefined && rule.hosts.some((name) => host === name || host.endsWith(`.${name}`));
}
