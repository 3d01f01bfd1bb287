/** Bytes → text without ever failing: UTF-8 where it is; else one character per byte, which keeps every ASCII word. */

/** In Node, Bun and browsers alike, though the language's own library does not name it. */
declare class TextDecoder {
	constructor(label: string, options?: { fatal?: boolean });
	decode(bytes: Uint8Array): string;
}

export function decode(bytes: Uint8Array): string {
	// ISO-2022-JP is all ASCII bytes: its escape sequence tells it
	if (holdsJapaneseEscape(bytes)) return new TextDecoder("iso-2022-jp").decode(bytes);
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		return decodeLatin1(bytes);
	}
}

function holdsJapaneseEscape(bytes: Uint8Array): boolean {
	for (let at = bytes.indexOf(27); at >= 0; at = bytes.indexOf(27, at + 1)) {
		const next = bytes[at + 1];
		if (next === 36 && (bytes[at + 2] === 66 || bytes[at + 2] === 64)) return true;
	}
	return false;
}

export function decodeLatin1(bytes: Uint8Array): string {
	return new TextDecoder("latin1").decode(bytes);
}
