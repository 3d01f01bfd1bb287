/**
 * Log lines of one or several hosts in, one summary out. Nothing is kept of a line but what it counts; memory grows with the
 * number of different addresses, domains and reasons, and with the messages that are in a queue, each up to a bound.
 * Lines of one host are to come in their order; in which order the hosts come makes no difference.
 */
import type { MailEvent, Mta } from "../event/index.ts";
import { createLineParser, type LineParser, type ParseOptions, rejoin } from "../parse/index.ts";
import { SCANNED_KINDS, scanKind, UNCERTAIN } from "../scan/index.ts";
import { countFilter } from "./count-filter.ts";
import { countQuickly } from "./count-quickly.ts";
import { countMta } from "./count-mta.ts";
import { countPostfix } from "./count-postfix.ts";
import { writeSummary } from "./write-summary.ts";
import type { Summary } from "./summary.ts";
import { Tally } from "./tally.ts";

export interface SummaryOptions {
	/** whole reasons instead of pflogsumm's short ones */
	verbose?: boolean;
	/** epoch milliseconds, both included: lines before and after count nothing */
	since?: number;
	until?: number;
}

/** One log of a host. */
export interface LogOfHost {
	/** What the line's bytes alone say of it: `SKIP`, and it need not be given to `line`, or a number for `line`. */
	scan(bytes: Uint8Array, start: number, end: number): number;
	line(raw: string, scanned?: number): void;
	/** after the last line */
	end(): void;
}

export interface SummaryBuilder {
	/** Logs of one host are to be given in their order. */
	log(host: string, parsing: ParseOptions): LogOfHost;
	/** Undefined where no line of a mail program was found. `limit` cuts every list. */
	finish(limit?: number): Summary | undefined;
}

export type TalliesOfHost = Map<Mta, Tally>;

export function createSummary(options: SummaryOptions = {}): SummaryBuilder {
	const hosts = new Map<string, TalliesOfHost>();
	const span = new Span(options.since, options.until);
	const verbose = options.verbose ?? false;
	return {
		log(host, parsing) {
			const tallies: TalliesOfHost = hosts.get(host) ?? new Map();
			hosts.set(host, tallies);
			return new LogReader(tallies, span, parsing, verbose);
		},
		finish: (limit) => {
			const seen = span.seen();
			return seen && writeSummary(hosts, seen, limit);
		},
	};
}

/** Filters that only judge are not here: what comes of it is in the mail server's own lines. */
const COUNTERS: Partial<Record<Mta, (tally: Tally, event: MailEvent, verbose: boolean) => void>> = {
	postfix: countPostfix,
	sendmail: countMta,
	exim: countMta,
	opensmtpd: countMta,
	amavis: countFilter,
	dovecot: countFilter,
};

/** The line counts nothing. */
export const SKIP = -2;

/** Kinds of no figure: about half of a log. */
const USELESS: readonly boolean[] = SCANNED_KINDS.map((kind) =>
	["connect", "disconnect", "connection-lost", "tls", "message-id"].includes(kind),
);

/** enough for any header, which tells when the last line was written */
const HEAD = 200;

class LogReader implements LogOfHost {
	readonly #parser: LineParser;
	#held: MailEvent | undefined;
	/** the head of a skipped line, as long as it is the last one */
	readonly #skipped = new Uint8Array(HEAD);
	/** a line that was counted without its time, as long as it is the last one */
	#quick = "";
	/** when the line was written that was parsed last */
	#at = "";
	#skippedLength = 0;
	/** how lines of the hour that was parsed last begin */
	#hour = "-";
	readonly #tallies: TalliesOfHost;
	readonly #span: Span;
	readonly #parsing: ParseOptions;
	readonly #verbose: boolean;

	constructor(tallies: TalliesOfHost, span: Span, parsing: ParseOptions, verbose: boolean) {
		this.#tallies = tallies;
		this.#span = span;
		this.#parsing = parsing;
		this.#verbose = verbose;
		this.#parser = createLineParser(parsing);
	}

	readonly #postfix = (): Tally => this.#tallyOf("postfix");

