/**
 * The generations of one log that still have something to read, oldest first; the last is the file that bears the name
 * now. Looks whether that is still so, and replans where it is not: a renamed file is kept until it has been quiet for a
 * while, a copied one is found by how it begins, an archive is expanded. What is lost is told, never passed over.
 */
import { type BigIntStats, statSync } from "node:fs";
import type { Position } from "@mailtrail/core/wire";
import { expandArchive } from "./decompress.ts";
import { explainAccess } from "./file-access.ts";
import { closeUntaken, type OpenContent, type OpenContents, openContents } from "./file-contents.ts";
import { hashHead, newGeneration } from "./file-identity.ts";
import { Generation } from "./generation.ts";
import { fileKey } from "./log-file.ts";
import { type KnownGeneration, planReading, type Step } from "./plan-reading.ts";
import { folderChange, listRotated, type RotatedFile, sameListing } from "./rotated.ts";
import type { Gap } from "./source.ts";

export interface GenerationSetOptions {
	path: string;
	/** where archives are expanded */
	folder: string;
	now: () => number;
	/** milliseconds without growth after which nobody writes to a rotated file any more */
	quiet: number;
	/** there may be more to read */
	changed: () => void;
	/** the position moves from `from` to `to` without lines */
	skipped: (generation: Generation, from: number, to: number, gap?: Gap) => void;
}

const REOPEN_MS = 5000;
/** Rotated files that are kept open although they are read to their end. */
const LINGERING_MAX = 8;
const KNOWN_MAX = 256;

export class GenerationSet {
	list: Generation[] = [];
	current: Generation | undefined;
	/** archives that are being expanded */
	readonly expanding = new Set<Generation>();
	readonly #options: GenerationSetOptions;
	/** generations that are not open: the hub's, and those read to their end */
	readonly #known = new Map<string, KnownGeneration>();
	#reopenAt = 0;
	#folderChange: bigint | undefined;
	#listing: readonly RotatedFile[] = [];
	#statError: string | undefined;
	#openError: string | undefined;

	constructor(options: GenerationSetOptions) {
		this.#options = options;
	}

	/** Starts from what the hub has. */
	start(positions: readonly Position[]): void {
		this.close();
		for (const { generation, offset, head = "", headBytes = 0 } of positions) {
			this.#known.set(generation, { generation, offset, head, headBytes });
		}
		this.#replan(true);
	}

	/** Looks whether the name still means the file that is being read. */
	look(): void {
		const now = this.#options.now();
		const stats = this.#stat();
		// further away than it was ever set: the clock was put back
		const mayOpen = now >= this.#reopenAt || this.#reopenAt - now > REOPEN_MS;
		if (mayOpen && (this.#moved(stats, now) || this.#rotated(now))) this.#replan(false);
		for (const each of this.list) {
			if (each !== this.current && each.file && !this.expanding.has(each) && !each.intact(now)) each.orphan();
		}
		this.#retire(now);
	}

	/** Nobody writes to it any more. */
	isQuiet(generation: Generation, now: number): boolean {
		return generation !== this.current && now - generation.grewAt >= this.#options.quiet;
	}

	/** All that was left of a content that is gone was handed out. */
	forget(generation: Generation): void {
		const bytes = generation.size - generation.read;
		const reason = "the file was truncated or deleted before it was read to its end";
		if (bytes > 0) this.#options.skipped(generation, generation.read, generation.size, { bytes, reason });
		this.#remove(generation);
	}

	/** What keeps the log from being read. */
	get error(): string | undefined {
		return this.#openError ?? this.#statError;
	}

	close(): void {
		for (const each of this.list) each.close();
		this.list = [];
		this.current = undefined;
		this.expanding.clear();
		this.#known.clear();
		this.#reopenAt = 0;
	}

	#stat(): BigIntStats | undefined {
		const { path } = this.#options;
		try {
			const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
			this.#statError = stats ? undefined : `${path} does not exist; it is read as soon as it does`;
			return stats;
		} catch (error) {
			this.#statError = explainAccess(path, error);
			return undefined;
		}
	}

	/** The name means another file than the one that is read, or that one holds something else. */
	#moved(stats: BigIntStats | undefined, now: number): boolean {
		if (!stats) return false;
		return this.current?.file?.key !== fileKey(stats) || !this.current.intact(now);
	}

	/** Siblings came or went: a rotation that the log's own file does not show (it was empty, or it was done twice). */
	#rotated(now: number): boolean {
		const { path } = this.#options;
		try {
			const change = folderChange(path, now);
			if (change !== undefined && change === this.#folderChange) return false;
			this.#folderChange = change;
			return !sameListing(listRotated(path), this.#listing);
		} catch {
			// no such folder, or it may not be listed: the log itself tells the same
			return false;
		}
	}

	#replan(starting: boolean): void {
		const { path, now, quiet } = this.#options;
		let opened: OpenContents | undefined;
		this.#openError = undefined;
		try {
			opened = openContents(path, now() - quiet);
			this.#listing = opened.listing;
			this.#follow(opened, starting);
			if (opened.error !== undefined) throw opened.error;
		} catch (error) {
			this.#openError = explainAccess(path, error);
			this.#reopenAt = now() + REOPEN_MS;
		} finally {
			closeUntaken(opened?.contents ?? []);
		}
	}

