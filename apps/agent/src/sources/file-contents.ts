/**
 * Opens the files that a log's content may be in and learns how each begins. The listing is taken again until two in a
 * row agree, so that a rotation in the middle hides no file.
 */
import { HEAD_BYTES } from "./file-identity.ts";
import { readArchive } from "./decompress.ts";
import { type LogFile, openLog } from "./log-file.ts";
import type { Content } from "./plan-reading.ts";
import { listRotated, type RotatedFile, sameListing } from "./rotated.ts";

/** An opened candidate. Who takes `file` over sets `taken`. */
export interface OpenContent extends Content {
	file: LogFile;
	taken: boolean;
	/** where its last, unfinished line starts */
	lineStart(): number;
}

export interface OpenContents {
	contents: OpenContent[];
	listing: RotatedFile[];
	/** siblings whose compression is not read here */
	unreadable: string[];
	/** why the log itself could not be opened */
	error?: unknown;
}

const LISTINGS_MAX = 5;
const LINE_START_MAX = 1024 * 1024;

function lineStart(file: LogFile, size: number): number {
	const from = Math.max(0, size - LINE_START_MAX);
	return from + file.read(from, size - from).lastIndexOf(10) + 1;
}

function openContent(from: RotatedFile, freshSince: number): OpenContent {
	const file = openLog(from.path);
	const compressed = from.compression === "gzip";
	const { size, head } = compressed
		? readArchive(file)
		: { size: file.size(), head: file.read(0, Math.min(HEAD_BYTES, file.size())) };
	return {
		file,
		size,
		head,
		compressed,
		fresh: !compressed && file.modifiedAt() >= freshSince,
		current: from.current,
		taken: false,
		lineStart: () => lineStart(file, size),
		lineEndsAt: (offset) => offset === 0 || compressed || file.read(offset - 1, 1)[0] === 10,
	};
}

function openListed(listing: RotatedFile[], freshSince: number): OpenContents {
	const opened: OpenContents = { listing, contents: [], unreadable: [] };
	const seen = new Set<string>();
	for (const from of listing) {
		if (from.compression === "unreadable") {
			opened.unreadable.push(from.path);
			continue;
		}
		try {
			const content = openContent(from, freshSince);
			if (seen.has(content.file.key)) {
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

/** The log's siblings oldest first, and the log itself last, opened. `freshSince`: epoch milliseconds. */
export function openContents(path: string, freshSince: number): OpenContents {
	let listing = listRotated(path);
	for (let attempt = 0; ; attempt++) {
		const opened = openListed(listing, freshSince);
		const after = listRotated(path);
		if (sameListing(listing, after) || attempt === LISTINGS_MAX) return opened;
		closeUntaken(opened.contents);
		listing = after;
	}
}

/** Closes what nobody took over. */
export function closeUntaken(contents: readonly OpenContent[]): void {
	for (const content of contents) if (!content.taken) content.file.close();
}
