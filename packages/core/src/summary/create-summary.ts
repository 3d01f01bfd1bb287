/**
 * Log lines of one or several hosts in, one summary out. Nothing is kept of a line but what it counts; memory grows with the
 * number of different addresses, domains and reasons, and with the messages that are in a queue, each up to a bound.
 * Lines of one host are to come in their order; in which order the hosts come makes no difference.
 */
import type { MailEvent, Mta } from "../event/index.ts";
import { createLineParser, type LineParser, type ParseOptions, rejoin } from "../parse/index.ts";
import { countFilter } from "./count-filter.ts";
import { countMta } from "./count-mta.ts";
import { countPostfix } from "./count-postfix.ts";
import { writeSummary } from "./write-summary.ts";
import { isUseless } from "./skip-line.ts";
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
	line(raw: string): void;
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

class LogReader implements LogOfHost {
	readonly #parser: LineParser;
	#held: MailEvent | undefined;
	/** a line that was not parsed, as long as it is the last one */
	#skipped = "";
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

	line(raw: string): void {
		// the first line of every hour is parsed whatever it says: a day without mail is a day
		if (raw.startsWith(this.#hour) && isUseless(raw)) {
			this.#release();
			this.#skipped = raw;
			return;
		}
		this.#skipped = "";
		const event = this.#parser.parse(raw);
		if (event.at !== undefined || this.#parsing.program !== undefined) {
			this.#release();
			this.#held = event;
			this.#hour = raw.slice(0, 13);
			return;
		}
		// a line that was broken in two (copied from a page) is one
		const whole = this.#held && rejoin(this.#held.raw, raw, this.#parsing);
		if (whole !== undefined) this.#held = this.#parser.parse(whole);
	}

	end(): void {
		this.#release();
		if (this.#skipped !== "") this.#count(this.#parser.parse(this.#skipped));
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
		if (!this.#span.includes(event.at)) return this.#learn(mta, event);
		this.#countIn(mta, this.#tallyOf(mta), event);
	}

	#countIn(mta: Mta, tally: Tally, event: MailEvent): void {
		switch (mta) {
			case "postfix":
				return countPostfix(tally, event, this.#verbose);
			case "sendmail":
			case "exim":
			case "opensmtpd":
				return countMta(tally, event, this.#verbose);
			case "amavis":
			case "dovecot":
				return countFilter(tally, event);
			default:
				// filters that only judge: what comes of it is in the mail server's own lines
				return;
		}
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
		const tally = new Tally();
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

	/** Whether a line of this time counts; then it is seen. */
	includes(at: string): boolean {
		if (this.#since !== undefined || this.#until !== undefined) {
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
