/**
 * Of a question about any of several addresses: what each of them alone would find, how many and how the newest ended. Asked of
 * the hub address by address, a few at a time; who asks something else meanwhile is not kept waiting.
 */
import { alternatives, formatQuery, parseQuery, type Term } from "@mailtrail/core/query";
import type { JourneyRow } from "@mailtrail/core/wire";
import { api } from "../../lib/api.ts";
import { type Lang, viewerZone } from "../../lib/format.ts";

export interface EachAddress {
	address: string;
	/** the question with this address alone */
	q: string;
	/** until it is known */
	total?: number;
	totalExact?: boolean;
	newest?: JourneyRow;
}

/** more at once would keep the hub from everybody else's questions */
const AT_ONCE = 3;
const LOOKS_MAX = 8;

/** The question taken apart, where a term of it names several addresses. */
export function eachAddress(q: string, lang: Lang, now: number = Date.now()): EachAddress[] {
	const { terms } = parseQuery(q, { now, zone: viewerZone(), lang });
	const any = terms.find((term) => !term.negated && addressesOf(term).length > 1);
	if (any === undefined) return [];
	return [...new Set(addressesOf(any))].map((address) => ({
		address,
		q: formatQuery({ terms: terms.map((term) => (term === any ? { ...any, value: address } : term)) }),
	}));
}

export function isMissing({ total, totalExact }: EachAddress): boolean {
	return total === 0 && totalExact === true;
}

function addressesOf({ field, value }: Term): string[] {
	return field === "from" || field === "to" || field === "address" ? alternatives(value) : [];
}

export class AddressCounts {
	list = $state.raw<readonly EachAddress[]>([]);
	#running: AbortController | undefined;
	readonly #search: typeof api.search;

	constructor(search: typeof api.search = api.search) {
		this.#search = search;
	}

	/** none is said of those alone whose whole time was looked through */
	readonly missing = $derived(this.list.filter(isMissing).length);

	async ask(q: string, lang: Lang): Promise<void> {
		this.stop();
		const running = new AbortController();
		this.#running = running;
		const waiting = eachAddress(q, lang);
		this.list = [...waiting];
		const work = async () => {
			for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
				await this.#count(next, lang, running.signal);
		};
		await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiting.length) }, work));
	}

	async #count(one: EachAddress, lang: Lang, signal: AbortSignal): Promise<void> {
		if (signal.aborted) return;
		try {
			let answer = await this.#search({ q: one.q, lang, limit: 1, signal });
			// a busy hub stops after a while and says where: it goes on from there
			for (let look = 0; look < LOOKS_MAX && answer.rows.length === 0 && answer.cursor !== undefined; look++)
				answer = await this.#search({ q: one.q, lang, limit: 1, cursor: answer.cursor, signal });
			if (signal.aborted) return;
			const { total, totalExact, rows } = answer;
			const known = { ...one, total, totalExact, ...(rows[0] && { newest: rows[0] }) };
			this.list = this.list.map((each) => (each.address === one.address ? known : each));
		} catch {
			// a count that cannot be had is not shown: the address is still a press away
		}
	}

	stop(): void {
		this.#running?.abort();
	}
}
