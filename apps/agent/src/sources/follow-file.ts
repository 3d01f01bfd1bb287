/**
 * Follows one log file by name, from the hub's positions, through every kind of rotation: looks several times a second
 * and whenever the system says that something changed, and hands out complete lines of the oldest generation that has
 * any. Nothing is kept on disk.
 */
import { RAW_LENGTH_MAX, type Position } from "@mailtrail/core/wire";
import { accessProblem, explainAccess } from "./file-access.ts";
import type { Generation } from "./generation.ts";
import { GenerationSet } from "./generation-set.ts";
import type { Gap, Reading, Source, SourceHealth } from "./source.ts";
import { watchFile } from "./watch-file.ts";

export interface FollowOptions {
	/** where archives are expanded */
	folder: string;
	now: () => number;
	/** milliseconds without growth after which nobody writes to a rotated file any more */
	quiet?: number;
	/** false: only looks when asked (tests) */
	watch?: boolean;
}

const LOOK_MS = 250;
const QUIET_MS = 600_000;

export class FileSource implements Source {
	readonly name: string;
	onChange: () => void = () => {};
	readonly #now: () => number;
	readonly #generations: GenerationSet;
	readonly #stop: () => void;
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
			changed: () => this.onChange(),
			skipped: (generation, from, to, gap) => this.#queue(generation, from, to, gap),
		});
		this.#stop = options.watch === false ? () => {} : this.#watch();
	}

	resume(positions: readonly Position[]): void {
		this.#queued = [];
		this.#started = true;
		this.#generations.start(positions.filter((each) => each.source === this.name));
		this.onChange();
	}

	reached(): Map<string, number> {
		return new Map(this.#generations.list.map((each) => [each.id, each.read]));
	}

	next(): Reading | undefined {
		if (!this.#started) return undefined;
		try {
			const reading = this.#next();
			this.#readError = undefined;
			return reading;
		} catch (error) {
			// a disk that cannot be read now (EIO, ESTALE) is tried again, and said
			this.#readError = explainAccess(this.name, error);
			return undefined;
		}
	}

	#next(): Reading | undefined {
		const now = this.#now();
		if (now - this.#lookedAt >= LOOK_MS) this.#look(now);
		const queued = this.#queued.shift();
		if (queued) return queued;
		for (const generation of this.#generations.list) {
			if (this.#generations.expanding.has(generation)) return undefined;
			const reading = this.#readFrom(generation, now) ?? this.#queued.shift();
			if (reading) return reading;
		}
		return undefined;
	}

	committed(position: Position): void {
		const generation = this.#generations.list.find((each) => each.id === position.generation);
		if (generation) generation.committed = Math.max(generation.committed, position.offset);
	}

	health(): SourceHealth {
		const { list, current, error } = this.#generations;
		const health: SourceHealth = { source: this.name, lag: 0, size: current?.size ?? 0 };
		for (const each of list) health.lag += Math.max(0, each.size - each.committed);
		if (this.#lastLineAt !== undefined) health.lastLineAt = this.#lastLineAt;
		const trouble = this.#started ? (this.#readError ?? error) : accessProblem(this.name);
		if (trouble !== undefined) health.error = trouble.slice(0, 512);
		return health;
	}

	/** whether an archive is being expanded, whose lines come first */
	get expanding(): boolean {
		return this.#generations.expanding.size > 0;
	}

	close(): void {
		this.#stop();
		this.#started = false;
		this.#generations.close();
	}

	#watch(): () => void {
		const stopWatching = watchFile(this.name, () => {
			this.#lookedAt = 0;
			this.onChange();
		});
		const timer = setInterval(() => {
			if (!this.#started) return;
			try {
				this.#look(this.#now());
			} catch (error) {
				this.#readError = explainAccess(this.name, error);
			}
			this.onChange();
		}, LOOK_MS);
		return () => {
			clearInterval(timer);
			stopWatching();
		};
	}

	#look(now: number): void {
		this.#lookedAt = now;
		this.#generations.look();
	}

	#readFrom(generation: Generation, now: number): Reading | undefined {
		const from = generation.read;
		const taken = generation.take(this.#generations.isQuiet(generation, now));
		if (generation.lost > 0) {
			const gap = { bytes: generation.lost, reason: "the file was truncated before it was read" };
			this.#queue(generation, generation.read, generation.read, gap);
			generation.lost = 0;
		}
		if (!taken) {
			if (!generation.file) this.#generations.forget(generation);
			return undefined;
		}
		this.#lastLineAt = now;
		const reading: Reading = {
			from,
			position: generation.position(this.name, taken.next),
			lines: taken.lines,
			writtenBy: generation.file?.modifiedAt() ?? now,
		};
		if (taken.cut === 0) return reading;
		const reason = `the end of a line longer than ${RAW_LENGTH_MAX} bytes was left out`;
		return { ...reading, gap: { bytes: taken.cut, reason } };
	}

	#queue(generation: Generation, from: number, to: number, gap?: Gap): void {
		const position = generation.position(this.name, to);
		const reading: Reading = { from, position, lines: [], writtenBy: this.#now() };
		this.#queued.push(gap ? { ...reading, gap } : reading);
	}
}
