/** The page for people about every cause, written from the tables: what it means, whose move it is, the words it is known by. */
import { BLOCK_LISTS } from "../block-lists.ts";
import { CAUSES, type CauseId } from "../cause.ts";
import { PROVIDER_PAGES } from "../provider-pages.ts";
import type { Rule } from "../rule.ts";
import { RULES } from "../rules/index.ts";
import { fill, textsOf } from "../texts/fill.ts";

const INTRO = `# Causes

Every diagnosis of Mailtrail names one of these causes: in \`mailtrail trace\`, \`diagnose\`, \`bounce\` and \`check\`, in the
page and in the hub's API. The id never changes; texts come in English and Japanese (\`--lang ja\`). \`reason\` is the name
that bounce readers share. Rules are tried in their order, the most exact first; what no rule knows is \`unknown\` and is
shown with its words.

This page is written from the tables in \`packages/core/src/diagnose\`. After a change there:
\`cd packages/core && pnpm exec vitest run src/diagnose/page -u\`.
`;

export function causesPage(): string {
	const ids = Object.keys(CAUSES) as CauseId[];
	return [INTRO, ...ids.map(section), lists(), providers()].join("\n");
}

function section(id: CauseId): string {
	const { reason, actor, permanent, retryHelps } = CAUSES[id];
	const english = textsOf("en");
	const text = english.causes[id];
	const say = (words: string) => plain(fill(words, english, {}));
	const rules = RULES.filter((rule) => rule.cause === id);
	return [
		`## \`${id}\``,
		"",
		`${say(text.title)} · ${plain(fill(textsOf("ja").causes[id].title, textsOf("ja"), {}))}`,
		"",
		`Reason \`${reason}\`, move: ${actor}${reason === "delivered" ? "" : permanent ? ", permanent" : ", temporary"}${retryHelps ? ", a retry can help" : ""}.`,
		"",
		say(text.explanation),
		"",
		...text.steps
			.filter((step) => !step.includes("{link}"))
			.map((step, index) => `${index + 1}. ${say(step)}`),
		...(rules.length === 0 ? [] : ["", "Known by:", "", ...rules.map(known)]),
		"",
	].join("\n");
}

function known(rule: Rule): string {
	const sample = (rule.matches[0] ?? "").replaceAll("`", "'");
	return `- \`${sample}\` (${rule.id}: ${plain(rule.source)})`;
}

function lists(): string {
	const rows = BLOCK_LISTS.map(({ name, page }) => `| ${name} | <${page(undefined)}> |`);
	return ["## Block lists", "", "| list | where an address is looked up |", "|---|---|", ...rows, ""].join(
		"\n",
	);
}

function providers(): string {
	const rows = PROVIDER_PAGES.map(({ name, hosts, page }) => `| ${name} | ${hosts.join(", ")} | <${page}> |`);
	return [
		"## Pages for senders",
		"",
		"| destination | hosts and domains | page |",
		"|---|---|---|",
		...rows,
		"",
	].join("\n");
}

/** Markdown's own marks in somebody's words. */
function plain(text: string): string {
	return text.replace(/[<>|`]/g, (mark) => (mark === "|" ? "\\|" : `\\${mark}`));
}
