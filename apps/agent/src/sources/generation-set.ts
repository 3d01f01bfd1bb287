/**
 * The generations of one log that still have something to read, oldest first; the last is the file that bears the name
 * now. Looks whether that is still so, and replans where it is not: a renamed file is kept until it has been quiet for a
 * while, a copied one is found by how it begins, an archive is expanded. What is lost is told, never passed over.
 */
import type { BigIntStats } from "node:fs";
import type { Position } from "@mailtrail/core/wire";
import { beginBehind, openIn, readElsewhere, setApart, skipRead, wasRead } from "./begin-reading.ts";
import { Expansion } from "./expansion.ts";
import { explainAccess } from "./file-access.ts";
import { closeUntaken, type OpenContent, type OpenContents } from "./file-contents.ts";
import { newGeneration } from "./file-identity.ts";
import type { Following } from "./following.ts";
import { Generation } from "./generation.ts";
import { goOnIn, goOnInCopy, holdsOther } from "./go-on.ts";
import { KnownGenerations } from "./known-generations.ts";
import { fileKey, type LogFile } from "./log-file.ts";
import { LogPlace } from "./log-place.ts";
import { type KnownGeneration, planReading, type Step } from "./plan-reading.ts";
import { lossOf, lostWhileAway } from "./loss.ts";
import { type Stray, Strays } from "./strays.ts";

const REOPEN_MS = 5000;
const NO_HEAD = Buffer.alloc(0);
/** Rotated files that are kept open although they are read to their end. */
const LINGERING_MAX = 8;

export class GenerationSet {
	list: Generation[] = [];
	current: Generation | undefined;
	readonly #options: Following;
	readonly #known = new KnownGenerations();
	readonly #strays = new Strays();
	readonly #expansion: Expansion;
	readonly #place: LogPlace;
	#starting = false;
	/** the hub may have had a content that it does not know any more */
	#mayBeForgotten = false;
	/** files were not planned yet, because archives were being learned */
	#due = false;
	#reopenAt = 0;
	#openError: string | undefined;

	constructor(options: Following) {
		this.#options = options;
		this.#expansion = new Expansion(options, (...expanded) => this.#readExpanded(...expanded));
		this.#place = new LogPlace(options);
	}

	/** Starts from what the hub has; one that is new has forgotten nothing. */
	start(positions: readonly Position[], isNewHub: boolean): void {
		this.close();
		this.#known.reset(positions);
		this.#starting = true;
		this.#mayBeForgotten = !isNewHub;
		this.#replan();
	}

