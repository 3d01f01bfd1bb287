/**
 * The last thing that a press changed, and the way back, offered for some seconds. Two kinds: what has been done, with the call
 * that restores it; and what waits to be done where nothing could restore it: it is sent when the seconds are over, when
 * something else is changed, or when the page goes away. A change that must hold at once (a token, a session) asks first
 * instead (`sure.svelte.ts`).
 */
import { asApiError } from "./api.ts";

export const GRACE_MS = 8_000;

interface Change {
	/** what was done, for people */
	words: string;
	back: () => unknown;
	/** what waits until then */
	go?: () => Promise<unknown>;
}

export class Undo {
	#change = $state.raw<Change | undefined>();
	/** what waits or has been done: it may come once more in an answer that was on its way */
	#hidden = $state.raw<ReadonlySet<string>>(new Set());
	/** the hub's words, where the way back or what waited did not go through */
	problem = $state<string | undefined>();
	/** who is reading or has the button under the hand is not hurried */
	#held = false;
	#timer: ReturnType<typeof setTimeout> | undefined;

	readonly words = $derived(this.#change?.words);

	/** Done already; `back` restores it. */
	done(words: string, back: () => unknown): void {
		this.#begin({ words, back });
	}

	/** Not done yet; meanwhile the page shows it as done: what `hides` this key. */
	later(words: string, key: string, go: () => Promise<unknown>): void {
		this.#begin({ words, back: () => this.#hide(key, false), go });
		this.#hide(key, true);
	}

	hides(key: string): boolean {
		return this.#hidden.has(key);
	}

	#hide(key: string, hidden: boolean): void {
		const others = [...this.#hidden].filter((other) => other !== key);
		this.#hidden = new Set(hidden ? [...others, key] : others);
	}

	async take(): Promise<void> {
		const change = this.#end();
		if (change !== undefined) await this.#try(async () => change.back());
	}

	hold(held: boolean): void {
		this.#held = held;
		if (this.#change !== undefined) this.#wait();
	}

	/** What waits is sent now. */
	settle(): void {
		const change = this.#end();
		if (change?.go === undefined) return;
		const { go, back } = change;
		void this.#try(go).then((sent) => {
			if (!sent) back();
		});
	}

	/** A page that goes away takes what waits with it: it is sent before. The returned function stops it. */
	start(): () => void {
		const leaving = () => this.settle();
		window.addEventListener("pagehide", leaving);
		return () => window.removeEventListener("pagehide", leaving);
	}

	#begin(change: Change): void {
		this.settle();
		this.problem = undefined;
		this.#change = change;
		this.#wait();
	}

	#wait(): void {
		clearTimeout(this.#timer);
		if (!this.#held) this.#timer = setTimeout(() => this.settle(), GRACE_MS);
	}

	#end(): Change | undefined {
		clearTimeout(this.#timer);
		const change = this.#change;
		this.#change = undefined;
		this.#held = false;
		return change;
	}

	async #try(work: () => Promise<unknown>): Promise<boolean> {
		try {
			await work();
			return true;
		} catch (cause) {
			this.problem = asApiError(cause).message;
			return false;
		}
	}
}

export const undo = new Undo();
