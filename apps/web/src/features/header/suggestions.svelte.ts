/**
 * What the search box offers below itself: with nothing typed, what was searched for before and the words to search by; with
 * a word half typed, what the store knows that continues it. One list, one place in it, so that keyboard and pointer agree.
 */
import type { CompleteAnswer } from "@mailtrail/core/wire";
import { api } from "../../lib/api.ts";
import { type Lang, viewerZone } from "../../lib/format.ts";
import { readSaidQuestion } from "@mailtrail/core/query";
import { complete, lastWord } from "../../lib/last-word.ts";
import type { Searches } from "../../lib/searches.svelte.ts";
import { readQuery } from "./search-text.ts";

export interface Suggestion {
	key: string;
	/** what the box holds when it is taken */
	text: string;
	shown: string;
	/** what it means */
	about?: string;
	group: "saved" | "recent" | "word" | "said";
	/** the question is whole: taking it searches */
	whole: boolean;
}

/** a keystroke must not wait for the one before */
const ASK_AFTER_MS = 90;
const RECENT_SHOWN = 6;

export class Suggestions {
	#answer = $state.raw<{ text: string; answer: CompleteAnswer } | undefined>();
	#text = $state("");
	/** what is typed as it may be meant, where it is said in a caller's words */
	#said = $state<string | undefined>();
	at = $state(-1);
	#asking: AbortController | undefined;
	#waiting: ReturnType<typeof setTimeout> | undefined;
	readonly #searches: Searches;
	readonly #ask: typeof api.complete;

	constructor(searches: Searches, ask: typeof api.complete = api.complete) {
		this.#searches = searches;
		this.#ask = ask;
	}

	readonly list = $derived(this.#list());

	typed(text: string, lang: Lang): void {
		this.#text = text;
		this.#said = saidIn(text, lang);
		this.at = -1;
		clearTimeout(this.#waiting);
		this.#asking?.abort();
		const { word } = lastWord(text);
		if (word === "" || word.length > 256) return;
		this.#waiting = setTimeout(() => {
			const asking = new AbortController();
			this.#asking = asking;
			this.#ask({ prefix: word, limit: 8, lang }, asking.signal).then(
				(answer) => {
					if (!asking.signal.aborted) this.#answer = { text, answer };
				},
				// a hub that cannot complete leaves typing alone
				() => undefined,
			);
		}, ASK_AFTER_MS);
	}

	/** Up or down; -1 is the box itself. */
	move(step: 1 | -1): void {
		const places = this.list.length + 1;
		this.at = ((this.at + 1 + step + places) % places) - 1;
	}

	#list(): Suggestion[] {
		const text = this.#text;
		if (text.trim() === "") {
			const { saved, recent } = this.#searches;
			const whole = (group: "saved" | "recent") => (q: string) => ({
				key: `${group} ${q}`,
				text: q,
				shown: q,
				group,
				whole: true,
			});
			return [
				...saved.slice(0, RECENT_SHOWN).map(whole("saved")),
				...recent
					.filter((q) => !saved.includes(q))
					.slice(0, RECENT_SHOWN)
					.map(whole("recent")),
			];
		}
		return [...this.#continued(text), ...this.#meant()];
	}

	/** Last: Tab takes the first, which continues the word. */
	#meant(): Suggestion[] {
		const text = this.#said;
		return text === undefined ? [] : [{ key: "said", text, shown: text, group: "said", whole: true }];
	}

	#continued(text: string): Suggestion[] {
		const { word } = lastWord(text);
		const known = this.#answer;
		if (word === "" || known === undefined || known.text !== text) return [];
		return known.answer.suggestions
			.filter((suggestion) => suggestion.word !== word)
			.map((suggestion) => ({
				key: `word ${suggestion.word}`,
				text: complete(text, suggestion.word),
				shown: suggestion.word,
				...(suggestion.text === undefined ? {} : { about: suggestion.text }),
				group: "word",
				whole: false,
			}));
	}
}

function saidIn(text: string, lang: Lang): string | undefined {
	const now = Date.now();
	return readSaidQuestion(readQuery(text, lang, now).terms, { now, zone: viewerZone(), lang });
}
