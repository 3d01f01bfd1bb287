/**
 * Lines that were logged once and written more than once. Of each one is kept, with the places of the others: where a program writes
 * both its own log and syslog (Debian's exim: mainlog and mail.log), where one syslog has several files or formats (`mail.log`,
 * `mail.info`, a copy of a rotated log), and where a file holds each line twice (two rules write it, journal and socket are both read).
 */
import type { TimedEvent } from "../hop/located-event.ts";

/** A log's whole seconds against another's fractions, and the time between two writers. */
const APART_MS = 2_000;

/**
 * @param events in time order
 * @param id what stands in all of these lines, with nothing but their header before it; undefined for those of a session
 */
export function withoutCopies(events: TimedEvent[], id: string | undefined): TimedEvent[] {
	const once = withoutRepetitions(events, id);
	if (areOfOneFile(once)) return once;
	// the finer time is kept: a whole second's line stands before what came in that second
	const exact = once.filter(isExact);
	const kept = new Map<string, Kept[]>();
	const left = new Set<TimedEvent>();
	for (const located of [...exact, ...once.filter((each) => !isExact(each))]) {
		const words = wordsOf(located, id);
		const file = fileOf(located);
		const second = Math.floor(located.at / 1000);
		const near = [0, -1, 1, -2, 2].flatMap((offset) => kept.get(`${second + offset} ${words}`) ?? []);
		const first = near.find((each) => !each.files.has(file) && mayBeOne(each.located, located));
		if (first) {
			first.files.add(file);
			addCopy(first.located, located);
			continue;
		}
		left.add(located);
		const own = { located, files: new Set([file]) };
		const same = kept.get(`${second} ${words}`);
		if (same) same.push(own);
		else kept.set(`${second} ${words}`, [own]);
	}
	return once.filter((located) => left.has(located));
}

interface Kept {
	located: TimedEvent;
	/** which of the files hold it */
	files: Set<string>;
}

/** As `fileOf` tells them apart, without making the names of all. */
export function areOfOneFile(events: readonly TimedEvent[]): boolean {
	const [first] = events;
	if (!first) return true;
	const end = first.ref.lastIndexOf(":") + 1;
	const file = first.ref.slice(0, end);
	return events.every(
		({ generation, ref }) =>
			generation === first.generation && ref.startsWith(file) && ref.lastIndexOf(":") + 1 === end,
	);
}

/** A file's name and content: what stands before the line in its reference. */
function fileOf({ generation, ref }: TimedEvent): string {
	return `${generation ?? ""} ${ref.slice(0, ref.lastIndexOf(":"))}`;
}

/**
 * One line of a fraction of a second stands once, however often a file holds it. One of a whole second may have been written again:
 * unless each of the same id stands there as often. A session's are no message's: one client may come, be refused and go twice in a second.
 */
function withoutRepetitions(events: TimedEvent[], id: string | undefined): TimedEvent[] {
	if (!hasRepetitions(events)) return events;
	const everyLine = id === undefined ? new Map<string, number>() : timesOfEveryLine(events);
	const written = new Map<string, { first: TimedEvent; times: number }>();
	return events.filter((located) => {
		const file = fileOf(located);
		const line = `${file} ${located.event.raw}`;
		const same = written.get(line);
		if (!same) {
			written.set(line, { first: located, times: 1 });
			return true;
		}
		const nth = same.times++;
		if (!isExact(located) && nth % (everyLine.get(file) ?? 1) === 0) return true;
		addCopy(same.first, located);
		return false;
	});
}

/** so many are compared with each other, by their lengths first; of more, the whole lines are put side by side */
const FEW = 16;

function hasRepetitions(events: readonly TimedEvent[]): boolean {
	if (events.length > FEW) return new Set(events.map(({ event }) => event.raw)).size < events.length;
	return events.some(({ event: { raw } }, i) => {
		for (let j = 0; j < i; j++) if (events[j]?.event.raw === raw) return true;
		return false;
	});
}

/** How many times each line of a file stands in it, where that is one number for all of several lines. */
function timesOfEveryLine(events: readonly TimedEvent[]): Map<string, number> {
	const common = new Map<string, number>();
	for (const [file, own] of Map.groupBy(events, fileOf)) {
		const lines = [...Map.groupBy(own, ({ event }) => event.raw).values()].map(({ length }) => length);
		const [first = 1] = lines;
		if (lines.length > 1 && lines.every((times) => times === first)) common.set(file, first);
	}
	return common;
}

function addCopy(kept: TimedEvent, copy: TimedEvent): void {
	kept.copies ??= [];
	kept.copies.push(copy.ref, ...(copy.copies ?? []));
}

function isExact({ at }: TimedEvent): boolean {
	return at % 1000 !== 0;
}

function mayBeOne(a: TimedEvent, b: TimedEvent): boolean {
	const otherProcess = a.event.pid !== undefined && b.event.pid !== undefined && a.event.pid !== b.event.pid;
	return !otherProcess && Math.abs(a.at - b.at) <= APART_MS;
}

/** The line without its header, which is another in each format: from the id on, or from behind the process's number. */
function wordsOf({ event: { raw, pid } }: TimedEvent, id: string | undefined): string {
	const marks = [
		id,
		pid === undefined ? undefined : `[${pid}]: `,
		pid === undefined ? undefined : ` ${pid} - - `,
	];
	for (const mark of marks) {
		const at = mark === undefined ? -1 : raw.indexOf(mark);
		if (at >= 0) return raw.slice(at + (mark === id ? 0 : (mark?.length ?? 0)));
	}
	return raw;
}
