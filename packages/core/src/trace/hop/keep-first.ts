/** The first line that knows a fact of a hop wins. */
import type { Hop } from "./hop.ts";

/** Fills the named fields that are still absent: the first line that knows a fact wins. */
export function keepFirst<K extends keyof Hop>(
	hop: Hop,
	from: { [P in K]?: Hop[P] },
	names: readonly K[],
): void {
	for (const name of names) {
		const value = from[name];
		if (value !== undefined && hop[name] === undefined) hop[name] = value as Hop[K];
	}
}
