/**
 * What to look for in the bytes of logs to find the messages that a query asks for: texts of which every message that answers has
 * one in a line of its own, in whatever case. None where the query asks about what no single line says.
 */
import { alternatives, queryKeys } from "../query/index.ts";
import type { Query, Term } from "../query/index.ts";

/** Texts; undefined where all lines have to be read. `hosts` are the identities of the logs' hosts. */
export function queryNeedles(
	query: Pick<Query, "terms">,
	hosts: readonly string[],
): readonly string[] | undefined {
	for (const fields of PREFERRED) {
		for (const term of query.terms) {
			if (term.negated || !fields.includes(term.field)) continue;
			const needles = needlesOf(term, hosts);
			if (needles?.every((needle) => needle.length >= SHORTEST)) return needles;
		}
	}
	return undefined;
}

/** Anything shorter is in every line. */
const SHORTEST = 3;

/** The most telling first. */
const PREFERRED: readonly (readonly Term["field"][])[] = [
	["queue", "id"],
	["to", "from", "address"],
	["ip"],
	["domain", "name"],
];

function needlesOf(term: Term, hosts: readonly string[]): string[] | undefined {
	const value = term.value.replace(/^<(.*)>$/, "$1");
	switch (term.field) {
		case "queue":
			return literal(term.value);
		case "id":
			return literal(value);
		case "to":
		case "from":
		case "address":
			return anyNeedles(value, term);
		case "domain":
			return literal(value.replace(/^@/, ""));
		case "name":
			// our own names of hosts are in no line
			return hosts.some((host) => host.includes(".") || value.includes("*")) ? undefined : literal(value);
		case "ip":
			return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(value) ? [value] : undefined;
		default:
			return undefined;
	}
}

/** Of several addresses one alone may be in a line: each must have its texts. */
function anyNeedles(value: string, term: Term): string[] | undefined {
	const each = alternatives(value).map((one) => addressNeedles(one, term));
	return each.every((needles) => needles !== undefined) ? each.flat() : undefined;
}

/**
 * Exim logs a local delivery with the local part alone, `=> u5 <alias@b.example>`, sendmail the users that an alias leads to, `to=u1,u2, delay=…`
 * or `to=\\u1, delay=…`, and the address that we show is put together from both: the local part is looked for with what is around it there.
 */
function addressNeedles(value: string, term: Term): string[] | undefined {
	const exact = queryKeys({ terms: [term] }).length > 0;
	const at = value.lastIndexOf("@");
	if (!exact || at <= 0 || value.includes("*")) return undefined;
	const local = value.slice(0, at);
	if (!isPlain(value)) return undefined;
	const exim = ["=> ", "-> ", ">> ", "== ", "** "].map((flag) => `${flag}${local} `);
	const sendmail = [": to=", ","].flatMap((before) => [`${before}${local},`, `${before}<${local}>`]);
	return [value, ...exim, ...sendmail, `\\${local},`, `\\${local}>`];
}

/** The longest part between wildcards; undefined where a letter could be written otherwise in a line. */
function literal(value: string): string[] | undefined {
	if (!isPlain(value.replaceAll("*", ""))) return undefined;
	const pieces = value.split("*").sort((a, b) => b.length - a.length);
	return pieces[0] === undefined ? undefined : [pieces[0]];
}

/** Printable ASCII without quoting: what a parser takes out of a line as it stands there. */
function isPlain(text: string): boolean {
	return /^[!#-[\]-~]+$/.test(text);
}
