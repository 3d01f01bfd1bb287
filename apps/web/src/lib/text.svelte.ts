/**
 * The reader's language and theme, kept in the browser, and the words that go with the language.
 * `settings.t` is reactive: a page that reads it is redrawn in the other language at once.
 */
import { en, type Texts } from "../messages/en.ts";
import { ja } from "../messages/ja.ts";
import type { Lang } from "./format.ts";

export type Theme = "auto" | "light" | "dark";

const TEXTS: Record<Lang, Texts> = { en, ja };

function recall(key: string): string | undefined {
	try {
		return localStorage.getItem(`mailtrail.${key}`) ?? undefined;
	} catch {
		return undefined;
	}
}

function keep(key: string, value: string): void {
	try {
		localStorage.setItem(`mailtrail.${key}`, value);
	} catch {
		// a browser that keeps nothing still shows the page
	}
}

class Settings {
	#lang = $state<Lang>("en");
	#theme = $state<Theme>("auto");
	readonly t = $derived(TEXTS[this.#lang]);

	/** Reads what was chosen before, else the browser's language. */
	start(): void {
		const lang = recall("lang") ?? navigator.language;
		this.#lang = lang.startsWith("ja") ? "ja" : "en";
		const theme = recall("theme");
		this.#theme = theme === "light" || theme === "dark" ? theme : "auto";
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

	#apply(): void {
		const root = document.documentElement;
		root.lang = this.#lang;
		if (this.#theme === "auto") delete root.dataset.theme;
		else root.dataset.theme = this.#theme;
	}
}

export const settings = new Settings();
