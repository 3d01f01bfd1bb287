/** What the palette offers: pages, settings, saved and recent searches. Pure; narrowing is by words in any order. */
import { type PageName, pageHref, writeRoute } from "../../lib/route.ts";
import { PAGE_KEYS } from "../../lib/shortcuts.ts";
import type { Texts } from "../../messages/en.ts";

export interface Command {
	id: string;
	text: string;
	/** what it is, small beside it */
	kind: string;
	keys?: string[];
	does: { href: string } | { search: string } | { set: "theme" | "language" | "times" | "keys" };
}

export interface CommandSources {
	t: Texts;
	recent: string[];
	saved: string[];
	/** pages that this hub does not have, or that the reader may not see */
	hidden: ReadonlySet<PageName>;
	/** names of the watched hosts */
	hosts: readonly string[];
}

export function commands({ t, recent, saved, hidden, hosts }: CommandSources): Command[] {
	const pages = Object.entries(PAGE_KEYS)
		.filter(([, page]) => !hidden.has(page))
		.map(
			([key, page]): Command => ({
				id: `page-${page}`,
				text: t.nav[page],
				kind: t.palette.page,
				keys: ["g", key],
				does: {
					href:
						page === "find"
							? writeRoute({ page, q: "" })
							: page === "checks"
								? writeRoute({ page, target: "" })
								: pageHref(page),
				},
			}),
		);
	const lines = (hidden.has("lines") ? [] : hosts).map(
		(host): Command => ({
			id: `lines-${host}`,
			text: `${t.nav.lines}: ${host}`,
			kind: t.palette.page,
			does: { href: writeRoute({ page: "lines", host, contains: "", kind: "" }) },
		}),
	);
	const settings: Command[] = [
		{ id: "theme", text: t.keys.theme, kind: t.palette.setting, does: { set: "theme" } },
		{ id: "language", text: t.keys.language, kind: t.palette.setting, does: { set: "language" } },
		{ id: "times", text: t.keys.times, kind: t.palette.setting, does: { set: "times" } },
		{ id: "keys", text: t.keys.help, kind: t.palette.setting, keys: ["?"], does: { set: "keys" } },
	];
	const searched = (list: string[], kind: string): Command[] =>
		list.map((q) => ({ id: `${kind}-${q}`, text: q, kind, does: { search: q } }));
	return [
		...pages,
		...searched(saved, t.palette.saved),
		...searched(
			recent.filter((q) => !saved.includes(q)),
			t.palette.recent,
		),
		...lines,
		...settings,
	];
}

/** Those that have every word that was typed; what begins with the first one stands first. */
export function narrow(all: Command[], typed: string): Command[] {
	const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
	const [first] = words;
	if (first === undefined) return all;
	const has = all.filter((command) => {
		const text = `${command.text} ${command.kind}`.toLowerCase();
		return words.every((word) => text.includes(word));
	});
	const begins = (command: Command) => (command.text.toLowerCase().startsWith(first) ? 0 : 1);
	return has.sort((a, b) => begins(a) - begins(b));
}
