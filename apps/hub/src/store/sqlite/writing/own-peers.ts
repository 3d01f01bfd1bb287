/**
 * Which relays and clients are hosts of ours, as each host sees them: learned from ids. Where a host says "queued as N" and
 * another host has a queue N of the same sender at that time, the relay's address stands for that host from then on, and
 * so does the client's on the other side. An address that leads to several hosts (a balancer) is kept as such: then the id
 * decides for every message. A peer is looked at a few times and then seldom, so that strangers cost nothing.
 */
import { type Hop, queueKey } from "@mailtrail/core/trace";
import { clientPeer, idPeer, nextIdOf, type OwnHosts, peersOf, relayPeer, STORE } from "../../hop-peers.ts";
import type { Slice } from "../slice/slice.ts";
import type { SliceWriter } from "./slice-writer.ts";

/** looked at for so many messages, then then for one in so many */
const LOOKS = 8;
const LOOK_EACH = 256;
/** names that are remembered as looked at */
const SEEN_MAX = 50_000;
/** two hosts' clocks and a hand-over's time */
const MOMENT_MS = 600_000;

const NONE: OwnHosts = new Map();

/** stands before the peer in the row that says the second host */
const SHARED = "*";

/** Hops that a key reaches, near a time. Those of the queue `but` need not be among them: a hop that names ten thousand ids stands under each. */
export type HopsNear = (key: string, around: number, but: string) => Hop[];

export class OwnPeers {
	readonly #own = new Map<string, string>();
	readonly #near: HopsNear;
	readonly #looks = new Map<string, { looks: number }>();
	#hasSharedRelay = false;

	/** `slice`: the newest, which has all that are known. */
	constructor(slice: Slice, near: HopsNear) {
		this.#near = near;
		this.forget(slice);
	}

	/** After a commit that failed: what the file has counts. */
	forget(slice: Slice): void {
		this.#own.clear();
		for (const { peer, host } of slice.all("SELECT peer, host FROM own_peers"))
			this.#own.set(String(peer), String(host));
		this.#hasSharedRelay = [...this.#own.keys()].some((peer) => peer.startsWith(`${SHARED}>`));
	}

	/** Grows with everything that is learned. */
	get size(): number {
		return this.#own.size;
	}

	/** Those of a hop's peers that are ours, in a lasting order. */
	among(hop: Hop): OwnHosts {
		if (this.#own.size === 0) return NONE;
		const found: [string, string][] = [];
		for (const peer of peersOf(hop)) {
			const host = this.#own.get(peer);
			if (host !== undefined) found.push([peer, host]);
		}
		for (const attempt of this.#hasSharedRelay ? hop.attempts : []) {
			const next = nextIdOf(attempt);
			if (next === undefined || !this.#own.has(SHARED + relayPeer(hop.host, attempt.relay))) continue;
			const other = this.#handedTo(hop, next);
			if (other) found.push([idPeer(next), other.host]);
		}
		return found.length === 0 ? NONE : new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
	}

	/**
	 * Looks whether a relay or the client of this hop, which has just changed, is a host of ours. Gives the hops that have
	 * handed it over by a shared relay, which know only now to whom.
	 */
	learn(writer: SliceWriter, hop: Hop): Hop[] {
		if (hop.queueId === undefined) return [];
		for (const attempt of hop.attempts) {
			const next = nextIdOf(attempt);
			if (next === undefined || (attempt.action !== "relayed" && attempt.action !== "delivered")) continue;
			const relay = relayPeer(hop.host, attempt.relay);
			const other = this.#isWorthALook(relay) ? this.#handedTo(hop, next) : undefined;
			if (other) this.#add(writer, hop, relay, other);
		}
		const client = clientPeer(hop);
		if (client === undefined || (!this.#isWorthALook(client) && !this.#hasSharedRelay)) return [];
		const proven: Hop[] = [];
		for (const other of this.#near(`q:${hop.queueId}`, hop.firstAt, queueOf(hop))) {
			const handed = other.attempts.find((attempt) => nextIdOf(attempt) === hop.queueId);
			if (!handed || !isHandOver(other, hop)) continue;
			const relay = relayPeer(other.host, handed.relay);
			this.#add(writer, other, relay, hop);
			if (this.#own.has(SHARED + relay)) proven.push(other);
		}
		return proven;
	}

	#handedTo(hop: Hop, next: string): Hop | undefined {
		return this.#near(`q:${next}`, hop.lastAt, queueOf(hop)).find(
			(other) => other.queueId === next && isHandOver(hop, other),
		);
	}

	#add(writer: SliceWriter, from: Hop, relay: string, to: Hop): void {
		for (const [peer, host] of [
			[relay, to.host],
			[clientPeer(to), from.host],
		] as const) {
			if (peer === undefined) continue;
			const known = this.#own.get(peer);
			const row = known === undefined ? peer : SHARED + peer;
			if (known === host || this.#own.has(row)) continue;
			this.#own.set(row, host);
			if (row.startsWith(`${SHARED}>`)) this.#hasSharedRelay = true;
			writer.slice.run("INSERT OR REPLACE INTO own_peers (peer, host) VALUES (?, ?)", row, host);
		}
	}

	/** Known ones too: an address may lead to another host of ours the next time. */
	#isWorthALook(peer: string): boolean {
		const known = this.#looks.get(peer);
		if (known) {
			const looks = known.looks++;
			return looks < LOOKS || looks % LOOK_EACH === 0;
		}
		if (this.#looks.size >= SEEN_MAX) this.#looks.clear();
		this.#looks.set(peer, { looks: 1 });
		return true;
	}
}

function queueOf({ host, queueId = "" }: Hop): string {
	return queueKey(host, queueId);
}

/** A stranger may answer with an id of ours that it has seen; not with one of the same sender in the same minutes. */
function isHandOver(from: Hop, to: Hop): boolean {
	const isNear =
		Math.abs(from.lastAt - to.firstAt) < MOMENT_MS || Math.abs(from.firstAt - to.firstAt) < MOMENT_MS;
	// Sendmail logs no sender for a report that it makes itself: it is the empty one (sendmail/savemail.c returntosender)
	const senderOf = ({ sender = "" }: Hop) => sender.toLowerCase();
	return isNear && from.id !== to.id && (to.mta === STORE || senderOf(from) === senderOf(to));
}
