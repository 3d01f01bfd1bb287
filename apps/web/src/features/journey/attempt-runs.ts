/** The tries for one recipient, told once where many in a row met alike answers: days of a host that is down are sixty alike lines. */
import type { JourneyAttempt } from "@mailtrail/core/trace";

/** the first ones and the last one of a run are told; fewer between them than this are no saving */
const FIRST = 2;
const LEFT_OUT_MIN = 3;

export type ToldAttempt =
	| { kind: "try"; attempt: JourneyAttempt }
	/** `from` and `until`: of the first and the last try that is left out */
	| { kind: "alike"; key: string; count: number; from: string; until: string };

/** In the order given. A run whose key is in `open` is told whole. */
export function toldAttempts(
	attempts: readonly JourneyAttempt[],
	open: ReadonlySet<string> = new Set(),
): ToldAttempt[] {
	return runsOf(attempts).flatMap((run) => {
		const between = run.slice(FIRST, -1);
		const first = between[0];
		const last = between.at(-1);
		const key = first?.line ?? first?.at ?? "";
		const whole = run.map((attempt): ToldAttempt => ({ kind: "try", attempt }));
		if (first === undefined || last === undefined || between.length < LEFT_OUT_MIN || open.has(key))
			return whole;
		const alike = { kind: "alike", key, count: between.length, from: first.at, until: last.at } as const;
		return [...whole.slice(0, FIRST), alike, ...whole.slice(-1)];
	});
}

function runsOf(attempts: readonly JourneyAttempt[]): JourneyAttempt[][] {
	const runs: JourneyAttempt[][] = [];
	let last = "";
	for (const attempt of attempts) {
		const said = saidIn(attempt);
		if (said === last) runs.at(-1)?.push(attempt);
		else runs.push([attempt]);
		last = said;
	}
	return runs;
}

/** What was answered, without what differs from try to try: which of the destination's hosts it was, and words with digits (ids, seconds to wait). */
function saidIn({
	host,
	relay,
	transport,
	status,
	action,
	dsn,
	reply,
	reason,
	refusal,
}: JourneyAttempt): string {
	const words = (text: string | undefined) =>
		text?.replaceAll(relay?.name ?? "\n", "").replace(/[^\s,;:()<>]*\d[^\s,;:()<>]*/g, "0");
	return JSON.stringify([
		host,
		transport,
		status,
		action,
		dsn,
		reply?.code,
		reply?.enhanced,
		words(reply?.text),
		words(reason),
		refusal?.host,
	]);
}
