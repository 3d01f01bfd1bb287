import { expect, test } from "vitest";
import { pastedQuery, readQuery, withoutTerm } from "./search-text.ts";

test("a term is taken out, the others stand", () => {
	const query = readQuery("from:tu@example.com -status:delivered", "en");
	expect(withoutTerm(query, query.terms[0]!)).toBe("-status:delivered");
});

test("a pasted log line becomes what was read from it, an address stays an address", () => {
	const line =
		"Dec  5 18:38:12 relay1 postfix/qmgr[123]: D08FF538054: from=<tu@example.com>, size=1331, nrcpt=3 (queue active)";
	expect(pastedQuery(line, "en")).toContain("D08FF538054");
	expect(pastedQuery("tu@example.com", "en")).toBeUndefined();
});
