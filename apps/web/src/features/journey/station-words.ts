/** The words at stations, ends and between them. Short ones for the picture, `full` ones for tooltip and list. */
import type { JourneyRecipient, Notice } from "@mailtrail/core/trace";
import { calendarDay, clockTime, dayKey, duration, formatNumber, type Lang } from "../../lib/format.ts";
import type { Texts } from "../../messages/en.ts";
import { isFilter } from "../../lib/mta.ts";
import { markOf, wordOf } from "../../ui/outcome-shape.ts";
import { BOLD, type Label, MONO } from "./layout.ts";
import { arrivedAt, endToEnd, stopTimes, type StopTimes } from "./stop-times.ts";
import { nextTryWords } from "./next-try-words.ts";
import { markOfEnd, stopKey, type WayEnd, type WayNode, type WayStop } from "./way-tree.ts";

export interface StationWords {
	name: string;
	mta: string;
	lines: { text: string; mono: boolean; slow?: boolean }[];
	full: string;
}

/** width of a character of what became of it */
const FINE = 6.4;

/** A stop that took most of the way's time is where a reader should look; hundredths are nobody's trouble. */
const SLOW_SECONDS = 1;

function timesOf(node: WayStop): StopTimes | undefined {
	return stopTimes(node.via).find((times) => stopKey(times.stop) === stopKey(node.stop));
}

export function stationWords(node: WayStop, t: Texts, lang: Lang): StationWords {
	const { stop } = node;
	const times = timesOf(node);
	const lines: StationWords["lines"] = [];
	if (node.count > 1) lines.push({ text: `×${formatNumber(node.count, lang)}`, mono: true });
	else if (stop.queueId !== undefined) lines.push({ text: stop.queueId, mono: true });
	const arrived = arrivedAt(node.via, stop);
	if (arrived !== undefined) lines.push({ text: clockTime(arrived, { fraction: true }), mono: false });
	if (times?.stood !== undefined && times.stood >= 0.005) {
		const whole = endToEnd(node.via) ?? times.stood;
		const slow = times.stood >= SLOW_SECONDS && times.stood > whole / 2;
		lines.push({ text: t.journey.stood(duration(times.stood, lang)), mono: false, slow });
	}
	const via = stop.link === undefined ? [] : [t.journey.via[stop.link.via] ?? stop.link.via];
	const full = [`${stop.host} ${stop.mta}`, ...lines.map((line) => line.text), ...via].join(", ");
	return { name: stop.host, mta: stop.instance ?? stop.mta, lines, full };
}

/**
 * The time from one stop to the next: from arrival to arrival, where both clocks can be believed; else, and to an end, the
 * hand-over as its host measured it; none where the clocks contradict the way.
 */
export function betweenWords(
	from: WayStop,
	to: WayNode,
	off: ReadonlySet<string>,
	lang: Lang,
): string | undefined {
	if (to.kind === "end" && to.outcome !== "relayed" && to.outcome !== "delivered") return undefined;
	// the way to a filter takes as long as the filter does, which stands at its own stop
	if (to.kind === "stop" && isFilter(to.stop.mta)) return undefined;
	if (to.kind === "stop" && !off.has(from.stop.host) && !off.has(to.stop.host)) {
		const apart = Date.parse(to.stop.receivedAt ?? "") - Date.parse(from.stop.receivedAt ?? "");
		if (apart > 0) return shortTime(apart / 1000, lang);
	}
	const recipient = to.kind === "stop" ? to.via : to.recipients[0];
	if (recipient === undefined || (to.kind === "end" && to.recipients.length > 1)) return undefined;
	const times = stopTimes(recipient).find((t) => stopKey(t.stop) === stopKey(from.stop));
	return times?.handover === undefined || times.handover === 0 ? undefined : duration(times.handover, lang);
}

/** Hosts whose clocks were found to differ: their times say nothing about the way between them. */
export function clocksOff(notices: Notice[]): Set<string> {
	return new Set(
		notices.flatMap(({ code, values }) =>
			code === "clock-differs" ? [values?.["host"] ?? "", values?.["other"] ?? ""] : [],
		),
	);
}

