/**
 * The reader's language, theme and way of telling time, kept in the browser, and the words that go with the language.
 * `settings.t` is reactive: a page that reads it is redrawn in the other language at once.
 */
import { en, type Texts } from "../messages/en.ts";
import { ja } from "../messages/ja.ts";
import { type Lang, showZone } from "./format.ts";

export type Theme = "auto" | "light" | "dark";
/** the machine's own zone, UTC, or how long ago */
export type Times = "local" | "utc" | "ago";

const TEXTS: Record<Lang, Texts> = { en, ja };

/** What this browser keeps for the page; nothing where its storage is closed. */
export function recall(key: string): string | undefined {
	try {
		return localStorage.getItem(`mailtrail.${key}`) ?? undefined;
	} catch {
		return undefined;
	}
}

export function keep(key: string, value: string): void {
	try {
		localStorage.setItem(`mailtrail.${key}`, value);
	} catch {
		// a browser that keeps nothing still shows the page
	}
}

class Settings {
	#lang = $state<Lang>("en");
	#theme = $state<Theme>("auto");
	#times = $state<Times>("local");
	readonly t = $derived(TEXTS[this.#lang]);

	/** Reads what was chosen before, else the browser's language. */
	start(): void {
		const lang = recall("lang") ?? navigator.language;
		this.#lang = lang.startsWith("ja") ? "ja" : "en";
		const theme = recall("theme");
		this.#theme = theme === "light" || theme === "dark" ? theme : "auto";
		const times = recall("times");
		this.#times = times === "utc" || times === "ago" ? times : "local";
		this.#apply();
	}

	get lang(): Lang {
		return this.#lang;
	}
	set lang(lang: Lang) {
		this.#lang = lang;
		keep("lang", lang);
		this.#apply();
	}

	get theme(): Theme {
		return this.#theme;
	}
	set theme(theme: Theme) {
		this.#theme = theme;
		keep("theme", theme);
		this.#apply();
	}

	nextTheme(): void {
		const next = { auto: "light", light: "dark", dark: "auto" } as const;
		this.theme = next[this.#theme];
	}

	nextTimes(): void {
		const next = { local: "utc", utc: "ago", ago: "local" } as const;
		this.times = next[this.#times];
	}

	get times(): Times {
		return this.#times;
	}
	set times(times: Times) {
		this.#times = times;
		keep("times", times);
		this.#apply();
	}

	#apply(): void {
		showZone(this.#times === "utc" ? "UTC" : undefined);
		const root = document.documentElement;
		root.lang = this.#lang;
		if (this.#theme === "auto") delete root.dataset.theme;
		else root.dataset.theme = this.#theme;
	}
}

export const settings = new Settings();
