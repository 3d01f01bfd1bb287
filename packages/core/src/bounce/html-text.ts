/**
 * The words of a notice that was written as HTML alone, as lines. Only what a bounce needs: blocks end a line, tags go,
 * the entities that hide addresses come back. What is left is text: nothing here is ever shown as markup.
 */

const HTML_MAX = 256 * 1024;
const TAG_MAX = 4000;
const BLOCK = /^\/?(?:p|div|br|tr|li|h[1-6]|table|ul|ol|blockquote|pre|hr)\b/i;
const SILENT = /^(?:style|script|head|title)\b/i;
const ENTITIES: Readonly<Record<string, string>> = {
	lt: "<",
	gt: ">",
	amp: "&",
	quot: '"',
	nbsp: " ",
	apos: "'",
};

export function htmlText(html: string): string {
	const given = html.slice(0, HTML_MAX);
	let text = "";
	for (let at = 0; at < given.length; ) {
		const open = given.indexOf("<", at);
		if (open < 0) return text + entities(given.slice(at));
		text += entities(given.slice(at, open));
		const close = given.indexOf(">", open);
		if (close < 0 || close - open > TAG_MAX) return text;
		const tag = given.slice(open + 1, close);
		if (BLOCK.test(tag)) text += "\n";
		at = SILENT.test(tag) ? endOf(given, tag, close) : close + 1;
	}
	return text;
}

/** Behind the end of what no reader sees. */
function endOf(given: string, tag: string, from: number): number {
	const name = /^[a-z]+/i.exec(tag)?.[0] ?? "";
	const end = given.slice(from).search(new RegExp(`</${name}`, "i"));
	return end < 0 ? given.length : from + end;
}

function entities(text: string): string {
	return text
		.replace(/[ \t\r\n]+/g, " ")
		.replace(
			/&(?:#(\d{1,5})|([a-z]{2,4}));/gi,
			(whole, code: string | undefined, name: string | undefined) =>
				code === undefined
					? (ENTITIES[name?.toLowerCase() ?? ""] ?? whole)
					: String.fromCodePoint(Number(code)),
		);
}
