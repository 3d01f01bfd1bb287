/**
 * Which refusal of a watched host a sender's try met. Both logs have the reply's words, the sender and the recipient, within the same
 * moment; no id stands in either, so the two stay journeys of their own and name each other. It is `proven` where the
 * refused client's address is one that the sending host is known by.
 */
import { isAboutAll, meaningOf } from "./fate.ts";
import type { Hop, HopAttempt, HopRefusal } from "./hop.ts";
import type { HopLink } from "./link-hops.ts";
import { sameAddress } from "./recipients.ts";
import { between } from "./time-window.ts";

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
	const tries = unansweredTries(hops, links);
	const addresses = addressesOf(links);
	const found = refusing.flatMap((by) =>
		by.refusals.flatMap((refusal) => {
			const near = between(
				tries.get(wordsKey(refusal.sender ?? by.sender, refusal) ?? "") ?? [],
				refusal.at - APART_MS,
				refusal.at + APART_MS,
			);
			return nearest(
				near.filter((each) => fits(each, by, refusal, addresses)),
				refusal.at,
			).map(
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

function unansweredTries(hops: readonly Hop[], links: readonly HopLink[]): Map<string, Try[]> {
	const continued = new Set(links.map((link) => link.attempt));
	const tries = new Map<string, Try[]>();
	for (const hop of hops)
		for (const attempt of hop.attempts) {
			const key = wordsKey(hop.sender, attempt);
			if (key === undefined || continued.has(attempt) || attempt.nextQueueId !== undefined) continue;
			const same = tries.get(key);
			const each = { hop, attempt, at: attempt.at };
			if (same) same.push(each);
			else tries.set(key, [each]);
		}
	for (const same of tries.values()) same.sort((a, b) => a.at - b.at);
	return tries;
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

function fits(
	{ hop, attempt }: Try,
	by: Hop,
	refusal: HopRefusal,
	addresses: ReadonlyMap<string, Set<string>>,
): boolean {
	if (hop === by) return false;
	const known = addresses.get(hop.host);
	const client = by.client?.ip;
	if (known && client !== undefined && !known.has(client) && hop.host !== by.host) return false;
	if (isAboutAll(by, refusal)) return true;
	return refusal.recipient !== undefined && sameAddress(refusal.recipient, attempt.recipient);
}

function nearest(tries: readonly Try[], at: number): Try[] {
	const distance = (each: Try) => Math.abs(each.at - at);
	const [first, ...others] = [...tries].sort((a, b) => distance(a) - distance(b));
	if (!first) return [];
	const rival = others.find((each) => each.hop !== first.hop);
	if (rival && distance(rival) - distance(first) < TOGETHER_MS) return [];
	return [
		first,
		...others.filter((each) => each.hop === first.hop && Math.abs(each.at - first.at) < TOGETHER_MS),
	];
}

/** One try met one refusal: the nearest in time. */
function closest(answers: Answer[]): Answer[] {
	const distance = ({ attempt, refusal }: Answer) => Math.abs(attempt.at - refusal.at);
	return answers.sort((a, b) => distance(a) - distance(b)).slice(0, 1);
}
