/**
 * Looks for the other side of tries and refusals: lines with the same words within the same moment. What was found is kept until all
 * of the message that was asked for is known, for only then it is known what it could meet.
 */
import type { MailEvent } from "@mailtrail/core/event";
import { type Meeting, mayMeet } from "@mailtrail/core/trace";
import type { Wanted } from "./block-search.ts";
import type { HostFile } from "./host-file.ts";

/** Lines further away are not kept: words of a server's own are in thousands. */
const WIDE_MS = 600_000;
/** A moment this near to one that was looked for has its lines too. */
const COVERED_MS = 500_000;
const KEPT_MAX = 5_000;

/** Lines of a before-queue filter, which alone refuses with words that look like a success; in most logs there are none. */
export const PROXY_LINES: readonly string[] = ["proxy-accept", "proxy-reject"];

export interface Noted {
	file: HostFile;
	event: MailEvent;
	number: number;
	ordered: boolean;
}

export class MeetingSearch {
	/** more than can be kept */
	full = false;
	/** whether a before-queue filter spoke in any line */
	#proxy = false;
	/** times by words; of those that look like a success by who may refuse with them */
	readonly #times = new Map<string, number[]>();
	readonly #noted = new Map<string, Map<string, Noted>>();
	readonly #given = new Set<Noted>();
	#kept = 0;

	/** What has to be searched for; nothing where it was before. */
	lookFor({
		words,
		at,
		accepted,
		refused,
	}: Pick<Meeting, "words" | "at" | "accepted" | "refused">): Wanted[] {
		const byFilter = accepted && !refused;
		if (byFilter && !this.#proxy) return [];
		const name = byFilter ? `proxy ${words}` : ` ${words}`;
		const times = this.#times.get(name) ?? [];
		if (times.some((each) => Math.abs(each - at) <= COVERED_MS)) return [];
		this.#times.set(name, [...times, at]);
		const pieces = plainPieces(words);
		const around = { at, withinMs: WIDE_MS };
		if (byFilter) return [{ ...wantedWords(PROXY_LINES, pieces), around }];
		return [{ ...wantedWords([pieces[0] ?? ""], pieces.slice(1)), around }];
	}

	sawProxy(): void {
		this.#proxy = true;
	}

	/** A line that was read: kept if it has such words. */
	note(noted: Noted): void {
		const { event, file, number } = noted;
		const words = "reply" in event ? event.reply?.text.trim() : undefined;
		if (words === undefined || !this.#isNear(words, event)) return;
		const same = this.#noted.get(words) ?? new Map<string, Noted>();
		this.#noted.set(words, same);
		const ref = `${file.host} ${file.blocks.file} ${number}`;
		const known = same.get(ref);
		if (known && (known.ordered || !noted.ordered)) return;
		same.set(ref, noted);
		this.#kept += 1;
		if (this.#kept > KEPT_MAX) this.full = true;
	}

	/** Lines that tell the other side of one of these, each once. */
	*fitting(meetings: readonly Meeting[]): Iterable<Noted> {
		for (const meeting of meetings)
			for (const noted of this.#noted.get(meeting.words)?.values() ?? []) {
				if (this.#given.has(noted) || !mayMeet(meeting, noted.event)) continue;
				this.#given.add(noted);
				yield noted;
			}
	}

	#isNear(words: string, { kind, at }: MailEvent): boolean {
		const times = [...(this.#times.get(` ${words}`) ?? []), ...(this.#times.get(`proxy ${words}`) ?? [])];
		if (kind === "bounce-report") return times.length > 0;
		const time = at === undefined ? Number.NaN : Date.parse(at);
		return times.some((each) => Math.abs(each - time) <= WIDE_MS);
	}
}

function wantedWords(texts: readonly string[], besides: readonly string[]): Wanted {
	return { texts, sort: "words", ...(besides.length > 0 && { besides }) };
}

/** What stands in every line with these words as it is, the most telling first: lines break and escape what is between. */
function plainPieces(words: string): string[] {
	return words
		.split(/[^!-~]+|["'\\?/]/)
		.filter((piece) => piece !== "")
		.sort((a, b) => worthOf(b) - worthOf(a));
}

/** Addresses are in few lines, words and servers' names in many. */
function worthOf(piece: string): number {
	return piece.length + (piece.includes("@") ? 100 : 0) + (/\d/.test(piece) ? 50 : 0);
}
