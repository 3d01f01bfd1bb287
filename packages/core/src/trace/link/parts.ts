/** Which hops links hold together: parts of one message. */
import type { Hop } from "../hop/hop.ts";
import type { HopLink } from "./hop-link.ts";

export class Parts {
	readonly #up = new Map<Hop, Hop>();

	constructor(links: readonly HopLink[]) {
		for (const { from, to, filter } of links)
			for (const hop of filter ? [to, filter] : [to]) {
				const [one, other] = [this.#topOf(from), this.#topOf(hop)];
				if (one !== other) this.#up.set(other, one);
			}
	}

	areOne(a: Hop, b: Hop): boolean {
		return this.#topOf(a) === this.#topOf(b);
	}

	/** Each step halves the way: thousands of hops may stand in one row. */
	#topOf(hop: Hop): Hop {
		let top = hop;
		for (let up = this.#up.get(top); up; up = this.#up.get(top)) {
			const beyond = this.#up.get(up);
			if (beyond) this.#up.set(top, beyond);
			top = beyond ?? up;
		}
		return top;
	}
}
