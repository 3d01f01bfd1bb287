/**
 * When a message that waits is tried again, and when its queue gives it up: by the MTA's own schedule at its defaults,
 * or by the rhythm of the tries so far where the schedule is a matter of configuration. An estimate, and told as one.
 */
import type { JourneyRecipient, NextTry } from "../trace/index.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Waiting {
	/** epoch milliseconds: when this queue took it, and its tries in time order */
	receivedAt: number;
	tries: readonly number[];
}

interface Schedule {
	/** milliseconds after the last try; `undefined`: only the rhythm tells */
	pause: (waiting: Waiting) => number | undefined;
	/** how long a message may wait at the most */
	lifetime: number;
}

const SCHEDULES: Readonly<Record<string, Schedule>> = {
	// qmgr_active.c: as long again as it has waited, within minimal_backoff_time and maximal_backoff_time
	postfix: {
		pause: ({ receivedAt, tries }) => clamp((tries.at(-1) ?? receivedAt) - receivedAt, 300_000, 4_000_000),
		lifetime: 5 * DAY,
	},
	// a queue run tries everything: its interval is a command line's (-q10m, -q1h); Timeout.queuereturn=5d
	sendmail: { pause: rhythm, lifetime: 5 * DAY },
	// the default rule of the retry section: F,2h,15m; G,16h,1h,1.5; F,4d,6h (counted from the first failure)
	exim: {
		pause: ({ tries }) => {
			const failing = (tries.at(-1) ?? 0) - (tries[0] ?? 0);
			if (failing < 2 * HOUR) return 15 * MINUTE;
			return failing < 16 * HOUR ? clamp((rhythm({ tries }) ?? HOUR / 1.5) * 1.5, HOUR, 6 * HOUR) : 6 * HOUR;
		},
		lifetime: 4 * DAY,
	},
	// scheduler_ramqueue.c: 400 s (BACKOFF_TRANSFER) times 1, 4, 9, 16 … after it came; smtpd.conf(5): bounce after 4 days
	opensmtpd: {
		pause: ({ receivedAt, tries }) => {
			const last = (tries.at(-1) ?? receivedAt) - receivedAt;
			return 400_000 * (Math.floor(Math.sqrt(Math.max(0, last) / 400_000)) + 1) ** 2 - last;
		},
		lifetime: 4 * DAY,
	},
};

/** For a recipient whose message waits; `undefined` where nothing can be said of its queue. */
export function nextTryOf({ outcome, path, attempts }: JourneyRecipient): NextTry | undefined {
	const stop = path.at(-1);
	const schedule = stop && SCHEDULES[stop.mta];
	if (outcome !== "delayed" || !schedule || stop.receivedAt === undefined) return undefined;
	const receivedAt = Date.parse(stop.receivedAt);
	const tries = attempts
		.filter(({ host, queueId }) => host === stop.host && queueId === stop.queueId)
		.map(({ at }) => Date.parse(at))
		.sort((a, b) => a - b);
	const last = tries.at(-1);
	if (last === undefined || Number.isNaN(last) || Number.isNaN(receivedAt)) return undefined;
	const pause = schedule.pause({ receivedAt, tries });
	const givenUpAt = new Date(receivedAt + schedule.lifetime).toISOString();
	return { ...(pause !== undefined && { at: new Date(last + pause).toISOString() }), givenUpAt };
}

/** The last pause between two tries. Shorter than a minute it may be several servers tried in a row, unless the one before was as long. */
function rhythm({ tries }: Pick<Waiting, "tries">): number | undefined {
	const [first, before, last] = [undefined, undefined, ...tries].slice(-3);
	if (before === undefined || last === undefined) return undefined;
	const pause = last - before;
	if (pause >= MINUTE) return pause;
	const earlier = first === undefined ? 0 : before - first;
	return pause >= RUN_LEAST && Math.abs(pause - earlier) <= RUN_LEAST ? pause : undefined;
}

/** no queue is run more often */
const RUN_LEAST = 5_000;

function clamp(value: number, least: number, most: number): number {
	return Math.min(Math.max(value, least), most);
}
