/**
 * Which hosts answer at an address, as proven hand-overs tell. What was handed to such a host came there under the id that its reply names:
 * where that id has no lines, lines of the host are lost, and no other message of it is taken for that one.
 */
import type { Hop, HopAttempt } from "../hop/hop.ts";
import type { HopLink } from "../link/hop-link.ts";

export class AnsweringHosts {
	readonly #at = new Map<string, Set<string>>();
	/** where a host answers or calls from */
	readonly #addresses = new Map<string, Set<string>>();
	/** what its addresses are called, in lower case: one of several interfaces may call, and another one answer */
	readonly #names = new Map<string, Set<string>>();

	constructor(proven: readonly HopLink[]) {
		for (const { from, to, attempt, filter } of proven) {
			if (from.host === to.host) continue;
			const ip = attempt.relay?.ip;
			if (ip !== undefined) {
				add(this.#at, ip, to.host);
				add(this.#addresses, to.host, ip);
				addName(this.#names, to.host, attempt.relay?.name);
			}
			if (to.client?.ip === undefined || filter !== undefined) continue;
			add(this.#addresses, from.host, to.client.ip);
			addName(this.#names, from.host, to.client.name);
		}
	}

	/**
	 * Whether the try went to the host of this hop itself, and is not told to have made this one. Where exim leaves the answers out
	 * (log_selector = -smtp_confirmation) the client tells: who came from elsewhere, and by another name, brought another copy.
	 */
	tookIt(from: Hop, { relay, reply, nextQueueId }: HopAttempt, { host, queueId, client }: Hop): boolean {
		if (!this.#at.get(relay?.ip ?? "")?.has(host)) return false;
		if (reply !== undefined || nextQueueId !== undefined) return nextQueueId !== queueId;
		const own = this.#addresses.get(from.host);
		if (own === undefined || client?.ip === undefined || own.has(client.ip)) return false;
		const name = client.name?.toLowerCase();
		return name === undefined || !this.#isNameOf(name, from.host);
	}

	/** And of no other host that is known: several relays may share one. */
	#isNameOf(name: string, host: string): boolean {
		const hosts = [...this.#names].flatMap(([each, names]) => (names.has(name) ? [each] : []));
		return hosts.length === 1 && hosts[0] === host;
	}
}

/** A literal is no name. */
function addName(sets: Map<string, Set<string>>, host: string, name: string | undefined): void {
	if (name !== undefined && /[a-z]/i.test(name) && !/[[:]/.test(name)) add(sets, host, name.toLowerCase());
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
	const known = sets.get(key);
	if (known) known.add(value);
	else sets.set(key, new Set([value]));
}
