/**
 * Follows one log file by name, from the hub's positions, through every kind of rotation: looks whenever the system says
 * that something changed, and by itself now and then, and hands out complete lines: what is written now in order, and when
 * there is nothing of that, what was waiting when the agent started, oldest first. Nothing is kept on disk.
 */
import { RAW_LENGTH_MAX, type Position } from "@mailtrail/core/wire";
import { accessProblem, explainAccess } from "./file-access.ts";
import type { Generation } from "./generation.ts";
import { GenerationSet } from "./generation-set.ts";
import { lossOf } from "./loss.ts";
import { OFTEN_MS } from "./look-rhythm.ts";
import { Lookout } from "./lookout.ts";
import type { Part } from "./part.ts";
import type { Note, Reading, Source, SourceHealth } from "./source.ts";

export interface FollowOptions {
	/** where archives are expanded */
	folder: string;
	now: () => number;
	/** milliseconds without growth after which nobody writes to a rotated file any more */
	quiet?: number;
	/** bytes at the end of a log that are read first where much was waiting at the start; `Infinity`: all in order */
	tail?: number;
	/** lines may come again in the next content, and a content is not read on in a copy from any line (a mailbox) */
	repeats?: boolean;
	/** false: only looks when asked (tests) */
	watch?: boolean;
}

const QUIET_MS = 600_000;
const TAIL_BYTES = 256 * 1024;

export class FileSource implements Source {
	readonly name: string;
	onChange: () => void = () => {};
	readonly #now: () => number;
	readonly #generations: GenerationSet;
	readonly #lookout: Lookout | undefined;
	/** the system said that something changed, and nobody looked since */
	#isTold = false;
	#queued: Reading[] = [];
	#started = false;
	#lookedAt = 0;
	#lastLineAt: number | undefined;
	#readError: string | undefined;

