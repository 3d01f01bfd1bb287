/**
 * Notices that a mail log has stopped being written, within a minute, and never takes a quiet night for it. Silence alone
 * proves nothing. What raises suspicion: the file went away or was replaced, nobody runs who would write it, the disk is
 * full, mail connections are open and no line comes. Where suspicion is not proof, one test line is sent through the
 * host's own syslog: if it does not arrive, no other line does. Pure: observations and the clock are passed in.
 */
import type { StallCause } from "@mailtrail/core/wire";

/** What can be seen from outside at one moment; to look at more than the file may cost something. */
export interface Observation {
	/** epoch milliseconds */
	at: number;
	/** the file at the log's path; absent: there is none */
	file?: { inode: number; size: number };
	/** a mail server runs, so lines are to be expected some day */
	mtaRuns: boolean;
	/** something runs that writes syslog's files */
	syslogRuns: boolean;
	diskFull: boolean;
	/** connections of mail ports stand right now */
	mailMoves: boolean;
}

export interface Stall {
	cause: StallCause;
	/** epoch milliseconds: the last growth that was seen, or the start */
	since: number;
}

/** rotation renames first and tells the writer a moment later */
const GRACE_MS = 20_000;
/** connections without a line for so long: every MTA logs a connection within seconds */
const MOVES_MS = 30_000;
/** a test line takes milliseconds; a loaded host seconds */
const PROBE_ANSWER_MS = 10_000;
const PROBE_AGAIN_MS = 60_000;

export class LogWatch {
	readonly #viaSyslog: boolean;
	readonly #probe: () => void;
	#last: Observation | undefined;
	#grewAt = 0;
	/** since when the file is missing, nobody writes, or mail moves without a line */
	#missingAt: number | undefined;
	#deadAt: number | undefined;
	#movesAt: number | undefined;
	/** why a test line is due, and when it was sent */
	#suspicion: "replaced" | "not-written" | undefined;
	#probedAt: number | undefined;
	#stall: Stall | undefined;

	/** `probe` sends a test line through syslog; it is never called for a log that a program writes itself. */
	constructor(options: { viaSyslog: boolean; probe: () => void }) {
		this.#viaSyslog = options.viaSyslog;
		this.#probe = options.probe;
	}

	get stall(): Stall | undefined {
		return this.#stall;
	}

	observe(now: Observation): void {
		const last = this.#last;
		this.#last = now;
		if (!last) {
			// What happened before this start is not known: one test line tells.
			this.#grewAt = now.at;
			this.#suspicion = "not-written";
		} else if (hasGrown(last, now)) {
			return this.#grown(now.at);
		} else if (wasReplaced(last, now)) {
			this.#suspicion = "replaced";
			this.#probedAt = undefined;
		}
		this.#missingAt = now.file ? undefined : (this.#missingAt ?? now.at);
		const isExpected = now.mtaRuns;
		// who runs is not asked for a log that no syslog writes: on a host without one all processes would be gone through
		const isDead = isExpected && this.#viaSyslog && !now.syslogRuns;
		this.#deadAt = isDead ? (this.#deadAt ?? now.at) : undefined;
		this.#movesAt = isExpected && now.mailMoves ? (this.#movesAt ?? now.at) : undefined;
		if (!isExpected) {
			this.#stall = undefined;
			return;
		}
		// What stood in the way is gone: a test line tells whether the log is written again, mail may take hours.
		if (this.#stall && now.file && now.syslogRuns && !now.diskFull) this.#suspicion ??= "not-written";
		const cause = this.#cause(now);
		if (cause) this.#stall = { cause, since: this.#grewAt };
	}

	#grown(at: number): void {
		this.#grewAt = at;
		this.#missingAt = undefined;
		this.#deadAt = undefined;
		this.#movesAt = undefined;
		this.#suspicion = undefined;
		this.#probedAt = undefined;
		this.#stall = undefined;
	}

	#cause(now: Observation): StallCause | undefined {
		const lasts = (since: number | undefined, ms: number) => since !== undefined && now.at - since >= ms;
		if (now.diskFull) return "disk-full";
		if (this.#viaSyslog && lasts(this.#deadAt, GRACE_MS)) return "syslog-down";
		// exim and dovecot make their file anew with the next line
		if (!now.file) return this.#viaSyslog && lasts(this.#missingAt, GRACE_MS) ? "deleted" : undefined;
		if (lasts(this.#movesAt, MOVES_MS)) this.#suspicion ??= "not-written";
		return this.#viaSyslog ? this.#byProbe(now.at) : this.#byMovement(lasts(this.#movesAt, MOVES_MS));
	}

	#byProbe(at: number): StallCause | undefined {
		if (!this.#suspicion || at - this.#grewAt < GRACE_MS) return undefined;
		if (this.#probedAt === undefined || at - this.#probedAt >= PROBE_AGAIN_MS) {
			this.#probedAt = at;
			this.#probe();
			return undefined;
		}
		return at - this.#probedAt >= PROBE_ANSWER_MS ? this.#suspicion : undefined;
	}

	/** No test line goes into a program's own log; open connections without a line have to do. */
	#byMovement(moves: boolean): StallCause | undefined {
		return moves ? this.#suspicion : undefined;
	}
}

function hasGrown(last: Observation, now: Observation): boolean {
	if (!now.file) return false;
	if (last.file?.inode === now.file.inode) return now.file.size > last.file.size;
	return now.file.size > 0 && last.file === undefined;
}

/** Another file under the name, or the same one shorter: whoever wrote it may still write elsewhere. */
function wasReplaced(last: Observation, now: Observation): boolean {
	if (!now.file || !last.file) return last.file !== undefined;
	return now.file.inode !== last.file.inode || now.file.size < last.file.size;
}
