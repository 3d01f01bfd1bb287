/** Which rule speaks for a reply: the first whose phrases stand in it and whose conditions hold. One pass over the text. */
import { PhraseScan } from "./phrase-scan.ts";
import type { ReadReply } from "./read-reply.ts";
import type { Rule } from "./rule.ts";
import { RULES } from "./rules/index.ts";

interface Compiled {
	scan: PhraseScan;
	/** phrases in other scripts, looked for one by one */
	foreign: readonly { phrase: string; number: number }[];
	/** phrase → ranks of the rules that could win by it */
	candidates: readonly (readonly number[])[];
	/** for each rule, its alternatives and objections as phrase numbers */
	any: readonly (readonly (readonly number[])[])[];
	none: readonly (readonly number[])[];
}

const BEYOND_ASCII = /[^\u0000-\u007f]/;

let compiled: Compiled | undefined;

/** Built at the first question: commands that diagnose nothing do not pay for it. */
function compile(rules: readonly Rule[]): Compiled {
	const numbers = new Map<string, number>();
	const numberOf = (phrase: string): number => {
		const known = numbers.get(phrase) ?? numbers.size;
		numbers.set(phrase, known);
		return known;
	};
	const any = rules.map((rule) =>
		rule.any.map((each) => (typeof each === "string" ? [each] : each).map(numberOf)),
	);
	const none = rules.map((rule) => (rule.none ?? []).map(numberOf));
	const candidates: number[][] = Array.from(numbers, () => []);
	for (const [rank, alternatives] of any.entries()) {
		for (const [first] of alternatives) {
			const ranks = first === undefined ? undefined : candidates[first];
			if (ranks && ranks[ranks.length - 1] !== rank) ranks.push(rank);
		}
	}
	const phrases = [...numbers].map(([phrase, number]) => ({ phrase, number }));
	const foreign = phrases.filter(({ phrase }) => BEYOND_ASCII.test(phrase));
	const plain = phrases.map(({ phrase }) => (BEYOND_ASCII.test(phrase) ? "" : phrase));
	return { scan: new PhraseScan(plain), foreign, candidates, any, none };
}

/** The winning rule and its rank. */
export function matchRules(reply: ReadReply): { rule: Rule; rank: number } | undefined {
	compiled ??= compile(RULES);
	const { scan, foreign, candidates, any, none } = compiled;
	const found = new Set(scan.find(reply.words));
	// few rules speak another language than English, and few replies do
	if (foreign.length > 0 && BEYOND_ASCII.test(reply.words)) {
		for (const { phrase, number } of foreign) if (reply.words.includes(phrase)) found.add(number);
	}
	if (found.size === 0) return undefined;
	const ranks = new Set<number>();
	for (const phrase of found) for (const rank of candidates[phrase] ?? []) ranks.add(rank);
	const ordered = [...ranks].sort((a, b) => a - b);
	for (const rank of ordered) {
		const rule = RULES[rank];
		if (!rule || !fits(rule, reply)) continue;
		if (none[rank]?.some((phrase) => found.has(phrase))) continue;
		if (any[rank]?.some((alternative) => alternative.every((phrase) => found.has(phrase))))
			return { rule, rank };
	}
	return undefined;
}

function fits(rule: Rule, reply: ReadReply): boolean {
	if (rule.stages && (reply.stage === undefined || !rule.stages.includes(reply.stage))) return false;
	if (rule.notStages && reply.stage !== undefined && rule.notStages.includes(reply.stage)) return false;
	if (rule.codes) {
		const code = String(reply.code ?? (reply.status ? `${reply.status[0]}00` : ""));
		if (!rule.codes.some((start) => (start === "" ? code === "" : code.startsWith(start)))) return false;
	}
	const detail = reply.status?.slice(2);
	if (rule.statuses && !rule.statuses.some((start) => detail?.startsWith(start))) return false;
	if (rule.notStatuses?.some((start) => detail?.startsWith(start))) return false;
	if (!rule.hosts) return true;
	const host = reply.hostName?.toLowerCase();
	return host !== undefined && rule.hosts.some((name) => host === name || host.endsWith(`.${name}`));
}
