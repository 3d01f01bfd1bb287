/** What is said of lines that nobody can read any more: why, and between when they were written, as far as that is known. */
import { begunAt } from "./file-identity.ts";
import type { Generation } from "./generation.ts";
import type { KnownGeneration } from "./plan-reading.ts";
import type { Gap } from "./source.ts";

const REASON_MAX = 512;

/** That lines of a content are missing which nobody had read by `now`, and when they were written, as far as known. */
export function lossOf(
	{ readAt, bornAt }: Pick<Generation, "readAt" | "bornAt">,
	now: number,
	what: string,
): Omit<Gap, "bytes"> {
	const since = readAt || bornAt;
	const isKnown = since > 0 && since <= now;
	const from = isKnown ? `after ${new Date(since).toISOString()} and ` : "";
	const reason = `${what}; they were written ${from}before ${new Date(now).toISOString()}`;
	return { reason, ...(isKnown && { from: since }), until: now };
}

/** That a content which was read last is in no file any more when an agent starts; `archive` cannot be expanded. */
export function lostWhileAway(known: KnownGeneration, now: number, archive?: string): Gap {
	const where = archive ? ` (perhaps it is in ${archive}, which this agent cannot expand)` : "";
	const reason =
		known.headBytes === 0
			? "a copy took the log's place and the old file was still written to; what came there while no agent ran may be missing"
			: `the log that was read up to byte ${known.offset} was emptied or rotated away while no agent ran${where}; lines written after that may be missing`;
	const since = begunAt(known.generation);
	// a clock that was put back knows no beginning
	return { bytes: 0, reason: reason.slice(0, REASON_MAX), ...(since <= now && { from: since }), until: now };
}
