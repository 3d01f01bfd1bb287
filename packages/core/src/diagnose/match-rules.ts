/** Which rule speaks for a reply: the first whose phrases stand in it and whose conditions hold. One pass over the text. */
import { BLOCK_LISTS, type BlockList } from "./block-lists.ts";
import { addressIn } from "./links.ts";
import { FoundPhrases } from "./found-phrases.ts";
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

/** The rules, ready for questions. Nothing is made anew for a question. */
class RuleMatcher {
	readonly #phrases: readonly string[];
	#scan: PhraseScan | undefined;
	#asked = 0;
	/** the alternatives in the order of the phrases that begin them: rule, further phrases, and where each phrase's start */
	readonly #rankOf: Uint16Array;
	readonly #furtherOf: readonly Alternative["further"][];
	readonly #firstOf: Uint16Array;
	/** for each rule, its objections as phrase numbers */
	readonly #none: readonly (readonly number[])[];
	/** phrase → the block list that it names, by its place in the table; past its end for all other phrases */
	readonly #listOf: Uint8Array;
	readonly #found: FoundPhrases;
	/** the rules of which an alternative holds, one bit each, the first rule's the highest of the first word */
	readonly #ranks: Uint32Array;

	constructor(rules: readonly Rule[]) {
		const numbers = new Map<string, number>();
		const numberOf = (phrase: string): number => {
			const known = numbers.get(phrase) ?? numbers.size;
			numbers.set(phrase, known);
			return known;
		};
		const begunBy: Alternative[][] = [];
		// a function of its own: a loop that holds all of this V8 compiles while it runs, which costs more than it does
		const enter = (each: Rule["any"][number], rank: number): void => {
			const [first, ...further] = listOf(each).map((one) => listOf(one).map(numberOf));
			for (const phrase of first ?? []) {
				begunBy[phrase] ??= [];
				begunBy[phrase].push({ rank, further });
			}
		};
		for (const [rank, rule] of rules.entries()) for (const each of rule.any) enter(each, rank);
		this.#none = rules.map((rule) => (rule.none ?? []).map(numberOf));
		const named = BLOCK_LISTS.map((list) => list.words.map(numberOf));
		this.#phrases = [...numbers.keys()];
		const alternatives = this.#phrases.map((_, phrase) => begunBy[phrase] ?? []);
		this.#rankOf = Uint16Array.from(alternatives.flat(), ({ rank }) => rank);
		this.#furtherOf = alternatives.flat().map(({ further }) => further);
		this.#firstOf = new Uint16Array(numbers.size + 1);
		for (const [phrase, { length }] of alternatives.entries())
			this.#firstOf[phrase + 1] = (this.#firstOf[phrase] as number) + length;
		this.#ranks = new Uint32Array(Math.ceil(rules.length / 32));
		this.#found = new FoundPhrases(numbers.size);
		this.#listOf = new Uint8Array(numbers.size).fill(BLOCK_LISTS.length);
		for (const [place, words] of named.entries()) for (const word of words) this.#listOf[word] = place;
	}

	match(reply: ReadReply): { rule: Rule; rank: number } | undefined {
		this.#findPhrases(reply.text);
		if (this.#found.count === 0) return undefined;
		const list = this.#weigh();
		if (list) reply.list = list;
		for (let at = 0; at < this.#ranks.length; at++) {
			for (let bits = this.#ranks[at] as number; bits !== 0; ) {
				const bit = Math.clz32(bits);
				bits &= ~(FIRST_BIT >>> bit);
				const rank = at * 32 + bit;
				const rule = RULES[rank] as Rule;
				if (!this.#found.hasOneOf(this.#none[rank] as readonly number[]) && fits(rule, reply))
					return { rule, rank };
			}
		}
		return undefined;
	}

	#findPhrases(text: string): void {
		const found = this.#found;
		found.clear();
		if (!this.#scan && ++this.#asked <= FEW && text.length <= SHORT) {
			const words = normalForm(text);
			for (const [number, phrase] of this.#phrases.entries()) if (words.includes(phrase)) found.add(number);
			return;
		}
		this.#scan ??= new PhraseScan(this.#phrases);
		this.#scan.find(normalise(text), found);
	}

	/** What the phrases stand for: the rules that hold by them, and the first of the block lists that they name. */
	#weigh(): BlockList | undefined {
		const { phrases, count } = this.#found;
		const ranks = this.#ranks.fill(0);
		let list = BLOCK_LISTS.length;
		for (let at = 0; at < count; at++) {
			const phrase = phrases[at] as number;
			list = Math.min(list, this.#listOf[phrase] as number);
			const stop = this.#firstOf[phrase + 1] as number;
			for (let each = this.#firstOf[phrase] as number; each < stop; each++) {
				if (!this.#areAllFound(this.#furtherOf[each] as Alternative["further"])) continue;
				const rank = this.#rankOf[each] as number;
				ranks[rank >>> 5] = (ranks[rank >>> 5] as number) | (FIRST_BIT >>> (rank & 31));
			}
		}
		return BLOCK_LISTS[list];
	}

	#areAllFound(lists: Alternative["further"]): boolean {
		for (let at = 0; at < lists.length; at++)
			if (!this.#found.hasOneOf(lists[at] as readonly number[])) return false;
		return true;
	}
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
	if (rule.namesAddress && addressIn(reply.text, reply.hostIp) === undefined) return false;
	if (!rule.hosts) return true;
	const host = reply.hostName?.toLowerCase();
	return host !== undefined && rule.hosts.some((name) => host === name || host.endsWith(`.${name}`));
}