	scan(bytes: Uint8Array, start: number, end: number): number {
		if (this.#parsing.program !== undefined || !this.#isSameHour(bytes, start, end)) return UNCERTAIN;
		const kind = scanKind(bytes, start, end);
		if (kind === UNCERTAIN || !USELESS[kind]) return kind;
		this.#release();
		const length = Math.min(HEAD, end - start);
		for (let at = 0; at < length; at++) this.#skipped[at] = bytes[start + at] as number;
		this.#skippedLength = length;
		return SKIP;
	}

	/** The first line of every hour is parsed whatever it says: a day without mail is a day. */
	#isSameHour(bytes: Uint8Array, start: number, end: number): boolean {
		const hour = this.#hour;
		if (end - start < hour.length) return false;
		for (let at = 0; at < hour.length; at++) if (bytes[start + at] !== hour.charCodeAt(at)) return false;
		return true;
	}

	line(raw: string, scanned = UNCERTAIN): void {
		this.#skippedLength = 0;
		if (scanned !== UNCERTAIN && this.#countQuickly(raw, scanned)) return;
		this.#quick = "";
		const event = this.#parser.parse(raw);
		if (event.at !== undefined || this.#parsing.program !== undefined) {
			this.#release();
			this.#held = event;
			this.#hour = raw.slice(0, 13);
			this.#at = event.at ?? "";
			return;
		}
		// a line that was broken in two (copied from a page) is one
		const whole = this.#held && rejoin(this.#held.raw, raw, this.#parsing);
		if (whole !== undefined) this.#held = this.#parser.parse(whole);
	}

	#countQuickly(raw: string, scanned: number): boolean {
		if (this.#span.isBounded || this.#at === "") return false;
		this.#release();
		this.#held = undefined;
		const counted = countQuickly(this.#postfix, SCANNED_KINDS[scanned] ?? "", raw, this.#at);
		if (counted) this.#quick = raw;
		return counted;
	}

	end(): void {
		this.#release();
		if (this.#quick !== "") this.#span.includes(this.#parser.parse(this.#quick).at ?? this.#at);
		if (this.#skippedLength === 0) return;
		const head = String.fromCharCode(...this.#skipped.subarray(0, this.#skippedLength));
		this.#count(this.#parser.parse(head));
	}

	#release(): void {
		if (this.#held) this.#count(this.#held);
		this.#held = undefined;
	}

	#count(event: MailEvent): void {
		const { mta } = event;
		if (mta === undefined) return;
		// bare messages carry no time
		event.at ??= new Date(this.#parsing.now).toISOString();
		const counts = COUNTERS[mta];
		if (!this.#span.includes(event.at)) {
			if (counts) this.#learn(mta, event);
		} else counts?.(this.#tallyOf(mta), event, this.#verbose);
	}

	/** A message that came in before `since` still has its size when it is delivered after it. */
	#learn(mta: Mta, event: MailEvent): void {
		const { queueId } = event;
		if (queueId === undefined || (event.kind !== "queued" && event.kind !== "received")) return;
		if (event.size === undefined || !this.#span.isBefore(event.at ?? "")) return;
		const { open } = this.#tallyOf(mta);
		(event.kind === "received" ? open.arrive(queueId) : open.queued(queueId)).size = event.size;
	}

	#tallyOf(mta: Mta): Tally {
		const known = this.#tallies.get(mta);
		if (known) return known;
		const tally = new Tally(mta === "postfix");
		this.#tallies.set(mta, tally);
		return tally;
	}
}

/** What was asked for and what was seen of it. */
class Span {
	readonly #since: number | undefined;
	readonly #until: number | undefined;
	#first: string | undefined;
	#last = "";

	constructor(since: number | undefined, until: number | undefined) {
		this.#since = since;
		this.#until = until;
	}

	get isBounded(): boolean {
		return this.#since !== undefined || this.#until !== undefined;
	}

	/** Whether a line of this time counts; then it is seen. */
	includes(at: string): boolean {
		if (this.isBounded) {
			const epoch = Date.parse(at);
			if (epoch < (this.#since ?? epoch) || epoch > (this.#until ?? epoch)) return false;
		}
		if (at === this.#last) return true;
		if (this.#first === undefined) {
			this.#first = at;
			this.#last = at;
		} else if (isLater(at, this.#last)) this.#last = at;
		else if (isLater(this.#first, at)) this.#first = at;
		return true;
	}

	isBefore(at: string): boolean {
		return this.#since !== undefined && Date.parse(at) < this.#since;
	}

	seen(): { from: string; until: string } | undefined {
		return this.#first === undefined ? undefined : { from: this.#first, until: this.#last };
	}
}

/** Texts of one offset compare as they stand. */
function isLater(a: string, b: string): boolean {
	return a.endsWith(b.slice(-6)) ? a > b : Date.parse(a) > Date.parse(b);
}
