/**
 * What was searched for lately and what the reader keeps, in this browser only: questions name people, and the hub need
 * not know them twice. Other windows of this browser keep theirs in the same place: what they have kept meanwhile is read before
 * anything is written, and shown as it comes.
 */
import { keep, recall } from "./text.svelte.ts";

const RECENT_MAX = 12;
const SAVED_MAX = 40;

function read(key: string): string[] {
	try {
		const list: unknown = JSON.parse(recall(key) ?? "[]");
		return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
	} catch {
		return [];
	}
}

export class Searches {
	recent = $state.raw<string[]>(read("recent"));
	saved = $state.raw<string[]>(read("saved"));

	/** Shows what other windows keep, from now on; the returned function stops it. */
	start(): () => void {
		const onStorage = () => this.#readAgain();
		window.addEventListener("storage", onStorage);
		return () => window.removeEventListener("storage", onStorage);
	}

	/** A question was asked. */
	asked(q: string): void {
		const text = q.trim();
		this.#readAgain();
		if (text === "" || this.recent[0] === text) return;
		this.#keepRecent([text, ...this.recent.filter((other) => other !== text)].slice(0, RECENT_MAX));
	}

	isSaved(q: string): boolean {
		return this.saved.includes(q.trim());
	}

	toggleSaved(q: string): void {
		const text = q.trim();
		this.#readAgain();
		const others = this.saved.filter((other) => other !== text);
		this.saved = others.length < this.saved.length ? others : [text, ...others].slice(0, SAVED_MAX);
		keep("saved", JSON.stringify(this.saved));
	}

	/** Where the browser keeps nothing for us, what this window knows stands. */
	#readAgain(): void {
		if (recall("recent") !== undefined) this.recent = read("recent");
		if (recall("saved") !== undefined) this.saved = read("saved");
	}

	/** The returned function brings them back, behind what was asked since. */
	forget(): () => void {
		const before = this.recent;
		this.#keepRecent([]);
		return () => this.#keepRecent([...new Set([...this.recent, ...before])].slice(0, RECENT_MAX));
	}

	#keepRecent(recent: string[]): void {
		this.recent = recent;
		keep("recent", JSON.stringify(recent));
	}
}

export const searches = new Searches();
