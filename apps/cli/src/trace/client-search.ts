/** Looks for some messages that came from an address: they tell whose it is. */
import type { MailEvent } from "@mailtrail/core/event";
import type { Need } from "@mailtrail/core/trace";
import type { Wanted } from "./block-search.ts";

/** So many of one address are enough. */
const OF_CLIENT = 20;

export class ClientSearch {
	/** by address, how many came */
	readonly #taken = new Map<string, number>();

	/** Not settled where an address was looked for before, and what came did not tell whose it is. */
	lookFor(unsettled: Need["unsettled"]): { settled: boolean; wanted: Wanted[] } {
		const ips = new Set(unsettled.map(({ ip }) => ip));
		const settled = ![...ips].some((ip) => this.#taken.has(ip));
		const wanted: Wanted[] = [];
		for (const ip of ips) {
			if (this.#taken.has(ip)) continue;
			this.#taken.set(ip, 0);
			wanted.push({ texts: [ip], sort: "client" });
		}
		return { settled, wanted };
	}

	/** Whether the line is an arrival from there that is still of use. */
	takes(event: MailEvent): boolean {
		const ip = event.kind === "received" ? event.client?.ip : undefined;
		const count = ip === undefined ? undefined : this.#taken.get(ip);
		if (ip === undefined || count === undefined || count >= OF_CLIENT) return false;
		this.#taken.set(ip, count + 1);
		return true;
	}
}
