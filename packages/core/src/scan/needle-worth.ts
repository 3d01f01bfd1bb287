/** How telling the bytes of a text are: which of them are looked for. */

/** Shortest text that always covers a whole word of four bytes. */
export const COVERS = 7;

/** Digits and capitals, all different, make ids; words and domains are everywhere. */
export function worthOf(bytes: Uint8Array): Uint8Array {
	const worth = new Uint8Array(Math.max(0, bytes.length - COVERS + 1));
	for (let window = 0; window < worth.length; window++) {
		let digits = 0;
		let letters = 0;
		for (let at = window; at < window + COVERS; at++) {
			const byte = bytes[at] as number;
			if (byte >= 48 && byte <= 57) digits |= 1 << (byte - 48);
			else if (byte >= 65 && byte <= 90) letters |= 1 << (byte - 65);
		}
		worth[window] = bitsOf(digits) + bitsOf(letters);
	}
	return worth;
}

function bitsOf(set: number): number {
	let count = 0;
	for (let left = set; left !== 0; left &= left - 1) count += 1;
	return count;
}