function shortTime(seconds: number, lang: Lang): string {
	if (seconds >= 0.1) return duration(seconds, lang);
	return `${Math.max(1, Math.round(seconds * 1000))} ms`;
}

export interface EndWords {
	name: string;
	what: string;
	/** the host beyond, or when it is tried again */
	below?: { text: string; mono: boolean };
	full: string;
}

export function endWords(end: WayEnd, t: Texts, lang: Lang, now: number): EndWords {
	const [first] = end.recipients;
	if (first === undefined || end.recipients.length > 1) {
		const name = t.journey.recipients(formatNumber(end.recipients.length, lang));
		const what = t.outcome[wordOf(markOfEnd(end))];
		return { name, what, full: `${name}: ${what}` };
	}
	const what = whatBecame(first, t, lang);
	const remote = remoteOf(first);
	const next = nextTryWords(first.nextTry, now, t, lang);
	const began = first.path[0] && arrivedAt(first, first.path[0]);
	const at = first.at === undefined ? undefined : dayAndClock(first.at, began, lang, now);
	const below =
		next !== undefined
			? { text: next, mono: false }
			: remote !== undefined
				? { text: remote, mono: true }
				: at !== undefined
					? { text: at, mono: false }
					: undefined;
	return {
		name: first.recipient,
		what,
		...(below === undefined ? {} : { below }),
		full: [first.recipient, what, at, next, remote].filter((part) => part !== undefined).join(", "),
	};
}

/** With its day where the message began on another: a clock time alone is of that day. */
function dayAndClock(iso: string, began: string | undefined, lang: Lang, now: number): string {
	if (began === undefined || dayKey(began) === dayKey(iso)) return clockTime(iso);
	return `${calendarDay(iso, lang, now)} ${clockTime(iso)}`;
}

/** How much room the words of an end take, about: the ground of the chosen one is as wide. */
export function endWidth(words: EndWords, label: Label, columns: number[] | undefined): number {
	const below = textWidth(words.below?.text ?? "", MONO);
	if (columns !== undefined) return (columns[2] ?? label.x) - label.x + below;
	return Math.max(textWidth(shorten(words.name, label.room), BOLD), textWidth(words.what, FINE), below);
}

/** Japanese is as wide as it is high. */
function textWidth(text: string, latin: number): number {
	return [...text].reduce((sum, char) => sum + (char > "\u2e7f" ? 12 : latin), 0);
}

/** `filed in Junk`; `delayed, 3 tries in 15 min`. */
function whatBecame(recipient: JourneyRecipient, t: Texts, lang: Lang): string {
	const { outcome, mailbox } = recipient;
	const word = t.outcome[wordOf(markOf(outcome, recipient.diagnosis))];
	const last = stopTimes(recipient).at(-1);
	if (outcome === "delivered")
		return mailbox === undefined || mailbox === "INBOX" ? t.happened.delivered : t.happened.filed(mailbox);
	if ((outcome !== "delayed" && outcome !== "failed") || last === undefined || last.tries === 0) return word;
	return [word, triesIn(last, t, lang)].join(lang === "ja" ? "、" : ", ");
}

function triesIn(times: StopTimes, t: Texts, lang: Lang): string {
	const tries = t.row.tries(times.tries);
	return times.waiting === undefined ? tries : t.journey.triesIn(tries, duration(times.waiting, lang));
}

/** The host beyond the last that we see. */
function remoteOf(recipient: JourneyRecipient): string | undefined {
	if (recipient.outcome === "delivered") return undefined;
	const relay = recipient.attempts.at(-1)?.relay;
	return relay?.name ?? relay?.ip;
}

/** Cuts the middle, where addresses and hosts differ least. */
export function shorten(text: string, room: number): string {
	if (text.length <= room) return text;
	const head = Math.ceil((room - 1) / 2);
	return `${text.slice(0, head)}…${text.slice(text.length - (room - 1 - head))}`;
}
