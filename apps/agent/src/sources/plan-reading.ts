/**
 * Which content is which generation, and what of it is still to be read. Pure: the files as they are (oldest first) and
 * the generations that are known go in, the reading plan comes out. It runs at the start and whenever the file under
 * the log's name is not the one it was.
 */
import { HEAD_BYTES, hashHead } from "./file-identity.ts";
import type { LogFile } from "./log-file.ts";

/** A file as the plan sees it. */
export interface Content {
	/** `Infinity` for an archive */
	size: number;
	/** its first bytes, up to `HEAD_BYTES` */
	head: Buffer;
	/** bears the log's own name */
	current: boolean;
	compressed: boolean;
	/** written to not long ago: somebody may still have it open */
	fresh: boolean;
	/** whether a line ends right before this offset */
	lineEndsAt(offset: number): boolean;
	/** all of it stands at the beginning of that file, too */
	isBeginningOf(file: LogFile): boolean;
}

/** A generation that the hub has, or that this agent is reading. */
export interface KnownGeneration {
	generation: string;
	/** up to where it is known: behind that all is new; `Infinity` for a content that is never read */
	offset: number;
	/** what of it was read, part by part; bytes from the start of the content */
	parts: { start: number; read: number }[];
	/** read to its end when nobody wrote to it any more */
	complete: boolean;
	head: string;
	headBytes: number;
	/** it was told that no file holds it any more */
	isMissed?: true;
	/** the same without what was told as lost: it may be put back */
	missed?: { start: number; read: number }[];
	/** the head itself, where this agent has read it */
	bytes?: Buffer;
	/** where this agent has it open */
	file?: LogFile;
	/** that file was seen with less than was read of it: what bears the name now was written there since, or put back */
	isCut?: boolean;
}

export interface Step<C extends Content> {
	content: C;
	/** absent: a new generation */
	generation?: string;
	/** the part before is this known generation's, which was truncated to it */
	shrunk?: KnownGeneration;
}

export interface ReadingPlan<C extends Content> {
	steps: Step<C>[];
	/** read by an earlier life of the agent, and forgotten by the hub */
	skipped: C[];
	/** the newest known generation, when none of the files holds it any more */
	lost?: KnownGeneration;
}

interface Match {
	known: KnownGeneration;
	whole: boolean;
	/** 2: it is known byte for byte; 0: what was read would end within a line of it */
	certainty: 0 | 1 | 2;
}

/**
 * Plans the reading of `contents`, given oldest first. Where the hub may have forgotten some (at the start), an unknown file that is
 * older than a known one, and old, is taken as read before; later on every unknown file is new.
 */
export function planReading<C extends Content>(
	contents: readonly C[],
	known: readonly KnownGeneration[],
	mayBeForgotten: boolean,
): ReadingPlan<C> {
	const matches = contents.map((content) => findMatch(content, known));
	const firstKnown = matches.findIndex((match) => match !== undefined);
	const steps: Step<C>[] = [];
	const skipped: C[] = [];
	for (const [index, content] of contents.entries()) {
		const match = matches[index];
		if (match?.whole) addStep(steps, { content, generation: match.known.generation });
		else if (content.current) addStep(steps, match ? { content, shrunk: match.known } : { content });
		// an empty file is none yet: it may become the copy of a known one
		else if (match || content.head.length === 0) continue;
		// one that was written to not long ago was never forgotten: files of one moment may stand in the wrong order
		else if (mayBeForgotten && index < firstKnown && !content.fresh) skipped.push(content);
		else addStep(steps, { content });
	}
	const plan: ReadingPlan<C> = { steps, skipped };
	const newest = newestRead(known);
	if (newest && !matches.some((match) => match?.known === newest)) plan.lost = newest;
	return plan;
}

