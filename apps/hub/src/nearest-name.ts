/** The known name that somebody probably meant: the one that the fewest single letters keep apart. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
	let best: string | undefined;
	let least = Math.max(2, Math.floor(written.length / 2)) + 1;
	for (const name of known) {
		const distance = editDistance(written.slice(0, 64), name);
		if (distance < least) {
			least = distance;
			best = name;
		}
	}
	return best;
}

function editDistance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, i) => i);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
		}
		row = next;
	}
	return row[b.length]!;
}
