import { expect, test } from "vitest";
import { en } from "../../messages/en.ts";
import { auditWords } from "./audit-words.ts";

test("settings are told as names and values, whatever stands before them", () => {
	const check = { action: "check", detail: 'vm {"target":"127.0.0.1","port":465}' };
	expect(auditWords(check, en)).toBe("vm · target 127.0.0.1 · port 465");
	const rule = {
		action: "rule",
		detail: '{"name":"A rule","channels":[],"hosts":["a","b"],"silence":{"until":"x"}}',
	};
	expect(auditWords(rule, en)).toBe("name A rule · hosts a, b · until x");
});

test("a search without a question shows the newest; a place in a list and a broken object stay out of it or as they are", () => {
	expect(auditWords({ action: "search", detail: "" }, en)).toBe(en.audit.newest);
	expect(auditWords({ action: "search", detail: "from:bob cursor=WzE3" }, en)).toBe("from:bob");
	expect(auditWords({ action: "search", detail: "text:{x" }, en)).toBe("text:{x");
});
