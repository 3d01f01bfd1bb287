/**
 * Opens the files that a log's content may be in and learns how each begins. The listing is taken again until two in a
 * row agree, so that a rotation in the middle hides no file.
 */
import type { ArchiveHeads } from "./archive-heads.ts";
import { HEAD_BYTES } from "./file-identity.ts";
import { LINE_START_MAX, type LogFile, lineStart, openLog } from "./log-file.ts";
import type { Content } from "./plan-reading.ts";
import { listRotated, type RotatedFile, sameListing } from "./rotated.ts";
import { sharedBy } from "./strays.ts";

/** An opened candidate. Who takes `file` over sets `taken`. */
export interface OpenContent extends Content {
	file: LogFile;
	taken: boolean;
	/** where its last, unfinished line starts */
	lineStart(): number;
	/** where the first line behind `offset` starts */
	lineStartAfter(offset: number): number | undefined;
}

export interface OpenContents {
	contents: OpenContent[];
	listing: RotatedFile[];
	/** archives of an unknown kind, or damaged from their first byte on */
	unreadable: string[];
	/** why the log itself could not be opened */
	error?: unknown;
}

const LISTINGS_MAX = 5;

function lineStartAfter(file: LogFile, offset: number): number | undefined {
	const end = file.read(offset, LINE_START_MAX).indexOf(10);
	return end < 0 ? undefined : offset + end + 1;
}

function openContent(from: RotatedFile, freshSince: number, heads: ArchiveHeads): OpenContent {
	const file = openLog(from.path);
	const { compressed, current } = from;
	// how much an archive holds is not known before it is expanded
	const size = compressed ? Number.POSITIVE_INFINITY : file.size();
	return {
		file,
		size,
		head: compressed ? (heads.of(from) ?? Buffer.alloc(0)) : file.read(0, Math.min(HEAD_BYTES, size)),
		compressed,
		fresh: !compressed && file.modifiedAt() >= freshSince,
		current,
		taken: false,
		lineStart: () => lineStart(file, size),
		lineStartAfter: (offset) => lineStartAfter(file, offset),
		isBeginningOf: (other) => !compressed && sharedBy(other, file).bytes >= size,
		lineEndsAt: (offset) => offset === 0 || compressed || file.read(offset - 1, 1)[0] === 10,
	};
}

function openListed(listing: RotatedFile[], freshSince: number, heads: ArchiveHeads): OpenContents {
	const opened: OpenContents = { listing, contents: [], unreadable: [] };
	const seen = new Set<string>();
	for (const from of listing) {
		try {
			const content = openContent(from, freshSince, heads);
			const isUnreadable = content.compressed && content.head.length === 0;
			if (isUnreadable && content.file.size() > 0) opened.unreadable.push(from.path);
			if (isUnreadable || seen.has(content.file.key)) {
				content.file.close();
				continue;
			}
			seen.add(content.file.key);
			opened.contents.push(content);
		} catch (error) {
			// a sibling may be gone by now; the log itself matters
			if (from.current) opened.error = error;
		}
	}
	return opened;
}

/**
 * The log's siblings oldest first, and the log itself last, opened; nothing yet where archives have to be learned first
 * (`learned` is called then). `freshSince`: epoch milliseconds.
 */
export function openContents(
	path: string,
	freshSince: number,
	heads: ArchiveHeads,
	learned: () => void,
): OpenContents | undefined {
	let listing = listRotated(path);
	for (let attempt = 0; heads.cover(listing, learned); attempt++) {
		const opened = openListed(listing, freshSince, heads);
		const after = listRotated(path);
		if (sameListing(listing, after) || attempt === LISTINGS_MAX) return opened;
		closeUntaken(opened.contents);
		listing = after;
	}
	return undefined;
}

/** Closes what nobody took over. */
export function closeUntaken(contents: readonly OpenContent[]): void {
	for (const content of contents) if (!content.taken) content.file.close();
}
