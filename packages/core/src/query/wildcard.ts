/** `*` stands for any characters, also for none. Greedy with one point of return: never worse than length × length. */

export function matchesWildcard(pattern: string, text: string, compare: "case" | "ignore-case"): boolean {
	const wanted = compare === "case" ? pattern : pattern.toLowerCase();
	const found = compare === "case" ? text : text.toLowerCase();
	if (!wanted.includes("*")) return wanted === found;
	const pieces = wanted.split("*");
	const first = pieces[0] ?? "";
	const last = pieces[pieces.length - 1] ?? "";
	if (found.length < first.length + last.length) return false;
	if (!found.startsWith(first) || !found.endsWith(last)) return false;
	const end = found.length - last.length;
	let at = first.length;
	for (const piece of pieces.slice(1, -1)) {
		const next = found.indexOf(piece, at);
		if (next < 0 || next + piece.length > end) return false;
		at = next + piece.length;
	}
	return true;
}
