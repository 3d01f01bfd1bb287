/**
 * Statements told by how they begin: a table of literal starts, looked up by the first character, so that a long table costs a line no more
 * than the few starts that share its first letter. Starts are tried in the order of the table.
 */

/** What a text that begins so is; undefined where no start fits. */
export type Beginnings<T> = (text: string) => T | undefined;

export function beginnings<T>(
	table: readonly (readonly [sort: T, starts: readonly string[]])[],
): Beginnings<T> {
	const byFirst = new Map<number, [start: string, sort: T][]>();
	for (const [sort, starts] of table)
		for (const start of starts) {
			const first = start.charCodeAt(0);
			const same = byFirst.get(first);
			if (same) same.push([start, sort]);
			else byFirst.set(first, [[start, sort]]);
		}
	return (text) => {
		for (const [start, sort] of byFirst.get(text.charCodeAt(0)) ?? [])
			if (text.startsWith(start)) return sort;
		return undefined;
	};
}
