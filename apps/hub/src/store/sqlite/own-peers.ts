/**
 * Which relays and clients are hosts of ours, by name: learned from ids. Where a host says "queued as N" and another host
 * has a queue N of the same sender at that time, the relay's name stands for that host from then on, and so does the
 * client's on the other side. A name is looked at a few times and then seldom, so that strangers cost nothing.
 */
import type { Hop } from "@mailtrail/core/trace";
import { clientPeer, relayPeer } from "../hop-sums.ts";
import type { Slice } from "./slice.ts";
import type { SliceWriter } from "./slice-writer.ts";

/** looked at for so many messages, then then for one in so many */
const LOOKS = 8;
const LOOK_EACH = 256;
/** names that are remembered as looked at */
const SEEN_MAX = 50_000;
/** two hosts' clocks and a hand-over's time */
const MOMENT_MS = 600_000;

export class OwnPeers {
	readonly #own = new Set<string>();
	readonly #near: (key: string, around: number) => Hop[];
	readonly #looks = new Map<string, number>();

	/** `slice`: the newest, which has all that are known. `near`: hops that a key reaches, near a time. */
	constructor(slice: Slice, near: (key: string, around: number) => Hop[]) {
		this.#near = near;
		this.forget(slice);
	}

	/** After a commit that failed: what the file has counts. */
	forget(slice: Slice): void {
		this.#own.clear();
		for (const row of slice.all("SELECT peer FROM own_peers")) this.#own.add(String(row.peer));
	}

	get size(): number {
		return this.#own.size;
	}

	/** Those of a hop's peers that are ours. */
	among(peers: Set<string>): string[] {
		return [...peers].filter((peer) => this.#own.has(peer)).sort();
	}

	/** Looks whether a relay or the client of this hop, which has just changed, is a host of ours. */
	learn(writer: SliceWriter, hop: Hop): void {
		if (hop.queueId === undefined) return;
		for (const { nextQueueId, remoteId, relay, action } of hop.attempts) {
			const next = nextQueueId ?? remoteId;
			if (next === undefined || (action !== "relayed" && action !== "delivered")) continue;
			const peer = relayPeer(hop.host, relay);
			if (!this.#isWorthALook(peer)) continue;
			for (const other of this.#near(`q:${next}`, hop.lastAt)) {
				if (other.queueId === next && isHandOver(hop, other)) this.#add(writer, hop, peer, other);
			}
		}
		if (!this.#isWorthALook(clientPeer(hop))) return;
		for (const other of this.#near(`q:${hop.queueId}`, hop.firstAt)) {
			const handed = other.attempts.find(
				(attempt) => attempt.nextQueueId === hop.queueId || attempt.remoteId === hop.queueId,
			);
			if (handed && isHandOver(other, hop))
				this.#add(writer, other, relayPeer(other.host, handed.relay), hop);
		}
	}

	#add(writer: SliceWriter, from: Hop, relay: string, to: Hop): void {
		for (const [peer, host] of [
			[relay, to.host],
			[clientPeer(to), from.host],
		] as const) {
			if (this.#own.has(peer)) continue;
			this.#own.add(peer);
			writer.slice.run("INSERT OR REPLACE INTO own_peers (peer, host) VALUES (?, ?)", peer, host);
		}
	}

	#isWorthALook(peer: string): boolean {
		if (this.#own.has(peer)) return false;
		const looks = this.#looks.get(peer) ?? 0;
		if (looks === 0 && this.#looks.size >= SEEN_MAX) this.#looks.clear();
		this.#looks.set(peer, looks + 1);
		return looks < LOOKS || looks % LOOK_EACH === 0;
	}
}

/** A stranger may answer with an id of ours that it has seen; not with one of the same sender in the same minutes. */
function isHandOver(from: Hop, to: Hop): boolean {
	const isNear =
		Math.abs(from.lastAt - to.firstAt) < MOMENT_MS || Math.abs(from.firstAt - to.firstAt) < MOMENT_MS;
	return isNear && from.id !== to.id && from.sender?.toLowerCase() === to.sender?.toLowerCase();
}