function newestRead(known: readonly KnownGeneration[]): KnownGeneration | undefined {
	let newest: KnownGeneration | undefined;
	for (const each of known) {
		// a stray that was read to its end is nowhere, and need not be
		const isOver = each.complete && each.headBytes === 0;
		const isNewer = !newest || each.generation > newest.generation;
		if (Number.isFinite(each.offset) && !isOver && !each.isMissed && isNewer) newest = each;
	}
	return newest;
}

/** Of a generation that lies in several files (a copy, a half-made archive) the best one is read. */
function addStep<C extends Content>(steps: Step<C>[], step: Step<C>): void {
	const twin = steps.findIndex((other) => sameGeneration(other, step));
	if (twin < 0) {
		steps.push(step);
		return;
	}
	const other = steps[twin]!;
	const isBetter = rank(step.content) >= rank(other.content);
	const [better, worse] = isBetter ? [step, other] : [other, step];
	const isOne = !hasMore(worse.content, better.content);
	if (isOne && !isBetter) return;
	steps.splice(twin, 1, ...(isOne ? [] : [isBetter ? other : { content: other.content }]));
	steps.push(isOne || !isBetter ? step : { content: step.content });
}

function sameGeneration(a: Step<Content>, b: Step<Content>): boolean {
	if (a.generation !== undefined || b.generation !== undefined) return a.generation === b.generation;
	if (a.shrunk || b.shrunk) return false;
	const length = Math.min(a.content.head.length, b.content.head.length);
	return length > 0 && a.content.head.subarray(0, length).equals(b.content.head.subarray(0, length));
}

/**
 * Whether a content has more than another that it begins like. A copy or an archive that is being made never does: where it
 * does, the two only begin alike, as with a line that says when logs turn over.
 */
function hasMore(content: Content, than: Content): boolean {
	const least = content.compressed ? content.head.length : content.size;
	const isWhole = !than.compressed || than.head.length < HEAD_BYTES;
	return isWhole && least > (than.compressed ? than.head.length : than.size);
}

function rank(content: Content): number {
	if (content.current) return 2;
	return content.compressed ? 0 : 1;
}

/** The generation that the content is; the surest, then the one read exactly to its end before others, then the newest. */
function findMatch(content: Content, known: readonly KnownGeneration[]): Match | undefined {
	let best: Match | undefined;
	for (const each of known) {
		const match = matchOne(content, each);
		if (match && (!best || preferred(match, best, content.size))) best = match;
	}
	return best;
}

function preferred(match: Match, best: Match, size: number): boolean {
	if (match.certainty !== best.certainty) return match.certainty > best.certainty;
	if (match.whole !== best.whole) return match.whole;
	const exact = match.known.offset === size;
	if (exact !== (best.known.offset === size)) return exact;
	return match.known.generation > best.known.generation;
}

function matchOne(content: Content, known: KnownGeneration): Match | undefined {
	const { head } = content;
	// of a short archive all is known: it may be of a copy that went apart from its file soon
	const size = content.compressed && head.length < HEAD_BYTES ? head.length : content.size;
	if (known.headBytes === 0 || size === 0) return undefined;
	if (size < known.headBytes) {
		const begins = known.bytes?.subarray(0, size).equals(head) ?? false;
		return begins ? { known, whole: false, certainty: 1 } : undefined;
	}
	if (hashHead(head.subarray(0, known.headBytes)) !== known.head) return undefined;
	const isBeginning = known.file !== undefined && content.isBeginningOf(known.file);
	if (content.size < known.offset || (content.current && known.isCut))
		return { known, whole: false, certainty: isBeginning ? 2 : 1 };
	// what was told as lost goes up to where the file was seen last, perhaps in the middle of a line
	const reached = known.missed?.at(-1)?.read ?? known.offset;
	const endsLine = content.lineEndsAt(reached);
	if (content.current && !endsLine) return undefined;
	// it is there again: the hub's places are behind that
	const whole = !content.current || known.missed === undefined;
	return { known, whole, certainty: isBeginning ? 2 : endsLine || reached === content.size ? 1 : 0 };
}
