/**
 * Which refusal of a watched host a sender's try met. Both logs have the reply's words, the sender and the recipient, within the same
 * moment; no id stands in either, so the two stay journeys of their own and name each other. It is `proven` where the
 * refused client's address is one that the sending host is known by.
 */
import { isAboutAll, meaningOf } from "./fate.ts";
import type { Hop, HopAttempt, HopRefusal } from "../hop/hop.ts";
import type { HopLink } from "../link/hop-link.ts";

export interface Answer {
	from: Hop;
	attempt: HopAttempt;
	by: Hop;
	refusal: HopRefusal;
	confidence: "proven" | "likely";
}

/** Clocks of hosts that are looked after; a client waits for the answer, both write at once. */
export const APART_MS = 30_000;
/** Tries of one transaction are logged together. */
const TOGETHER_MS = 2_000;

interface Try {
	hop: Hop;
	attempt: HopAttempt;
	at: number;
}

/** The answers among these hops; of several tries that could have met one refusal the nearest, of two equally near ones none. */
export function answersAmong(hops: readonly Hop[], links: readonly HopLink[]): Answer[] {
	const refusing = hops.filter((hop) => hop.refusals.some((refusal) => meaningOf(refusal)));
	if (refusing.length === 0) return [];
	const texts = new Set(refusing.flatMap(({ refusals }) => refusals.map(({ reply }) => reply?.text.trim())));
	const tries = unansweredTries(hops, links, texts);
	const addresses = addressesOf(links);
	const found = refusing.flatMap((by) =>
		by.refusals.flatMap((refusal) => {
			const words = wordsKey(refusal.sender ?? by.sender, refusal);
			if (words === undefined) return [];
			const told = isAboutAll(by, refusal)
				? tries.get(words)
				: tries.get(recipientKey(words, refusal.recipient ?? ""));
			return nearest(told ?? [], refusal.at, (each) => fits(each, by, addresses)).map(
				({ hop, attempt }): Answer => ({
					from: hop,
					attempt,
					by,
					refusal,
					confidence: addresses.get(hop.host)?.has(by.client?.ip ?? "") ? "proven" : "likely",
				}),
			);
		}),
	);
	return [...Map.groupBy(found, ({ attempt }) => attempt).values()].flatMap(closest);
}

/**
 * By words, and by words and recipient.
 * @param texts what replies are looked for
 */
function unansweredTries(
	hops: readonly Hop[],
	links: readonly HopLink[],
	texts: ReadonlySet<string | undefined>,
): Map<string, Try[]> {
	const continued = new Set(links.map((link) => link.attempt));
	const tries = new Map<string, Try[]>();
	for (const hop of hops)
		for (const attempt of hop.attempts) {
			if (!attempt.reply || !texts.has(attempt.reply.text.trim())) continue;
			const words = wordsKey(hop.sender, attempt);
			if (words === undefined || continued.has(attempt) || attempt.nextQueueId !== undefined) continue;
			const each = { hop, attempt, at: attempt.at };
			for (const key of [words, recipientKey(words, attempt.recipient)]) {
				const same = tries.get(key);
				if (same) same.push(each);
				else tries.set(key, [each]);
			}
		}
	for (const same of tries.values()) same.sort((a, b) => a.at - b.at);
	return tries;
}

function recipientKey(words: string, recipient: string): string {
	return `${words}\n<${recipient.toLowerCase()}>`;
}

/** Words are compared without the code, which a milter's line leaves out. */
export function wordsKey(
	sender: string | undefined,
	{ reply }: Pick<HopAttempt, "reply">,
): string | undefined {
	if (sender === undefined || !reply?.text) return undefined;
	return `${sender.toLowerCase()}\n${reply.text.trim()}`;
}

/** The addresses that each host's messages came from. */
export function addressesOf(links: readonly HopLink[]): Map<string, Set<string>> {
	const addresses = new Map<string, Set<string>>();
	for (const { from, to, filter, confidence } of links) {
		const ip = to.client?.ip;
		if (ip === undefined || filter || confidence !== "proven" || from.host === to.host) continue;
		const known = addresses.get(from.host);
		if (known) known.add(ip);
		else addresses.set(from.host, new Set([ip]));
	}
	return addresses;
}

function fits({ hop }: Try, by: Hop, addresses: ReadonlyMap<string, Set<string>>): boolean {
	if (hop === by) return false;
	const known = addresses.get(hop.host);
	const client = by.client?.ip;
	return !known || client === undefined || known.has(client) || hop.host === by.host;
}

/**
 * The nearest try that fits and those logged together with it; none where another message's is as near.
 * @param tries in time order: looked at outward from the moment, so that a flood of equal words costs no more than its seconds
 */
function nearest(tries: readonly Try[], at: number, doesFit: (each: Try) => boolean): Try[] {
	const met: Try[] = [];
	let until = APART_MS;
	for (const each of outward(tries, at)) {
		const distance = Math.abs(each.at - at);
		if (distance > until || (met.length > 0 && distance === until)) break;
		if (!doesFit(each)) continue;
		const [first] = met;
		if (!first) until = Math.min(distance + TOGETHER_MS, APART_MS);
		else if (each.hop !== first.hop) return [];
		if (!first || Math.abs(each.at - first.at) < TOGETHER_MS) met.push(each);
	}
	return met;
}

/** The nearest first. */
function* outward(tries: readonly Try[], at: number): Generator<Try> {
	let before = tries.length;
	for (let low = 0; low < before; ) {
		const middle = (low + before) >> 1;
		if ((tries[middle]?.at ?? at) < at) low = middle + 1;
		else before = middle;
	}
	let after = before--;
	for (;;) {
		const [left, right] = [tries[before], tries[after]];
		if (left && (!right || at - left.at <= right.at - at)) {
			yield left;
			before--;
		} else if (right) {
			yield right;
			after++;
		} else return;
	}
}

/** One try met one refusal: the nearest in time. */
function closest(answers: Answer[]): Answer[] {
	const distance = ({ attempt, refusal }: Answer) => Math.abs(attempt.at - refusal.at);
	return answers.sort((a, b) => distance(a) - distance(b)).slice(0, 1);
}
