/**
 * The generations of one log that still have something to read, oldest first; the last is the file that bears the name
 * now. Looks whether that is still so, and replans where it is not: a renamed file is kept until it has been quiet for a
 * while, a copied one is found by how it begins, an archive is expanded. What is lost is told, never passed over.
 */
import { type BigIntStats, statSync } from "node:fs";
import type { Position } from "@mailtrail/core/wire";
import { ArchiveHeads } from "./archive-heads.ts";
import { expandArchive, NoRoom } from "./archive.ts";
import { explainAccess } from "./file-access.ts";
import { closeUntaken, type OpenContent, type OpenContents, openContents } from "./file-contents.ts";
import { newGeneration } from "./file-identity.ts";
import { Generation } from "./generation.ts";
import { isComplete, KnownGenerations } from "./known-generations.ts";
import { fileKey, type LogFile } from "./log-file.ts";
import { type KnownGeneration, planReading, type Step } from "./plan-reading.ts";
import { folderChange, isFilling, listRotated, type RotatedFile, sameListing } from "./rotated.ts";
import { lossOf, lostWhileAway } from "./loss.ts";
import type { Note } from "./source.ts";
import { sharedBy, type Stray, Strays } from "./strays.ts";

export interface GenerationSetOptions {
	path: string;
	/** where archives are expanded */
	folder: string;
	now: () => number;
	/** milliseconds without growth after which nobody writes to a rotated file any more */
	quiet: number;
	/** bytes at the end of a log that are read before what was waiting there at the start */
	tail: number;
	/** lines of one content may come again in the next */
	repeats: boolean;
	/** there may be more to read */
	changed: () => void;
	/** the position moves without lines, or something is told about it */
	tell: (note: Note) => void;
}

const REOPEN_MS = 5000;
const NO_ROOM_MS = 60_000;
const CUT =
	"the log was cut in place, and what of it was read cannot be told from what was written then: lines before this one may be missing";
const NO_HEAD = Buffer.alloc(0);
/** Rotated files that are kept open although they are read to their end. */
const LINGERING_MAX = 8;
/** A log is read in two parts when so many times its tail is waiting. */
const SPLIT_FROM = 4;

export class GenerationSet {
	list: Generation[] = [];
	current: Generation | undefined;
	readonly #options: GenerationSetOptions;
	readonly #known = new KnownGenerations();
	readonly #heads = new ArchiveHeads();
	readonly #strays = new Strays();
	/** the archive that is being expanded: one at a time */
	#expanding: Generation | undefined;
	#starting = false;
	/** files were not planned yet, because archives were being learned */
	#due = false;
	#reopenAt = 0;
	#roomAt = 0;
	#folderChange: bigint | undefined;
	#listing: readonly RotatedFile[] = [];
	#statError: string | undefined;
	#openError: string | undefined;
	#roomError: string | undefined;

	constructor(options: GenerationSetOptions) {
		this.#options = options;
	}

	/** Starts from what the hub has. */
	start(positions: readonly Position[]): void {
		this.close();
		this.#known.reset(positions);
		this.#starting = true;
		this.#replan();
	}

	/** Looks whether the name still means the file that is being read. */
	look(): void {
		const now = this.#options.now();
		const stats = this.#stat();
		// further away than it was ever set: the clock was put back
		const mayOpen = now >= this.#reopenAt || this.#reopenAt - now > REOPEN_MS;
		if (mayOpen && (this.#due || this.#moved(stats, now) || this.#rotated(now))) this.#replan();
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
		for (const part of generation.parts) {
			const bytes = part.unread(generation.size);
			if (bytes === 0) continue;
			const from = part.read;
			part.read += bytes;
			this.#options.tell({ generation, part, from, gap: { ...gap, bytes } });
		}
		this.#remove(generation, false);
	}

	/** Makes an archive's content readable, where none is being made so. */
	expand(generation: Generation): void {
		const { archive } = generation;
		const now = this.#options.now();
		const hasRoom = now >= this.#roomAt || this.#roomAt - now > NO_ROOM_MS;
		if (!archive || this.#expanding || !hasRoom) return;
		this.#expanding = generation;
		void this.#expand(generation, archive).then(() => {
			this.#expanding = undefined;
			this.#options.changed();
		});
	}

	/** What keeps the log from being read. */
	get error(): string | undefined {
		return this.#openError ?? this.#statError ?? this.#roomError;
	}

	/** Archives are being learned or expanded; `changed` is called after it. */
	get isBusy(): boolean {
		return this.#expanding !== undefined || this.#heads.learning;
	}

	close(): void {
		for (const each of this.list) each.close();
		this.#strays.close();
		this.list = [];
		this.current = undefined;
		this.#reopenAt = 0;
		this.#roomAt = 0;
	}

	#stat(): BigIntStats | undefined {
		const { path } = this.#options;
		try {
			const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
			const file = stats?.isFile() ? stats : undefined;
			const what = stats ? "is no file but a folder, a pipe or a device" : "does not exist";
			this.#statError = file ? undefined : `${path} ${what}; it is read as soon as it is a file`;
			return file;
		} catch (error) {
			this.#statError = explainAccess(path, error);
			return undefined;
		}
	}

