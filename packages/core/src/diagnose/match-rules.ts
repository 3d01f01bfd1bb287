/** Which rule speaks for a reply: the first whose phrases stand in it and whose conditions hold. One pass over the text. */
import { BLOCK_LISTS } from "./block-lists.ts";
import { normalForm, normalise } from "./normal-form.ts";
import { PhraseScan } from "./phrase-scan.ts";
import type { ReadReply } from "./read-reply.ts";
import type { Rule } from "./rule.ts";
import { RULES } from "./rules/index.ts";

/** To make the table costs as much as this many short replies, looked at with each phrase in turn. */
const FEW = 25;
const SHORT = 2_000;
const FIRST_BIT = 0x80000000;

/** One of a rule's ways to hold, found by one of its first phrases; of each further list one must be found too. */
interface Alternative {
	rank: number;
	further: readonly (readonly number[])[];
}

/** The rules, ready for questions. Nothing is made anew for a question but the numbers of the round. */
class RuleMatcher {
	readonly #phrases: readonly string[];
	#scan: PhraseScan | undefined;
	#asked = 0;
	/** phrase → the alternatives that begin with it */
	readonly #alternatives: readonly (readonly Alternative[])[];
	/** for each rule, its objections as phrase numbers */
	readonly #none: readonly (readonly number[])[];
	/** phrase → the block list that it names, by its place in the table; past its end for all other phrases */
	readonly #listOf: Uint16Array;
	/** phrase → the round in which it was found last */
	readonly #foundIn: Float64Array;
	#round = 0;
	/** the rules of which an alternative holds, one bit each, the first rule's the highest of the first word */
	readonly #ranks: Uint32Array;
	/** alternatives whose further phrases may yet be found */
	readonly #open: Alternative[] = [];
	#list = BLOCK_LISTS.length;

	constructor(rules: readonly Rule[]) {
		const numbers = new Map<string, number>();
		const numberOf = (phrase: string): number => {
			const known = numbers.get(phrase) ?? numbers.size;
			numbers.set(phrase, known);
			return known;
		};
		const alternatives: Alternative[][] = [];
		for (const [rank, rule] of rules.entries()) {
			for (const each of rule.any) {
				const [first, ...further] = listOf(each).map((one) => listOf(one).map(numberOf));
				for (const phrase of first ?? []) {
					alternatives[phrase] ??= [];
					alternatives[phrase].push({ rank, further });
				}
			}
		}
		this.#none = rules.map((rule) => (rule.none ?? []).map(numberOf));
		const named = BLOCK_LISTS.map((list) => list.words.map(numberOf));
		this.#phrases = [...numbers.keys()];
		this.#alternatives = this.#phrases.map((_, phrase) => alternatives[phrase] ?? []);
		this.#ranks = new Uint32Array(Math.ceil(rules.length / 32));
		this.#foundIn = new Float64Array(numbers.size);
		this.#listOf = new Uint16Array(numbers.size).fill(BLOCK_LISTS.length);
		for (const [place, words] of named.entries()) for (const word of words) this.#listOf[word] = place;
	}

	match(reply: ReadReply): { rule: Rule; rank: number } | undefined {
		this.#findPhrases(reply.text);
		for (const { rank, further } of this.#open) if (further.every(this.#isOneFound)) this.#hold(rank);
		const list = BLOCK_LISTS[this.#list];
		if (list) reply.list = list;
		for (let at = 0; at < this.#ranks.length; at++) {
			for (let bits = this.#ranks[at] as number; bits !== 0; ) {
				const bit = Math.clz32(bits);
				bits &= ~(FIRST_BIT >>> bit);
				const rank = at * 32 + bit;
				const rule = RULES[rank] as Rule;
				if (!this.#isOneFound(this.#none[rank] as readonly number[]) && fits(rule, reply))
					return { rule, rank };
			}
		}
		return undefined;
	}

	#findPhrases(text: string): void {
		this.#round++;
		this.#ranks.fill(0);
		this.#open.length = 0;
		this.#list = BLOCK_LISTS.length;
		if (!this.#scan && ++this.#asked <= FEW && text.length <= SHORT) {
			const words = normalForm(text);
			for (const [number, phrase] of this.#phrases.entries()) if (words.includes(phrase)) this.#note(number);
			return;
		}
		this.#scan ??= new PhraseScan(this.#phrases);
		this.#scan.find(normalise(text), this.#note);
	}

	#note = (phrase: number): void => {
		if (this.#foundIn[phrase] === this.#round) return;
		this.#foundIn[phrase] = this.#round;
		const list = this.#listOf[phrase] as number;
		if (list < this.#list) this.#list = list;
		for (const alternative of this.#alternatives[phrase] as readonly Alternative[]) {
			if (alternative.further.length === 0) this.#hold(alternative.rank);
			else this.#open.push(alternative);
		}
	};

	#hold(rank: number): void {
		this.#ranks[rank >>> 5] = (this.#ranks[rank >>> 5] as number) | (FIRST_BIT >>> (rank & 31));
	}

	#isOneFound = (phrases: readonly number[]): boolean => {
		for (const phrase of phrases) if (this.#foundIn[phrase] === this.#round) return true;
		return false;
	};
}

function listOf<Item>(one: string | readonly Item[]): readonly (Item | string)[] {
	return typeof one === "string" ? [one] : one;
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
