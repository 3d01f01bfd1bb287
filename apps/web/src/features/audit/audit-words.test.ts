import { expect, test } from "vitest";
import { en } from "../../messages/en.ts";
import { ja } from "../../messages/ja.ts";
import { actionWord, auditWords, resultWord, whoWord } from "./audit-words.ts";

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

test("what the hub keeps is told in the reader's language; what the page does not know stays as it is", () => {
	expect(actionWord("sign-in", ja)).toBe("サインイン");
	expect(actionWord("sign-in", en)).toBe("sign-in");
	expect(actionWord("GET /api/accounts", ja)).toBe("GET /api/accounts");
	expect(actionWord("constructor", ja)).toBe("constructor");
	expect(resultWord("refused (403)", ja)).toBe("拒否 (403)");
	expect(resultWord("done", ja)).toBe("完了");
	expect(["command line", "a link of mori", "mori"].map((who) => whoWord(who, ja))).toEqual([
		"コマンドライン",
		"mori のリンク",
		"mori",
	]);
});
