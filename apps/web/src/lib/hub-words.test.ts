import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { errorsJa } from "../messages/errors.ja.ts";
import { hubWords } from "./hub-words.ts";

const page = readFileSync(new URL("../../../hub/docs/errors.md", import.meta.url), "utf8");
const codes = [...page.matchAll(/^\| `([\w-]+)` \| \d+ \|/gm)].map(([, code]) => code);

test("every error that the hub can answer with has its words in Japanese, and none has that it cannot", () => {
	expect(codes.length).toBeGreaterThan(30);
	expect(Object.keys(errorsJa).sort()).toEqual(codes.sort());
});

test("English is the hub's own, Japanese adds what the hub says of the case where that is more than the code", async () => {
	expect(await hubWords("locked", "Too many wrong tries.", "en")).toBe("Too many wrong tries.");
	expect(await hubWords("locked", "Too many wrong tries.", "ja")).toBe(errorsJa["locked"]);
	expect(await hubWords("command-failed", "sendmail: exit 75", "ja")).toContain("（sendmail: exit 75）");
	expect(await hubWords("of-a-newer-hub", "Something new.", "ja")).toBe("Something new.");
});
