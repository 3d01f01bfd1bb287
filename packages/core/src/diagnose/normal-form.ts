/**
 * Words in one normal form for the rules: lower case, single spaces, plain quotes and hyphens, every mail address as `@`,
 * so that nobody's address can look like a phrase. Linear in the text, whatever stands in it.
 */

/** ends an address; all else, beyond ASCII too, may be part of one */
const ENDS = new Uint8Array(128);
for (const mark of " \t\n\r\f\v<>@\"'(),;:") ENDS[mark.charCodeAt(0)] = 1;
const LOCAL_MAX = 128;
const DOMAIN_MAX = 255;
const UNUSUAL = /[^ -_a-~]| {2}/;

export function normalForm(text: string): string {
	let words = text.toLowerCase();
	if (UNUSUAL.test(words)) {
		words = words.replace(/[’‘`]/g, "'").replace(/[–—‐]/g, "-").replace(/\s+/g, " ");
	}
	return words.includes("@") ? withoutAddresses(words) : words;
}

function withoutAddresses(words: string): string {
	let masked = "";
	let from = 0;
	for (let at = words.indexOf("@"); at >= 0; at = words.indexOf("@", at + 1)) {
		let start = at;
		while (start > from && at - start < LOCAL_MAX && !ends(words.charCodeAt(start - 1))) start--;
		let end = at + 1;
		while (end < words.length && end - at <= DOMAIN_MAX && !ends(words.charCodeAt(end))) end++;
		if (start === at || end === at + 1) continue;
		masked += `${words.slice(from, start)}@`;
		from = end;
		at = end - 1;
	}
	return from === 0 ? words : masked + words.slice(from);
}

function ends(code: number): boolean {
	return code < 128 ? ENDS[code] === 1 : code === 0xa0 || code === 0x3000;
}
