/** Copies named fields. */

/** The named fields that are there: absent stays absent. */
export function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
	const out: Partial<T> = {};
	for (const name of names) if (from[name] !== undefined) out[name] = from[name];
	return out as Pick<T, K>;
}
