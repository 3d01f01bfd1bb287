/**
 * The keys of every page as one table, and the two-step `g l` read as a small machine: `g` waits a moment for the letter
 * of a page. What a key does is the caller's; lists have their own (`row-keys.ts`).
 */
import type { PageName } from "./route.ts";
import { isTyping } from "./row-keys.ts";

/** `g` and this letter. */
export const PAGE_KEYS = {
	f: "find",
	l: "live",
	m: "map",
	d: "destinations",
	h: "hosts",
	c: "checks",
	a: "alerts",
	s: "settings",
	u: "audit",
} as const satisfies Record<string, PageName>;
export type KeyedPage = (typeof PAGE_KEYS)[keyof typeof PAGE_KEYS];

export interface ShortcutActions {
	goTo: (page: KeyedPage) => void;
	palette: () => void;
	keys: () => void;
	/** whether there was anything to undo */
	undo: () => boolean;
}

const WAIT_MS = 1200;

/** Handles a key of the page; the answer says whether the key is used up. */
export class Shortcuts {
	#gAt = Number.NEGATIVE_INFINITY;
	readonly #actions: ShortcutActions;

	constructor(actions: ShortcutActions) {
		this.#actions = actions;
	}

	press(
		event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "target">,
		now: number,
	): boolean {
		if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
			this.#actions.palette();
			return true;
		}
		// in a field these keys are the field's own
		if (isTyping(event.target)) return false;
		if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key === "z") return this.#actions.undo();
		if (event.ctrlKey || event.metaKey || event.altKey) return false;
		const waiting = now - this.#gAt < WAIT_MS;
		this.#gAt = Number.NEGATIVE_INFINITY;
		if (waiting) {
			const page = Object.entries(PAGE_KEYS).find(([key]) => key === event.key)?.[1];
			if (page === undefined) return false;
			this.#actions.goTo(page);
			return true;
		}
		if (event.key === "g") {
			this.#gAt = now;
			return true;
		}
		if (event.key === "?") {
			this.#actions.keys();
			return true;
		}
		return false;
	}
}
