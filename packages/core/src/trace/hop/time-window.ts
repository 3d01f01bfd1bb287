/** What lies within a stretch of time, without looking at all of it. */

interface Timed {
	at: number;
}

/** The elements from one time to another, both included, of a list in time order. */
export function between<T extends Timed>(sorted: readonly T[], from: number, until: number): T[] {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((sorted[middle]?.at ?? from) < from) low = middle + 1;
		else high = middle;
	}
	let end = low;
	while (end < sorted.length && (sorted[end]?.at ?? until) <= until) end++;
	return sorted.slice(low, end);
}
