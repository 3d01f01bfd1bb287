/**
 * Lines that were not understood, one of each shape: what differs from line to line (numbers, ids, addresses, names in
 * brackets) is left out of the comparison, so that one program's thousand lines are one sample with its count. Pure.
 */
export interface ShapeOf<Line> {
	shape: string;
	/** the first that was given: of newest first, the newest */
	sample: Line;
	n: number;
}

/** A word with a digit, an @ or a slash in it is a value; so is what stands in brackets or quotes. */
export function shapeOfLine(raw: string): string {
	return raw
		.slice(0, 600)
		.replace(/"[^"]{0,200}"|<[^<>]{0,200}>|\[[^[\]]{0,200}\]|\([^()]{0,200}\)/g, " ~ ")
		.split(/[\s,;=]+/)
		.map((word) => (/[\d@/]/.test(word) ? "~" : word))
		.filter((word, i, all) => word !== "" && (word !== "~" || all[i - 1] !== "~"))
		.join(" ");
}

export function shapesOf<Line extends { raw: string }>(lines: readonly Line[]): ShapeOf<Line>[] {
	const found = new Map<string, ShapeOf<Line>>();
	for (const line of lines) {
		const shape = shapeOfLine(line.raw);
		const known = found.get(shape);
		if (known === undefined) found.set(shape, { shape, sample: line, n: 1 });
		else known.n++;
	}
	return [...found.values()].sort((a, b) => b.n - a.n);
}