	#follow(opened: OpenContents, starting: boolean): void {
		for (const each of this.list) each.intact();
		const open = this.list.map((each) => each.known());
		const plan = planReading(opened.contents, [...this.#known.values(), ...open], starting);
		for (const content of plan.skipped) this.#neverRead(content);
		this.#apply(plan.steps);
		if (plan.lost && this.#known.has(plan.lost.generation)) this.#reportLost(plan.lost, opened.unreadable);
	}

	#neverRead({ head }: OpenContent): void {
		const id = `!${hashHead(head)}`;
		const offset = Number.POSITIVE_INFINITY;
		this.#known.set(id, { generation: id, offset, head: hashHead(head), headBytes: head.length });
	}

	#apply(steps: readonly Step<OpenContent>[]): void {
		const planned: Generation[] = [];
		let current = this.current;
		for (const step of steps) {
			const open = this.list.find((each) =>
				step.generation === undefined ? holds(each, step.content) : each.id === step.generation,
			);
			const generation = open ? this.#adopt(open, step.content) : this.#begin(step);
			if (generation) planned.push(generation);
			if (step.content.current) current = generation;
		}
		const others = this.list.filter((each) => !planned.includes(each));
		this.list = [...others, ...planned];
		// lines may still be written to the renamed file: it is quiet from now on at the earliest
		if (this.current && this.current !== current) this.current.grewAt = this.#options.now();
		this.current = current;
		for (const each of others) if (each.file && !this.expanding.has(each) && !each.intact()) each.orphan();
	}

	/** Keeps the open file as long as the content is in there, unless a copy took its place that may be written on. */
	#adopt(generation: Generation, content: OpenContent): Generation {
		if (generation.file?.key === content.file.key || this.expanding.has(generation)) return generation;
		const grown = content.size - generation.size;
		const copied = grown > 0 || (grown === 0 && !content.compressed && !generation.file?.linked());
		if (content.current || copied || !generation.intact()) this.#open(generation, content);
		return generation;
	}

	#begin(step: Step<OpenContent>): Generation | undefined {
		const { content } = step;
		const known = step.generation === undefined ? undefined : this.#known.get(step.generation);
		if (known && known.offset === content.size && !content.current && !content.fresh) return undefined;
		const id = known?.generation ?? newGeneration(this.#options.now());
		const offset = known?.offset ?? (step.shrunk ? content.lineStart() : 0);
		this.#known.delete(id);
		const generation = new Generation(id, content.head, offset, known?.offset ?? 0);
		this.#open(generation, content);
		if (step.shrunk && offset > 0) this.#options.skipped(generation, 0, offset);
		return generation;
	}

	#open(generation: Generation, content: OpenContent): void {
		content.taken = true;
		if (content.compressed) void this.#expand(generation, content);
		else generation.open(content.file);
	}

	async #expand(generation: Generation, { file, size }: OpenContent): Promise<void> {
		this.expanding.add(generation);
		generation.size = size;
		try {
			const plain = await expandArchive(file, this.#options.folder);
			if (this.expanding.has(generation)) generation.open(plain);
			else plain.close();
		} catch (error) {
			const bytes = Math.max(0, size - generation.read);
			const reason = `${file.path} could not be expanded: ${explainAccess(file.path, error)}`.slice(0, 512);
			this.#options.skipped(generation, generation.read, generation.read, { bytes, reason });
			generation.size = generation.read;
		} finally {
			file.close();
			this.expanding.delete(generation);
			this.#options.changed();
		}
	}

	#remove(generation: Generation): void {
		generation.close();
		this.list = this.list.filter((each) => each !== generation);
		if (generation === this.current) this.current = undefined;
		this.#known.set(generation.id, generation.known());
		for (const id of this.#known.keys()) {
			if (this.#known.size <= KNOWN_MAX) break;
			this.#known.delete(id);
		}
	}

	#retire(now: number): void {
		const drained = this.list.filter(
			(each) => each !== this.current && !this.expanding.has(each) && each.file && each.read === each.size,
		);
		const tooMany = drained.length - LINGERING_MAX;
		for (const [index, each] of drained.entries()) {
			if (index < tooMany || this.isQuiet(each, now)) this.#remove(each);
		}
	}

	#reportLost(lost: KnownGeneration, unreadable: readonly string[]): void {
		const generation = this.current ?? this.list.at(-1);
		if (!generation) return;
		this.#known.delete(lost.generation);
		const archive = unreadable.at(-1);
		const where = archive ? ` (perhaps it is in ${archive}, which this agent cannot expand)` : "";
		const reason = `the log that was read up to byte ${lost.offset} was emptied or rotated away while no agent ran${where}; lines written after that may be missing`;
		const gap = { bytes: 0, reason: reason.slice(0, 512) };
		this.#options.skipped(generation, generation.read, generation.read, gap);
	}
}

/** The same open file with the same beginning; an empty file can only be known in this way. */
function holds(generation: Generation, content: OpenContent): boolean {
	return generation.file?.key === content.file.key && generation.intact();
}