	/** Looks whether the name still means the file that is being read. */
	look(): void {
		const now = this.#options.now();
		const stats = this.#place.stat();
		// further away than it was ever set: the clock was put back
		const mayOpen = now >= this.#reopenAt || this.#reopenAt - now > REOPEN_MS;
		if (mayOpen && (this.#due || this.#moved(stats, now) || this.#place.hasRotated(now))) this.#replan();
		if (this.#due) return;
		for (const each of this.list) {
			if (each !== this.current && each.file && !each.intact(now)) each.orphan();
		}
		for (const stray of this.#strays.takeWritten(now, this.#options.quiet)) this.#readStray(stray);
		this.#retire(now);
	}

	/** Nobody writes to it any more. */
	isQuiet(generation: Generation, now: number): boolean {
		if (generation === this.current) return false;
		return generation.isExpanded || now - generation.grewAt >= this.#options.quiet;
	}

	/** All that was left of a content that is gone was handed out. */
	forget(generation: Generation): void {
		const gap = lossOf(
			generation,
			this.#options.now(),
			"the file was truncated or deleted before it was read to its end",
		);
		const { parts } = generation.known();
		for (const part of generation.parts) {
			const bytes = part.unread(generation.size);
			if (bytes === 0) continue;
			const from = part.read;
			part.read += bytes;
			generation.missed = parts;
			this.#options.tell({ generation, part, from, gap: { ...gap, bytes } });
		}
		this.#remove(generation, false);
	}

	/** Makes an archive's content readable; returns whether it has to be waited for. */
	expand(generation: Generation): boolean {
		return this.#expansion.begin(generation);
	}

	/** What keeps the log from being read. */
	get error(): string | undefined {
		return this.#openError ?? this.#place.error ?? this.#expansion.error;
	}

	/** Archives are being learned or expanded; `changed` is called after it. */
	get isBusy(): boolean {
		return this.#expansion.isRunning || this.#place.isLearning;
	}

	close(): void {
		for (const each of this.list) each.close();
		this.#strays.close();
		this.list = [];
		this.current = undefined;
		this.#reopenAt = 0;
		this.#expansion.forgive();
	}

	/** The name means another file than the one that is read, or that one holds something else. */
	#moved(stats: BigIntStats | undefined, now: number): boolean {
		if (!stats) return false;
		if (this.current?.file?.key !== fileKey(stats)) return true;
		// a log is emptied before something is put back into it: what stands in it now may be a known content
		if (this.current.isBlank) return stats.size > 0n;
		if (this.current.intact(now)) {
			if (this.current.isRead) this.current.readAt = now;
			return false;
		}
		// archives may have to be learned before it is planned anew, and by then it may have grown past what was read
		this.current.cut();
		return true;
	}

	#replan(): void {
		const { path, now } = this.#options;
		let opened: OpenContents | undefined;
		this.#openError = undefined;
		try {
			opened = this.#place.open();
			this.#due = !opened;
			if (!opened) return;
			this.#follow(opened);
			if (opened.error !== undefined) throw opened.error;
		} catch (error) {
			this.#openError = explainAccess(path, error);
			this.#reopenAt = now() + REOPEN_MS;
		} finally {
			closeUntaken(opened?.contents ?? []);
		}
	}

	#follow(opened: OpenContents): void {
		const named = opened.contents.find(({ current }) => current)?.file.key;
		const blank = this.list.filter(({ isBlank, file }) => isBlank && file?.key === named);
		for (const each of this.list) if (!blank.includes(each)) each.intact();
		const open = this.list.map((each) => each.known());
		const plan = planReading(opened.contents, [...this.#known.all(), ...open], this.#mayBeForgotten);
		for (const { head } of plan.skipped) this.#known.neverRead(head);
		this.#apply(plan.steps);
		for (const each of blank) this.#dropTaken(each);
		this.#starting = false;
		this.#mayBeForgotten = false;
		if (plan.lost) this.#tellLost(plan.lost, opened.unreadable);
	}

	#apply(steps: readonly Step<OpenContent>[]): void {
		const planned: Generation[] = [];
		let current = this.current;
		for (const step of steps) {
			const open = openOf(this.list, step);
			const generation = open ? this.#adopt(open, step.content) : this.#begin(step);
			if (generation) planned.push(generation);
			if (step.content.current) current = generation;
		}
		const others = this.list.filter((each) => !planned.includes(each));
		this.list = [...others, ...planned];
		// lines may still be written to the renamed file: it is quiet from now on at the earliest
		if (this.current && this.current !== current) this.current.grewAt = this.#options.now();
		this.current = current;
		for (const each of others) if (each.file && !each.intact()) each.orphan();
	}

	/** What came into its file turned out to be of another. */
	#dropTaken(generation: Generation): void {
		const { file } = generation;
		if (!this.list.some((each) => each !== generation && file && each.file?.key === file.key)) return;
		generation.close();
		this.list = this.list.filter((each) => each !== generation);
	}

	/** Keeps the open file as long as the content is in there, unless a copy took its place that may be written on. */
	#adopt(generation: Generation, content: OpenContent): Generation {
		const { key } = content.file;
		if (generation.file?.key === key || generation.archive?.key === key) return generation;
		const grown = content.size - generation.size;
		const copied = !content.compressed && (grown > 0 || !generation.file?.linked());
		if (content.current || copied || holdsOther(generation, content) || !generation.intact())
			return goOnIn(this.#options, this.#strays, generation, content);
		return generation;
	}

	/** What was in an archive is a copy as any other: of the file that is open still, or of one that went apart from it early. */
	#readExpanded(generation: Generation, plain: LogFile): void {
		const isOpen = generation.file !== undefined;
		const reader = goOnInCopy(this.#options, this.#strays, generation, plain);
		reader.isExpanded = true;
		if (reader !== generation)
			this.list = this.list.flatMap((each) => (each === generation ? [each, reader] : each));
		if (isOpen || this.#options.repeats || reader.read > 0) return;
		// what a stray shares with it is left to this generation
		const others = this.list.filter(({ strayOf }) => strayOf !== reader.id);
		const copied = readElsewhere(others, plain);
		if (copied > 0) beginBehind(this.#options, reader, copied);
	}

	#readStray({ of, file, shared }: Stray): void {
		const generation = new Generation(newGeneration(this.#options.now()), NO_HEAD);
		generation.strayOf = of;
		generation.open(file);
		beginBehind(this.#options, generation, shared.lines);
		this.list = [generation, ...this.list];
	}

	#begin(step: Step<OpenContent>): Generation | undefined {
		const { content } = step;
		const known = step.generation === undefined ? undefined : this.#known.get(step.generation);
		if (known && !content.current && wasRead(known, content)) return undefined;
		this.#known.take(known?.generation ?? "");
		const generation = new Generation(
			known?.generation ?? newGeneration(this.#options.now()),
			content.head,
			known,
		);
		openIn(generation, content);
		skipRead(this, this.#options, generation, step);
		if (this.#starting) setApart(this.#options, generation, content, known === undefined);
		return generation;
	}

	#remove(generation: Generation, complete: boolean): void {
		generation.close();
		this.list = this.list.filter((each) => each !== generation);
		if (generation === this.current) this.current = undefined;
		this.#known.retire(generation, complete);
	}

	#retire(now: number): void {
		const drained = this.list.filter((each) => each !== this.current && each.file && each.unread === 0);
		const tooMany = drained.length - LINGERING_MAX;
		for (const [index, generation] of drained.entries()) {
			const complete = this.isQuiet(generation, now);
			if (index >= tooMany && !complete) continue;
			const { last } = generation;
			if (complete) this.#options.tell({ generation, part: last, from: last.read, complete });
			this.#remove(generation, complete);
		}
	}

	#tellLost(lost: KnownGeneration, unreadable: readonly string[]): void {
		const isStray = lost.headBytes === 0;
		const generation = isStray
			? new Generation(lost.generation, NO_HEAD, lost)
			: (this.current ?? this.list.at(-1));
		// where there is no log now, the next one is told with it
		if (!generation || !this.#known.miss(lost.generation)) return;
		const { last } = generation;
		const gap = lostWhileAway(lost, this.#options.now(), unreadable.at(-1));
		// told once: the hub has nothing else to say that a stray is over
		this.#options.tell({ generation, part: last, from: last.read, gap, complete: isStray });
	}
}

/** What was read from a file is of that generation, though another begins alike. */
function openOf(list: readonly Generation[], step: Step<OpenContent>): Generation | undefined {
	const holder = list.find((each) => (step.content.size === 0 || !each.isBlank) && holds(each, step.content));
	if (holder && (step.generation === undefined || holder.read > 0)) return holder;
	return list.find(({ id }) => id === step.generation);
}

/** The same open file with the same beginning; an empty file can only be known in this way. */
function holds(generation: Generation, content: OpenContent): boolean {
	return generation.file?.key === content.file.key && generation.intact();
}
