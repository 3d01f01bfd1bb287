/**
 * What the whole fleet's figures say about one way, from a host of ours to a destination: how many messages met the same
 * and since when, whether other hosts are accepted there, whether other destinations accept this host. Facts of many
 * messages are the strongest evidence there is; this turns counts into sentences and, where they decide it, a cause.
 */
import type { CauseId } from "./cause.ts";
import type { Language } from "./diagnosis.ts";
import { type FleetTexts, fleetTexts } from "./texts/fleet.ts";

/** Messages whose tries on one way ended alike. */
export interface WayCount {
	host: string;
	/** mail domain */
	destination: string;
	result: "accepted" | "delayed" | "failed";
	/** why, where it was not accepted */
	cause: string;
	messages: number;
	/** epoch milliseconds */
	firstAt: number;
	lastAt: number;
}

export interface WayFacts {
	host: string;
	destination: string;
	/** how far back was counted */
	days: number;
	/** every host's tries to this destination, hand-overs among our own hosts left out */
	toDestination: readonly WayCount[];
	/** this host's tries to every other destination, likewise */
	fromHost: readonly WayCount[];
	/** a time as the reader writes it */
	formatTime: (ms: number) => string;
}

/** Fewer destinations than this prove nothing about "every other". */
const OTHERS_MIN = 3;
const NAMES_SHOWN = 3;

/** The destination fails for this host and no other destination does, as far as its mail of the last days shows. */
export function failsAlone({ host, destination, fromHost, toDestination }: WayFacts): boolean {
	const here = toDestination.filter((count) => count.host === host && count.destination === destination);
	if (here.some(({ result }) => result === "accepted")) return false;
	const { accepting, failing } = elsewhere(fromHost, destination);
	return accepting.size >= OTHERS_MIN && failing.size === 0;
}

/** Whether this host reaches anybody outside: `undefined` where it tried nobody else. */
export function reachesOthers({ fromHost, destination }: WayFacts): boolean | undefined {
	const others = fromHost.filter((count) => count.destination !== destination);
	const answered = others.some(({ result, cause }) => result === "accepted" || !UNREACHED.has(cause));
	if (answered) return true;
	return others.length === 0 ? undefined : false;
}

/** Causes that leave open whether the remote is there at all. */
const UNREACHED: ReadonlySet<string> = new Set<CauseId>([
	"connect-timeout",
	"host-unreachable",
	"port-refused",
	"name-lookup-failed",
	"name-not-found",
	"no-route",
]);

/** What the figures say beside one message's own lines, most telling first; nothing where they say nothing. */
export function describeWay(facts: WayFacts, cause: string, lang: Language): string[] {
	// what other mail met says nothing of somebody's full mailbox
	if (ABOUT_THE_RECIPIENT.has(cause)) return [];
	const texts = fleetTexts(lang);
	return [
		...describeSame(facts, cause, texts),
		...describeOtherHosts(facts, texts),
		...describeElsewhere(facts, cause, texts),
		...describeAccepted(facts, texts),
	];
}

function describeSame(
	{ host, destination, toDestination, formatTime }: WayFacts,
	cause: string,
	texts: FleetTexts,
): string[] {
	const same = toDestination.filter((count) => count.host === host && count.cause === cause);
	const messages = sum(same);
	if (messages < 2) return [];
	const since = formatTime(Math.min(...same.map(({ firstAt }) => firstAt)));
	return [texts.same({ messages, host, destination, since })];
}

function describeOtherHosts(
	{ host, destination, toDestination, days }: WayFacts,
	texts: FleetTexts,
): string[] {
	const others = toDestination.filter((count) => count.host !== host);
	const accepted = others.filter(({ result }) => result === "accepted");
	const accepting = new Set(accepted.map((count) => count.host));
	const failing = new Set(others.map((count) => count.host).filter((name) => !accepting.has(name)));
	const sentences: string[] = [];
	if (accepting.size > 0) {
		sentences.push(
			texts.othersAccepted({ hosts: some(accepting, texts), destination, messages: sum(accepted), days }),
		);
	}
	if (failing.size > 0) sentences.push(texts.othersFail({ hosts: some(failing, texts), destination, days }));
	return sentences;
}

function describeElsewhere(
	{ host, destination, fromHost, days }: WayFacts,
	cause: string,
	texts: FleetTexts,
): string[] {
	const { accepting, failing } = elsewhere(fromHost, destination);
	const alike = new Set(
		fromHost
			.filter((count) => count.destination !== destination && count.cause === cause)
			.map((count) => count.destination),
	);
	const nobody = accepting.size === 0 && failing.size > 1 ? [texts.nobodyAccepts({ host, days })] : [];
	if (alike.size > 0) {
		const same = texts.alikeElsewhere({ host, destinations: some(alike, texts), count: alike.size, days });
		return [same, ...nobody];
	}
	if (accepting.size >= OTHERS_MIN && failing.size === 0) {
		return [texts.onlyHere({ host, destination, count: accepting.size, days })];
	}
	if (accepting.size > 0) return [texts.elsewhereAccepted({ host, count: accepting.size, days })];
	return nobody;
}

function describeAccepted(
	{ host, destination, toDestination, days, formatTime }: WayFacts,
	texts: FleetTexts,
): string[] {
	const accepted = toDestination.filter((count) => count.host === host && count.result === "accepted");
	if (accepted.length === 0) return [];
	const last = formatTime(Math.max(...accepted.map(({ lastAt }) => lastAt)));
	return [texts.accepted({ messages: sum(accepted), host, destination, last, days })];
}

/** Destinations that accepted at least one message, and those that accepted none. */
function elsewhere(
	fromHost: readonly WayCount[],
	destination: string,
): { accepting: Set<string>; failing: Set<string> } {
	const others = fromHost.filter((count) => count.destination !== destination);
	const accepting = new Set(
		others.filter(({ result }) => result === "accepted").map((count) => count.destination),
	);
	// A message for a user that does not exist says nothing against the host.
	const failed = others
		.filter(({ cause }) => !ABOUT_THE_RECIPIENT.has(cause))
		.map((count) => count.destination);
	return { accepting, failing: new Set(failed.filter((name) => !accepting.has(name))) };
}

const ABOUT_THE_RECIPIENT: ReadonlySet<string> = new Set<CauseId>([
	"user-unknown",
	"user-moved",
	"mailbox-full",
	"account-disabled",
	"refused-by-recipient",
	"name-not-found",
	"no-route",
	"message-too-large",
	"greylisted",
]);

function sum(counts: readonly WayCount[]): number {
	return counts.reduce((total, { messages }) => total + messages, 0);
}

function some(names: ReadonlySet<string>, texts: FleetTexts): string {
	const list = [...names].sort();
	const shown = list.slice(0, NAMES_SHOWN).join(texts.comma);
	return list.length > NAMES_SHOWN ? texts.andMore(shown, list.length - NAMES_SHOWN) : shown;
}
