/** Where in its file a line stands, as its reference says: it ends in the line's number or offset. */
export function placeOf(ref: string): { file: string; line: number } | undefined {
	const colon = ref.lastIndexOf(":");
	const line = Number(ref.slice(colon + 1));
	return colon < 0 || Number.isNaN(line) ? undefined : { file: ref.slice(0, colon), line };
}
