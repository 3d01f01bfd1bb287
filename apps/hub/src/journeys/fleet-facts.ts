/**
 * The fleet's figures for the ways on which a message fails: from the host that tried last to the recipient's domain.
 * Hand-overs among our own hosts are no evidence about a destination: a remote whose ids one of our hosts knows, and which
 * passes the mail on to yet another, is a relay of ours. A host of ours that keeps the mail is the destination.
 */
import type { WayFacts } from "@mailtrail/core/diagnose";
import type { Journey } from "@mailtrail/core/trace";
import type { TryGroup } from "../store/kept-figures.ts";
import type { LineReads } from "../store/store.ts";

const DAYS = 7;
/** a busy host's newest tries; older ones change no answer */
const TRIES_MAX = 5_000;
/** a message to a hundred domains is explained for the first ones */
const WAYS_MAX = 5;

export async function gatherWays(
	store: LineReads,
	journey: Journey,
	reader: { zone: string; lang: "en" | "ja" },
	now: number,
): Promise<WayFacts[]> {
	const since = now - DAYS * 86_400_000;
	const formatTime = timeFormat(reader);
	const ours = new OwnRelays(store);
	const ways: WayFacts[] = [];
	for (const { host, destination } of failingWays(journey)) {
		const toDestination = await ours.leftOut(await store.triesTo(destination, since));
		const fromHost = await ours.leftOut(await store.triesFrom(host, since, TRIES_MAX));
		ways.push({ host, destination, days: DAYS, toDestination, fromHost, formatTime });
	}
	return ways;
}

function failingWays(journey: Journey): { host: string; destination: string }[] {
	const ways = new Map<string, { host: string; destination: string }>();
	for (const { outcome, attempts, recipient } of journey.recipients) {
		const host = attempts.at(-1)?.host;
		const destination = recipient.slice(recipient.lastIndexOf("@") + 1).toLowerCase();
		if ((outcome !== "failed" && outcome !== "delayed") || host === undefined || destination === "") continue;
		ways.set(JSON.stringify([host, destination]), { host, destination });
	}
	return [...ways.values()].slice(0, WAYS_MAX);
}

/** Which remotes are relays of ours on the way to a destination, found by the ids that they gave, asked once for each. */
class OwnRelays {
	readonly #store: LineReads;
	/** relay and destination → whether it passes mail for it on */
	readonly #asked = new Map<string, boolean>();
	/** those that pass on mail for anybody */
	readonly #relays = new Set<string>();

	constructor(store: LineReads) {
		this.#store = store;
	}

	async leftOut(groups: TryGroup[]): Promise<TryGroup[]> {
		for (const { relay, destination, next, lastAt } of groups) {
			const key = JSON.stringify([relay, destination]);
			if (next === "" || this.#asked.has(key)) continue;
			const passes = await this.#passesOn(next, destination, lastAt);
			this.#asked.set(key, passes);
			if (passes) this.#relays.add(relay);
		}
		return groups.filter(({ relay, destination, result }) => {
			const passes = this.#asked.get(JSON.stringify([relay, destination]));
			return !(passes ?? (result !== "accepted" && this.#relays.has(relay)));
		});
	}

	async #passesOn(id: string, destination: string, around: number): Promise<boolean> {
		const hops = await this.#store.hopsWithKeys([`q:${id}`], around, 4);
		return hops.some(
			(hop) =>
				hop.queueId === id &&
				hop.attempts.some(({ recipient, relay }) => {
					const isOther = relay !== undefined && relay.path === undefined;
					return isOther && recipient.toLowerCase().endsWith(`@${destination}`);
				}),
		);
	}
}

/** As the viewer writes times, with the zone's own clock. */
function timeFormat({ zone, lang }: { zone: string; lang: "en" | "ja" }): (ms: number) => string {
	const format = new Intl.DateTimeFormat(lang === "ja" ? "ja-JP" : "en-GB", {
		timeZone: zone,
		dateStyle: "medium",
		timeStyle: "short",
	});
	return (ms) => format.format(ms);
}
