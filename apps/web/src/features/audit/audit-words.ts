/**
 * An entry of the audit log for people: the hub's own words in the reader's language, what was asked for as `name value`, an empty
 * search by what it shows. Words that this page does not know are shown as they stand.
 */
import type { AuditEntry } from "@mailtrail/core/wire";
import type { Texts } from "../../messages/en.ts";

export function auditWords({ action, detail }: Pick<AuditEntry, "action" | "detail">, t: Texts): string {
	// noted by older hubs: the place in a list that was scrolled
	const asked = detail.replace(/(?:^| )cursor=\S*/g, "");
	if (asked === "" && action === "search") return t.audit.newest;
	const at = asked.indexOf("{");
	const given = at < 0 ? undefined : readObject(asked.slice(at));
	if (given === undefined) return asked;
	return [asked.slice(0, at).trim(), ...wordsOf(given)].filter((part) => part !== "").join(" · ");
}

/** `sign-in`, `search`: what was done. */
export function actionWord(action: string, t: Texts): string {
	return wordIn(t.audit.actions, action);
}

/** `done`, `refused (403)`: how it ended. */
export function resultWord(result: string, t: Texts): string {
	const [word = "", ...rest] = result.split(" ");
	return [wordIn(t.audit.results, word), ...rest].join(" ");
}

/** Whoever asked without an account's name: at the hub's command line, or through a link that somebody handed on. */
export function whoWord(who: string, t: Texts): string {
	if (who === "command line") return t.audit.commandLine;
	const owner = /^a link of (.+)$/s.exec(who)?.[1];
	return owner === undefined ? who : t.audit.linkOf(owner);
}

function wordIn(words: Record<string, string>, word: string): string {
	return Object.hasOwn(words, word) ? (words[word] ?? word) : word;
}

function readObject(text: string): object | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === "object" && value !== null ? value : undefined;
	} catch {
		return undefined;
	}
}

function wordsOf(given: object): string[] {
	return Object.entries(given).flatMap(([name, value]) => {
		if (Array.isArray(value)) return value.length === 0 ? [] : [`${name} ${value.map(plain).join(", ")}`];
		return typeof value === "object" && value !== null ? wordsOf(value) : [`${name} ${plain(value)}`];
	});
}

function plain(value: unknown): string {
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}
