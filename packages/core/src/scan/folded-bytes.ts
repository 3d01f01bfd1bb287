/** Texts and bytes without regard to case: in each byte the bit that makes a capital small is set. What else it changes counts as the same. */

/** As the machine's own words hold it: little-endian on every machine that Node runs on. */
export function wordAt(bytes: Uint8Array, at: number): number {
	return (
		(bytes[at] as number) |
		((bytes[at + 1] as number) << 8) |
		((bytes[at + 2] as number) << 16) |
		((bytes[at + 3] as number) << 24)
	);
}

/** A plain array of its own: what makes another of a Buffer makes a Buffer, at the price of a hundred bytes. */
export function fold(bytes: Uint8Array): Uint8Array {
	const folded = new Uint8Array(bytes.length);
	for (let at = 0; at < bytes.length; at++) folded[at] = (bytes[at] as number) | 0x20;
	return folded;
}

/** What a byte may be when it is folded. */
export const FOLDED_BYTES = Array.from({ length: 256 }, (_, byte) => byte).filter(
	(byte) => (byte & 0x20) !== 0,
);

/** Whether the folded text stands there. */
export function isAt(bytes: Uint8Array, length: number, place: number, needle: Uint8Array): boolean {
	if (place < 0 || place + needle.length > length) return false;
	for (let at = 0; at < needle.length; at++) {
		if (((bytes[place + at] as number) | 0x20) !== needle[at]) return false;
	}
	return true;
}
