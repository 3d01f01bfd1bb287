/**
 * When a message that waits is tried again, counted down and past zero: an estimate by the queue's own schedule, so that a try
 * that is late is told as such, and what no log tells is told as what it is.
 */
import type { NextTry } from "@mailtrail/core/trace";
import { duration, type Lang, roughly } from "../../lib/format.ts";
import type { Texts } from "../../messages/en.ts";

/** queues are run in their own time, and a line takes its time to come */
const LATE_S = 120;

/** `in 4 min 10 s`, `due now`, `was due 12 min ago`. */
export function untilTry(at: string, now: number, t: Texts, lang: Lang): string {
	const left = Math.ceil((Date.parse(at) - now) / 1000);
	if (left > 0) return t.journey.inTime(left < 10 ? roughly(left, lang) : duration(left, lang));
	return left > -LATE_S ? t.journey.due : t.journey.late(roughly(-left, lang));
}

/** For the line below an end; nothing where no time is known. */
export function nextTryWords(
	nextTry: NextTry | undefined,
	now: number,
	t: Texts,
	lang: Lang,
): string | undefined {
	return nextTry?.at === undefined ? undefined : t.journey.tryAgain(untilTry(nextTry.at, now, t, lang));
}