	/** The name means another file than the one that is read, or that one holds something else. */
	#moved(stats: BigIntStats | undefined, now: number): boolean {
		if (!stats) return false;
		if (this.current?.file?.key !== fileKey(stats)) return true;
		// a log is emptied before something is put back into it: what stands in it now may be a known content
		return this.current.isBlank ? stats.size > 0n : !this.current.intact(now);
	}

	/** Siblings came, went or were filled: a rotation that the log's own file does not show (it was empty, or it was done twice). */
	#rotated(now: number): boolean {
		const { path, quiet } = this.#options;
		try {
			const change = folderChange(path, now);
			const mayFill = this.#listing.some((file) => isFilling(file, now - quiet));
			if (!mayFill && change !== undefined && change === this.#folderChange) return false;
			this.#folderChange = change;
			return !sameListing(listRotated(path), this.#listing);
		} catch {
			// no such folder, or it may not be listed: the log itself tells the same
			return false;
		}
	}

	#replan(): void {
		const { path, now, quiet, changed } = this.#options;
		let opened: OpenContents | undefined;
		this.#openError = undefined;
		try {
			opened = openContents(path, now() - quiet, this.#heads, changed);
			this.#due = !opened;
			if (!opened) return;
			this.#listing = opened.listing;
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
		const plan = planReading(opened.contents, [...this.#known.all(), ...open], this.#starting);
		for (const { head } of plan.skipped) this.#known.neverRead(head);
		this.#apply(plan.steps);
		for (const each of blank) this.#dropTaken(each);
		this.#starting = false;
		if (plan.lost && this.#known.take(plan.lost.generation)) this.#tellLost(plan.lost, opened.unreadable);
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
		if (generation.file?.key === content.file.key) return generation;
		const grown = content.size - generation.size;
		const copied = !content.compressed && (grown > 0 || !generation.file?.linked());
		if (content.current || copied || holdsMore(generation, content) || !generation.intact())
			return this.#goOnIn(generation, content);
		return generation;
	}

	/** A copy has taken the file's place: it is read on, and so is what only the file gets from now on. */
	#goOnIn(generation: Generation, content: OpenContent): Generation {
		const { file } = generation;
		if (!file || content.compressed || this.#options.repeats || !generation.intact()) {
			open(generation, content);
			return generation;
		}
		const shared = sharedBy(file, content.file);
		const now = this.#options.now();
		if (shared.bytes < generation.read) {
			// more was read than was copied: the file goes on by itself, and what the copy got since is other text
			const copy = new Generation(newGeneration(now), content.head);
			open(copy, content);
			this.#beginBehind(copy, shared.lines);
			return copy;
		}
		generation.handOver();
		this.#strays.watch({ file, shared, since: now });
		open(generation, content);
		return generation;
	}

	#readStray({ file, shared }: Stray): void {
		const generation = new Generation(newGeneration(this.#options.now()), NO_HEAD);
		generation.isStray = true;
		generation.open(file);
		this.#beginBehind(generation, shared.lines);
		this.list = [generation, ...this.list];
	}

	#begin(step: Step<OpenContent>): Generation | undefined {
		const { content, shrunk } = step;
		const known = step.generation === undefined ? undefined : this.#known.get(step.generation);
		if (known && !content.current && wasRead(known, content)) return undefined;
		this.#known.take(known?.generation ?? "");
		const generation = new Generation(
			known?.generation ?? newGeneration(this.#options.now()),
			content.head,
			known,
		);
		open(generation, content);
		if (!known) this.#skipRead(generation, content, shrunk);
		if (this.#starting) this.#setApart(generation, content, known === undefined);
		return generation;
	}

	/** What a new content holds may have been read in another file, or in this one before it was emptied. */
	#skipRead(generation: Generation, content: OpenContent, shrunk: boolean): void {
		const { now, repeats, tell } = this.#options;
		const copied = repeats ? 0 : this.#readElsewhere(content);
		if (copied > 0) return this.#beginBehind(generation, copied);
		const emptied =
			content.current && this.current?.file?.key === content.file.key ? this.current : undefined;
		const marks = emptied?.read === 0 ? emptied.before : emptied?.marks;
		if (marks?.isWhole && !repeats) generation.before = marks;
		else if (shrunk && content.lineStart() > 0) {
			this.#beginBehind(generation, content.lineStart());
			const { last } = generation;
			const gap = { bytes: 0, reason: CUT, until: now() };
			if (!repeats) tell({ generation, part: last, from: last.read, gap });
		}
	}

	/** Up to where a content is the copy of a file that lost its name, though they went apart too early to begin alike. */
	#readElsewhere(content: OpenContent): number {
		if (content.compressed) return 0;
		const nameless = this.list.flatMap((each) =>
			each.file?.linked() === false && each.intact() ? each.file : [],
		);
		return Math.max(0, ...nameless.map((file) => sharedBy(file, content.file).lines));
	}

	#beginBehind(generation: Generation, start: number): void {
		generation.last.read = start;
		generation.marks = undefined;
		this.#options.tell({ generation, part: generation.last, from: 0 });
	}

	/** What was there before the agent started is read when there is nothing newer. */
	#setApart(generation: Generation, content: OpenContent, isNew: boolean): void {
		const { tail } = this.#options;
		if (!content.current) {
			generation.isBacklog = true;
			// should the agent be killed between newer lines and these, the hub still knows that they are to come
			if (isNew) this.#options.tell({ generation, part: generation.last, from: 0 });
		} else if (content.size - generation.read >= SPLIT_FROM * tail) {
			const start = content.lineStartAfter(content.size - tail);
			if (start !== undefined) generation.split(start);
		}
	}

	async #expand(generation: Generation, archive: LogFile): Promise<void> {
		try {
			const until = archive.modifiedAt();
			const { plain, damage } = await expandArchive(archive, this.#options.folder);
			if (generation.archive !== archive) return plain.close();
			const { path } = archive;
			generation.open(plain);
			generation.isExpanded = true;
			this.#roomError = undefined;
			if (damage === undefined) return;
			const what = damage instanceof Error ? damage.message : String(damage);
			const reason = `${path} is damaged behind byte ${generation.size} of its content: ${what}`;
			const { last } = generation;
			const gap = { bytes: 0, reason: reason.slice(0, 512), until };
			this.#options.tell({ generation, part: last, from: last.read, gap });
		} catch (error) {
			this.#roomError = error instanceof NoRoom ? error.message : explainAccess(archive.path, error);
			this.#roomAt = this.#options.now() + NO_ROOM_MS;
		}
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
		if (!generation) return;
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

function open(generation: Generation, content: OpenContent): void {
	content.taken = true;
	if (content.compressed) generation.enclose(content.file);
	else generation.open(content.file);
}

/** An archive of a copy that was written on after it took the name: compressing leaves the time of the last write as it was. */
function holdsMore({ file }: Generation, { compressed, file: archive }: OpenContent): boolean {
	return compressed && file?.linked() === false && archive.modifiedAt() > file.modifiedAt();
}

/** Nothing of it is left to read, as far as can be told without expanding it. */
function wasRead(known: KnownGeneration, content: OpenContent): boolean {
	if (isComplete(known)) return content.compressed || known.offset === content.size;
	return known.parts.length === 1 && known.offset === content.size && !content.fresh;
}

/** The same open file with the same beginning; an empty file can only be known in this way. */
function holds(generation: Generation, content: OpenContent): boolean {
	return generation.file?.key === content.file.key && generation.intact();
}
