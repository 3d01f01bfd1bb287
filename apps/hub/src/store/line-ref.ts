/**
 * The name of a stored line, `HOST:SOURCE:GENERATION:OFFSET`. A source (a path) may hold colons, a host and a generation
 * may not: enrolment and the batch limits see to that.
 */

export interface LinePlace {
	host: string;
	source: string;
	generation: string;
	offset: number;
}

export function formatRef(place: LinePlace): string {
	return nameOfLines(place) + place.offset;
}

/** What the names of all lines of one content begin with; the offset follows. */
export function nameOfLines({ host, source, generation }: Omit<LinePlace, "offset">): string {
	return `${host}:${source}:${generation}:`;
}

export function readRef(ref: string): LinePlace | undefined {
	const afterHost = ref.indexOf(":");
	const beforeOffset = ref.lastIndexOf(":");
	const beforeGeneration = ref.lastIndexOf(":", beforeOffset - 1);
	if (afterHost <= 0 || beforeGeneration <= afterHost || beforeOffset <= beforeGeneration) return undefined;
	const digits = ref.slice(beforeOffset + 1);
	if (!/^\d{1,15}$/.test(digits)) return undefined;
	return {
		host: ref.slice(0, afterHost),
		source: ref.slice(afterHost + 1, beforeGeneration),
		generation: ref.slice(beforeGeneration + 1, beforeOffset),
		offset: Number(digits),
	};
}
