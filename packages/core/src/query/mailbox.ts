/**
 * People as mail programs write them and as they are copied: `Anna Berg <anna@example.com>`, `"Berg, Anna" <…>`, with or without
 * `From:` before it (RFC 5322, section 3.4), or many of them: a line of recipients, a list with an address a line, a column of
 * a table. The names are anybody's choice and stand in no log: the addresses are what is meant, any of them. Only a text
 * that is nothing else counts; a query that merely holds an address in angle brackets is a query.
 */
import { ANY_MAX } from "./any-of.ts";
import type { Term } from "./query.ts";
import { recogniseWord } from "./recognise.ts";

const MAILBOX =
	/^\s*(?:(from|sender|reply-to|to|cc|bcc|差出人|送信者|宛先)\s{0,4}(?:：|:(?=\s|<))\s{0,4})?("[^"<>]{0,200}"\s{0,4}|[^"<>@:：]{0,200})<([^<>\s@]{1,64}@[^<>\s@]{1,255})>\s{0,8}[,;]?\s*$/i;
const FIELDS: Record<string, Term["field"]> = {
	from: "from",
	sender: "from",
	"reply-to": "address",
	差出人: "from",
	送信者: "from",
};

export function readMailbox(text: string): Term | undefined {
	const [, header, name = "", address] = MAILBOX.exec(text.slice(0, 800)) ?? [];
	if (address === undefined || text.length > 800) return undefined;
	// a lone address, and what is left out (`-<tu@example.com>`), are words of a query
	if (header === undefined && /^(?:$|-)/.test(name.trim())) return undefined;
	const { field, value } = recogniseWord(address);
	const named = header === undefined ? field : (FIELDS[header.toLowerCase()] ?? "to");
	return { field: named, value, negated: false };
}

export interface Mailboxes {
	term: Term;
	/** how many different addresses there were; the term takes no more than `ANY_MAX` */
	count: number;
}

const ADDRESS = /^(?:mailto:)?<?([^\s<>@,;:："()-][^\s<>@,;:："()]{0,63}@[^\s<>@,;:："()]{1,255})>?$/i;
/** `Anna Berg <anna@example.com>`, `anna@example.com (Anna Berg)` */
const NAMED = /^[^<>@:：]{0,200}<([^\s<>@,;:：]{1,64}@[^\s<>@,;:：]{1,255})>$/;
const COMMENTED = /^([^\s<>@,;:：()-][^\s<>@,;:：()]{0,63}@[^\s<>@,;:：()]{1,255})\s{1,8}\([^()@]{0,200}\)$/;
const HEADER = /^\s*(from|sender|reply-to|to|cc|bcc|差出人|送信者|宛先)\s{0,4}[:：](?=\s|<)\s*/i;
/** `1. `, `- `, `• ` before an entry of a list */
const BULLET = /^(?:[-*•·・]|\d{1,3}[.)])\s+/;
/** a list that people keep; a longer text is something else */
const LIST_TEXT_MAX = 32_768;

/** Two addresses or more with line ends, tabs, commas or semicolons between them; a space alone is between two words of a query. */
export function readMailboxes(text: string): Mailboxes | undefined {
	if (text.length > LIST_TEXT_MAX) return undefined;
	const found = new Set<string>();
	let field: Term["field"] = "address";
	for (const [index, line] of text.split(/[\r\n]+/).entries()) {
		const header = HEADER.exec(line);
		const named = header?.[1] === undefined ? undefined : (FIELDS[header[1].toLowerCase()] ?? "to");
		if (named !== undefined) field = index === 0 || named === field ? named : "address";
		if (!readEntries(line.slice(header?.[0].length ?? 0).trim(), found)) return undefined;
	}
	if (found.size < 2) return undefined;
	return {
		term: { field, value: [...found].slice(0, ANY_MAX).join(","), negated: false },
		count: found.size,
	};
}

/** The addresses of one line; false where it says anything else. A table's line may have other cells. */
function readEntries(line: string, found: Set<string>): boolean {
	const isTable = line.includes("\t");
	const bare = line.replace(BULLET, "").replace(/"[^"@<>]{0,200}"(?!@)/g, "");
	let before = "";
	for (const piece of bare.split(isTable ? /\t/ : /[,;、；，]/)) {
		const entry = piece.trim();
		const address = ADDRESS.exec(entry) ?? NAMED.exec(entry) ?? COMMENTED.exec(entry);
		if (address?.[1] !== undefined) {
			// `Berg, Anna <anna@example.com>` is one person; words before a bare address are words of a query
			if (before !== "" && !isTable && !entry.includes("<")) return false;
			found.add(address[1].replace(/\.$/, ""));
			before = "";
		} else if (/[@<>:=]/.test(entry)) return false;
		else before += entry;
	}
	return before === "" || isTable;
}
