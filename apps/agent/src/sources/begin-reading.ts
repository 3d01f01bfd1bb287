/**
 * Where a generation is read from when its reading begins: behind what was read of the same lines in another file, and in two parts
 * where much of it was waiting when the agent started.
 */
import type { OpenContent } from "./file-contents.ts";
import type { Following } from "./following.ts";
import type { FormerLines, Generation } from "./generation.ts";
import { isComplete } from "./known-generations.ts";
import type { LogFile } from "./log-file.ts";
import { lossOf } from "./loss.ts";
import type { KnownGeneration, Step } from "./plan-reading.ts";
import { sharedBy } from "./strays.ts";

const CUT =
	"the log was cut in place, and what of it was read cannot be told from what was written then: lines before this one may be missing";
const PUT_BACK =
	"the log was written over with lines that it had before: what came right before that may be missing";
/** A log is read in two parts when so many times its tail is waiting. */
const SPLIT_FROM = 4;

/** Begins, or goes on, in a file with this content. */
export function openIn(generation: Generation, content: OpenContent): void {
	content.taken = true;
	if (content.compressed) generation.enclose(content.file);
	else generation.open(content.file);
}

/** Nothing of it is left to read, as far as can be told without expanding it. */
export function wasRead(known: KnownGeneration, content: OpenContent): boolean {
	if (isComplete(known)) return content.compressed || known.offset === content.size;
	return known.parts.length === 1 && known.offset === content.size && !content.fresh;
}

export function beginBehind({ tell }: Pick<Following, "tell">, generation: Generation, start: number): void {
	const { last } = generation;
	last.read = start;
	generation.marks = undefined;
	tell({ generation, part: last, from: last.start });
}

/** What a content holds that begins here may have been read in another file, or in this one before it was emptied. */
export function skipRead(
	{ list, current }: { list: readonly Generation[]; current: Generation | undefined },
	options: Pick<Following, "now" | "repeats" | "tell">,
	generation: Generation,
	{ content, shrunk, generation: known }: Step<OpenContent>,
): void {
	const { now, repeats, tell } = options;
	const isCopy = !repeats && known === undefined && !content.compressed;
	const copied = isCopy ? readElsewhere(list, content.file) : 0;
	if (copied > 0) return beginBehind(options, generation, copied);
	const emptied = content.current && current?.file?.key === content.file.key ? current : undefined;
	const before = emptied?.read === 0 ? emptied.before : emptied && marksOf(emptied);
	// one that is known from an earlier time was written on, and read, before it was cut to more than it had then
	if (before && !repeats) {
		generation.before = before;
		if (shrunk) generation.untold = { bytes: 0, ...lossOf(before, now(), PUT_BACK) };
	} else if (shrunk && content.lineStart() > 0 && !goesOn(options, generation, content, shrunk)) {
		beginBehind(options, generation, content.lineStart());
		const { last } = generation;
		const gap = { bytes: 0, reason: CUT, until: now() };
		if (!repeats) tell({ generation, part: last, from: last.read, gap });
	}
}

/** The lines that a content had; nothing where not all of them are known. */
function marksOf({ marks, readAt, bornAt }: Generation): FormerLines | undefined {
	return marks?.isWhole ? { marks, readAt, bornAt } : undefined;
}

/** Begins with what is left of the parts that had not been read; returns whether nothing else need be told. */
function goesOn(
	options: Pick<Following, "tell">,
	generation: Generation,
	content: OpenContent,
	{ parts, missed = parts }: KnownGeneration,
): boolean {
	if (missed.length > 2) return false;
	const from = missed[0]?.start === 0 ? missed[0].read : 0;
	const { start = 0, read = 0 } = missed.at(-1) ?? {};
	if (from < content.size && content.size <= start) {
		beginBehind(options, generation, from);
		return true;
	}
	if (from < start && content.lineEndsAt(start)) {
		beginBehind(options, generation, from);
		generation.split(start);
	}
	if (read >= content.size || !content.lineEndsAt(read)) return false;
	beginBehind(options, generation, read);
	return true;
}

/** Up to where a file is the copy of one that lost its name, though they went apart too early to begin alike. */
export function readElsewhere(list: readonly Generation[], copy: LogFile): number {
	const nameless = list.flatMap((each) =>
		each.file && each.file !== copy && !each.file.linked() && each.intact() ? each.file : [],
	);
	return Math.max(0, ...nameless.map((file) => sharedBy(file, copy).lines));
}

/** What was there before the agent started is read when there is nothing newer. */
export function setApart(
	{ tail, tell }: Pick<Following, "tail" | "tell">,
	generation: Generation,
	content: OpenContent,
	isNew: boolean,
): void {
	if (!content.current) {
		generation.isBacklog = true;
		// should the agent be killed between newer lines and these, the hub still knows that they are to come
		if (isNew) tell({ generation, part: generation.last, from: 0 });
	} else if (content.size - generation.read >= SPLIT_FROM * tail) {
		const start = content.lineStartAfter(content.size - tail);
		if (start !== undefined) generation.split(start);
	}
}
