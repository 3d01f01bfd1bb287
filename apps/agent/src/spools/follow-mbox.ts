/**
 * Follows a mail spool that is one mbox file (`/var/mail/USER`) for the bounces in it: the place where sendmail leaves the
 * reason that it keeps out of its log. Reads as a log is read, by content and from the hub's position, so a mailbox that
 * its owner empties or rewrites is a new generation. Of a message nothing leaves this host but the report in it.
 */
import { bounceEvent, readBounce } from "@mailtrail/core/bounce";
import type { Position } from "@mailtrail/core/wire";
import { FileSource, type FollowOptions } from "../sources/follow-file.ts";
import type { Reading, Source, SourceHealth } from "../sources/source.ts";
import type { RawLine } from "../sources/split-lines.ts";

/** `From MAILER-DAEMON@host Thu Jan 10 02:51:49 2019`: mbox(5) */
const POSTMARK =
	/^From \S{0,320} {1,2}(?:[A-Z][a-z]{2} ){2}[ \d]\d \d\d:\d\d(?::\d\d)? (?:\S{1,12} )?(\d{4})/;
/** of a message, as much as a report needs; what a bounce returns stands behind it */
const MESSAGE_MAX = 262_144;
/** after so long without a byte the last message is whole: delivery agents hold a lock for the time of one write */
const SETTLED_MS = 1_500;

interface OpenMessage {
	generation: string;
	/** of its `From ` line */
	start: number;
	text: string;
	changedAt: number;
}

export class MboxSource implements Source {
	readonly name: string;
	onChange: () => void = () => {};
	readonly #path: string;
	readonly #file: FileSource;
	readonly #now: () => number;
	readonly #timer: NodeJS.Timeout;
	/** the message that is being gathered, per generation there is one */
	#open: OpenMessage | undefined;
	/** the reading that the last line came in, and where that line ends */
	#last: { reading: Reading; end: number } | undefined;
	#ready: Reading[] = [];
	/** where the next reading of each generation starts: of those handed out, and of those being read */
	#reached = new Map<string, number>();
	#ends = new Map<string, number>();
	/** messages are read one after the other, so that readings stay in order */
	#work: Promise<void> = Promise.resolve();
	#life = 0;

	constructor(path: string, options: FollowOptions) {
		this.name = `spool:${path}`;
		this.#path = path;
		this.#now = options.now;
		// a part that begins in the middle would begin inside a message
		this.#file = new FileSource(path, { ...options, tail: Number.POSITIVE_INFINITY, repeats: true });
		this.#file.onChange = () => this.#gather();
		this.#timer = setInterval(() => this.#gather(), SETTLED_MS);
		this.#timer.unref();
	}

	resume(positions: readonly Position[]): void {
		this.#life++;
		this.#open = undefined;
		this.#ready = [];
		const mine = positions.filter((each) => each.source === this.name);
		this.#reached = new Map(mine.map(({ generation, offset }) => [generation, offset]));
		this.#ends = new Map(this.#reached);
		this.#file.resume(mine.map((each) => ({ ...each, source: this.#path })));
		this.#gather();
	}

	reached(): Map<string, number> {
		return new Map(this.#reached);
	}

	next(): Reading | undefined {
		const reading = this.#ready.shift();
		if (reading) this.#reached.set(reading.position.generation, reading.position.offset);
		return reading;
	}

	committed(position: Position): void {
		this.#file.committed({ ...position, source: this.#path });
	}

	health(): SourceHealth {
		return { ...this.#file.health(), source: this.name };
	}

	close(): void {
		clearInterval(this.#timer);
		this.#file.close();
	}

	#gather(): void {
		for (let reading = this.#file.next(); reading; reading = this.#file.next()) {
			for (const line of reading.lines) this.#take(line, reading);
			if (reading.lines.length === 0 && reading.gap)
				this.#hand({ ...reading, position: this.#named(reading.position) });
		}
		const open = this.#open;
		if (open && this.#now() - open.changedAt >= SETTLED_MS && isComplete(open.text)) this.#close(undefined);
	}

	#take({ offset, text }: RawLine, reading: Reading): void {
		const { generation } = reading.position;
		if (this.#open && this.#open.generation !== generation) this.#close(undefined);
		if (POSTMARK.test(text) && (!this.#open || this.#open.text.endsWith("\n\n"))) {
			if (this.#open) this.#close(offset);
			this.#open = { generation, start: offset, text: "", changedAt: this.#now() };
		}
		const open = this.#open;
		if (!open) return;
		open.changedAt = this.#now();
		if (open.text.length < MESSAGE_MAX) open.text += `${text}\n`;
		this.#last = { reading, end: offset + Buffer.byteLength(text) + 1 };
	}

	/** The open message is whole and ends before `end`. */
	#close(end: number | undefined): void {
		const open = this.#open;
		const last = this.#last;
		this.#open = undefined;
		if (!open || !last) return;
		const next = end ?? last.end;
		const position = { ...this.#named(last.reading.position), offset: next };
		// what stood before the message and is none belongs to it: no hole between two readings
		const from = this.#ends.get(open.generation) ?? 0;
		this.#ends.set(open.generation, next);
		const life = this.#life;
		this.#work = this.#work.then(async () => {
			const lines = await this.#reports(open);
			if (life !== this.#life) return;
			this.#hand({ from, position, lines, writtenBy: last.reading.writtenBy });
		});
	}

	#hand(reading: Reading): void {
		this.#ready.push(reading);
		this.onChange();
	}

	async #reports({ start, text }: OpenMessage): Promise<RawLine[]> {
		const body = text.slice(text.indexOf("\n") + 1);
		const reports = await readBounce(Buffer.from(body, "utf8")).catch(() => []);
		const at = new Date(dateOf(text) ?? this.#now()).toISOString();
		return reports.map((report, i) => {
			const event = bounceEvent(report, at, this.#path);
			return { offset: start + i, text: event.raw, event };
		});
	}

	#named(position: Position): Position {
		return { ...position, source: this.name };
	}
}

/** Written as a whole, with the empty line that ends a message. */
function isComplete(text: string): boolean {
	return text.endsWith("\n\n") || text.length >= MESSAGE_MAX;
}

/** The bounce's own `Date:`; the postmark has no zone. Epoch milliseconds. */
function dateOf(text: string): number | undefined {
	const head = text.slice(0, text.indexOf("\n\n"));
	const date = Date.parse(/^date:\s{0,10}(.{5,80})$/im.exec(head)?.[1] ?? "");
	return Number.isNaN(date) ? undefined : date;
}