	constructor(path: string, options: FollowOptions) {
		this.name = path;
		this.#now = options.now;
		this.#generations = new GenerationSet({
			path,
			folder: options.folder,
			now: options.now,
			quiet: options.quiet ?? QUIET_MS,
			tail: options.tail ?? TAIL_BYTES,
			repeats: options.repeats ?? false,
			changed: () => this.#told(),
			tell: (note) => this.#tell(note),
		});
		if (options.watch === false) return;
		this.#lookout = new Lookout({
			path,
			now: options.now,
			told: () => this.#told(),
			look: () => this.#lookAlone(),
		});
	}

	resume(positions: readonly Position[], isNewHub = false): void {
		this.#queued = [];
		this.#started = true;
		const mine = positions.filter((each) => each.source === this.name);
		this.#generations.start(mine, isNewHub);
		this.onChange();
	}

	reached(): Map<string, number> {
		const parts = this.#generations.list.flatMap((each) => each.parts);
		const reached = new Map(parts.map((part) => [part.id, part.offset(part.read)]));
		// what is to be told first has not moved the hub's position yet
		for (const { from, position } of this.#queued.toReversed()) reached.set(position.generation, from);
		return reached;
	}

	next(newest = false): Reading | undefined {
		if (!this.#started) return undefined;
		try {
			const reading = this.#next(newest);
			this.#readError = undefined;
			return reading;
		} catch (error) {
			// a disk that cannot be read now (EIO, ESTALE) is tried again, and said
			this.#readError = explainAccess(this.name, error);
			return undefined;
		}
	}

	#next(newest: boolean): Reading | undefined {
		const now = this.#now();
		if (now - this.#lookedAt >= OFTEN_MS || now < this.#lookedAt) this.#look(now);
		let reading = this.#readNew(now);
		if (!reading && this.#isTold) {
			// no lines where the name pointed last: it may be another file by now
			this.#look(now);
			reading = this.#readNew(now);
		}
		return reading || newest ? reading : this.#readFirst(this.#generations.list, now, true);
	}

	#readNew(now: number): Reading | undefined {
		return this.#queued.shift() ?? this.#readFirst(this.#generations.list, now, false);
	}

	/** Of what was waiting at the start, or of what came since: the oldest. */
	#readFirst(list: readonly Generation[], now: number, waiting: boolean): Reading | undefined {
		for (const generation of list) {
			for (const part of generation.parts) {
				if ((generation.isBacklog || part !== generation.last) !== waiting) continue;
				if (generation.archive) {
					// in order, unless there is no room for it now
					if (this.#generations.expand(generation)) return undefined;
					break;
				}
				const reading = this.#readFrom(generation, part, now) ?? this.#queued.shift();
				if (reading) return reading;
			}
		}
		return undefined;
	}

	committed({ generation: id, offset }: Position): void {
		for (const { parts } of this.#generations.list) {
			const part = parts.find((each) => each.id === id);
			if (part) part.committed = Math.max(part.committed, part.start + offset);
		}
	}

	health(): SourceHealth {
		const { list, current, error } = this.#generations;
		const health: SourceHealth = { source: this.name, lag: 0, size: current?.size ?? 0 };
		for (const each of list) health.lag += each.lag;
		if (this.#lastLineAt !== undefined) health.lastLineAt = this.#lastLineAt;
		const trouble = this.#started ? (this.#readError ?? error) : accessProblem(this.name);
		if (trouble !== undefined) health.error = trouble.slice(0, 512);
		return health;
	}

	/** whether archives are being learned or expanded, whose lines may come first */
	get isBusy(): boolean {
		return this.#generations.isBusy;
	}

	close(): void {
		this.#lookout?.stop();
		this.#started = false;
		this.#generations.close();
	}

	#told(): void {
		this.#isTold = true;
		this.onChange();
	}

	/** Looks without having been told to; returns whether something was there that the system should have told. */
	#lookAlone(): boolean {
		if (!this.#started) return false;
		const wasTold = this.#isTold;
		const { current: before, size } = this.#current;
		try {
			this.#look(this.#now());
		} catch (error) {
			this.#readError = explainAccess(this.name, error);
		}
		const { current: after, size: grown } = this.#current;
		const hasFound = after !== before || grown !== size;
		if (hasFound || this.#mayHaveMore) this.onChange();
		return hasFound && !wasTold;
	}

	/** Beside what is written to the log itself now: what waited, a rotated file's last words, a disk that is tried again. */
	get #mayHaveMore(): boolean {
		const { list } = this.#generations;
		const isUnread = list.length > 1 || list.some(({ unread }) => unread > 0);
		return isUnread || this.#queued.length > 0 || this.#readError !== undefined;
	}

	get #current(): { current: Generation | undefined; size: number } {
		const { current } = this.#generations;
		return { current, size: current?.size ?? 0 };
	}

	#look(now: number): void {
		this.#lookedAt = now;
		this.#isTold = false;
		this.#generations.look();
	}

	#readFrom(generation: Generation, part: Part, now: number): Reading | undefined {
		const from = part.offset(part.read);
		const isInMemory = part.aheadTo > part.read;
		const taken = generation.take(part, this.#generations.isQuiet(generation, now));
		if (generation.lost > 0) {
			const { last } = generation;
			const loss = lossOf(generation, now, "the file was truncated before it was read");
			const gap = { bytes: generation.lost, ...loss };
			generation.lost = 0;
			this.#tell({ generation, part: last, from: last.read, gap });
		}
		if (generation.file && !isInMemory && generation.isRead) generation.readAt = now;
		if (!taken) {
			const isEmpty = generation.parts.every(({ aheadTo }) => aheadTo === 0);
			if (!generation.file && isEmpty) this.#generations.forget(generation);
			return undefined;
		}
		this.#lastLineAt = now;
		this.#lookout?.read(now);
		const reading: Reading = {
			from,
			position: generation.position(this.name, part, taken.next),
			lines: taken.lines,
			writtenBy: generation.file?.modifiedAt() ?? now,
		};
		if (taken.cut === 0) {
			const { untold: gap } = generation;
			generation.untold = undefined;
			return gap ? { ...reading, gap } : reading;
		}
		const reason = `the end of a line longer than ${RAW_LENGTH_MAX} bytes was left out`;
		return { ...reading, gap: { bytes: taken.cut, reason, until: reading.writtenBy } };
	}

	#tell({ generation, part, from, gap, complete }: Note): void {
		const position = generation.position(this.name, part, part.offset(part.read));
		if (complete) position.complete = true;
		const reading: Reading = { from: part.offset(from), position, lines: [], writtenBy: this.#now() };
		this.#queued.push(gap ? { ...reading, gap } : reading);
	}
}
