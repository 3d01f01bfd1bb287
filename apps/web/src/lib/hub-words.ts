/** What the hub says of an error, in the reader's language. English is the hub's own; the Japanese words are fetched when an error is there to be told. */
import type { Lang } from "./format.ts";

export async function hubWords(code: string, said: string, lang: Lang): Promise<string> {
	if (lang !== "ja") return said;
	const words = await import("../messages/errors.ja.ts").catch(() => undefined);
	const own = words?.errorsJa[code];
	if (own === undefined) return said;
	return words?.SAYS_MORE.has(code) === true ? `${own}（${said}）` : own;
}
