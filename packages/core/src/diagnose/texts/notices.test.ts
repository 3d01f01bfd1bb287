import { expect, it } from "vitest";
import { tellNotice } from "./notices.ts";

it("tells a notice in the reader's language, and in English what it has no other words for", () => {
	const notice = { code: "no-outcome-logged", text: "relay1 took the message …", values: { host: "relay1" } };
	expect(tellNotice(notice, "en")).toBe(notice);
	expect(tellNotice(notice, "ja").text).toContain("relay1 はメールを受け取りましたが");
	expect(
		tellNotice({ code: "lines-cut", text: "cut", values: { lines: "5,001", shown: "5,000" } }, "ja").text,
	).toBe("このメールの行は 5,001 行あります。ここにあるのは最初の 5,000 行です。");
	expect(tellNotice({ code: "said-by-somebody-else", text: "cut" }, "ja").text).toBe("cut");
});
