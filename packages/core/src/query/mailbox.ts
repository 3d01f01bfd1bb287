/**
 * A person as mail programs write them and people copy them: `Anna Berg <anna@example.com>`, `"Berg, Anna" <…>`, with or
 * without `From:` before it (RFC 5322, section 3.4). The name is anybody's choice and stands in no log: the address is what
 * is meant. Only a text that is nothing else counts; a query that merely holds an address in angle brackets is a query.
 */
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
