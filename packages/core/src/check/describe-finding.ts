/** A finding in words. One pass over the template, so that a brace in a stranger's words is not filled in turn. */
import type { Language } from "../diagnose/index.ts";
import type { Finding } from "./check-report.ts";
import type { CheckTexts } from "./texts/check-text.ts";
import { EN } from "./texts/en.ts";
import { JA } from "./texts/ja.ts";

export function checkTexts(lang: Language): CheckTexts {
	return lang === "ja" ? JA : EN;
}

/** What this step found out, in a sentence without a full stop. */
export function describeFinding(finding: Finding, lang: Language): string {
	return fillText(checkTexts(lang).findings[finding.code], factsOf(finding));
}

/** The facts that texts of a finding may name. */
export function factsOf(finding: Finding): Record<string, string> {
	const { values, host, address, port } = finding;
	return {
		...values,
		...(host === undefined ? {} : { host }),
		...(address === undefined ? {} : { address }),
		...(port === undefined ? {} : { port: String(port) }),
	};
}

/** Puts facts into a template; a fact that is missing leaves nothing behind. */
export function fillText(template: string, facts: Readonly<Record<string, string>>): string {
	return template.replace(/\{(\w+)\}/g, (_, name: string) =>
		Object.hasOwn(facts, name) ? (facts[name] ?? "") : "",
	);
}
