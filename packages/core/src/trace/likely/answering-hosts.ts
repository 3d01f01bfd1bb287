/**
 * Which hosts answer at an address, as proven hand-overs tell. What was handed to such a host came there under the id that its reply names:
 * where that id has no lines, lines of the host are lost, and no other message of it is taken for that one.
 */
import type { Hop, HopAttempt } from "../hop/hop.ts";
import type { HopLink } from "../link/hop-link.ts";

export class AnsweringHosts {
	readonly #at = new Map<string, Set<string>>();

	constructor(proven: readonly HopLink[]) {
		for (const { from, to, attempt } of proven) {
			const ip = attempt.relay?.ip;
			if (ip === undefined || from.host === to.host) continue;
			const known = this.#at.get(ip);
			if (known) known.add(to.host);
			else this.#at.set(ip, new Set([to.host]));
		}
	}

	/**
	 * Whether the try went to the host of this hop itself, and is not told to have made this one. Where exim leaves the answers out
	 * (log_selector = -smtp_confirmation), nothing tells either way.
	 */
	tookIt({ relay, reply, nextQueueId }: HopAttempt, { host, queueId }: Hop): boolean {
		if (reply === undefined && nextQueueId === undefined) return false;
		return nextQueueId !== queueId && (this.#at.get(relay?.ip ?? "")?.has(host) ?? false);
	}
}
