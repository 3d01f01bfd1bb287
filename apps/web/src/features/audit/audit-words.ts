/** What somebody asked for, for people: the settings of a check or a rule as `name value`, an empty search by what it shows. */
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
