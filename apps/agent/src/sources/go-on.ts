/**
 * Where a generation is read on when its content stands in another file than the one that is open: in a copy that took the
 * name, or in an archive. A copy may have been written on, and so may the file: what each of them alone got is read once.
 */
import { beginBehind } from "./begin-reading.ts";
import { HEAD_BYTES, newGeneration } from "./file-identity.ts";
import type { OpenContent } from "./file-contents.ts";
import type { Following } from "./following.ts";
import { Generation } from "./generation.ts";
import type { LogFile } from "./log-file.ts";
import { sharedBy, type Strays } from "./strays.ts";

/**
 * Whether an archive was made of something else than the open file as it is: of a copy that took the name. Compressing leaves
 * the time of the last write as it was, to the second at least.
 */
export function holdsOther(
	{ file, isExpanded }: Generation,
	{ compressed, file: archive }: OpenContent,
): boolean {
	if (!compressed || isExpanded || file?.linked() !== false) return false;
	const [written, kept] = [file.modifiedAt(), archive.modifiedAt()];
	return kept !== written && kept !== written - (written % 1000);
}

/** Goes on in a file with this content; returns what is read there. */
export function goOnIn(
	options: Following,
	strays: Strays,
	generation: Generation,
	content: OpenContent,
): Generation {
	content.taken = true;
	if (!content.compressed) return goOnInCopy(options, strays, generation, content.file);
	if (options.repeats || !generation.intact()) generation.orphan();
	generation.enclose(content.file);
	return generation;
}

/** A copy has taken the file's place: it is read on, and so is what only the file gets from now on. */
export function goOnInCopy(
	options: Following,
	strays: Strays,
	generation: Generation,
	copy: LogFile,
): Generation {
	const { file } = generation;
	if (!file || options.repeats || !generation.intact()) {
		generation.open(copy);
		return generation;
	}
	const shared = sharedBy(file, copy);
	const now = options.now();
	if (shared.bytes < generation.read) {
		// more was read than was copied: the file goes on by itself, and what the copy got since is other text
		const apart = new Generation(newGeneration(now), copy.read(0, HEAD_BYTES));
		apart.open(copy);
		beginBehind(options, apart, shared.lines);
		return apart;
	}
	generation.handOver();
	strays.watch({ of: generation.id, file, shared, since: now });
	generation.open(copy);
	return generation;
}
