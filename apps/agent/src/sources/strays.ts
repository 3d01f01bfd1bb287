/**
 * Files that a copy has taken the place of: who has one open may go on writing there until told to open the log anew. Each is
 * watched until nobody has written to it for a while; what is written there alone is handed out once, to be read as a
 * generation of its own, which its beginning does not tell from the copy's.
 */
import { type LogFile, lineStart } from "./log-file.ts";

/** what of a file its copy has, too; bytes from the start */
export interface Shared {
	bytes: number;
	/** up to the end of a line */
	lines: number;
}

export interface Stray {
	/** the generation that goes on in the copy */
	of: string;
	file: LogFile;
	shared: Shared;
	/** epoch milliseconds when the copy took its place */
	since: number;
}

/** Files that are watched at a time. */
const STRAYS_MAX = 8;
/** Compared at one place: two files that went apart differ everywhere behind it, since every line has its time. */
const COMPARED_BYTES = 4096;

/** Up to where a file and what may be a copy of it, which was written on, are the same. */
export function sharedBy(file: LogFile, copy: LogFile): Shared {
	const end = Math.min(file.size(), copy.size());
	let bytes = sameBeginning(file, copy);
	if (bytes < Math.min(end, COMPARED_BYTES)) return { bytes, lines: lineStart(file, bytes) };
	const differ = (to: number) => {
		const from = Math.max(0, to - COMPARED_BYTES);
		return !file.read(from, to - from).equals(copy.read(from, to - from));
	};
	let other = differ(end) ? end : bytes;
	if (other === bytes) bytes = end;
	while (other - bytes > 1) {
		const middle = Math.floor((bytes + other) / 2);
		if (differ(middle)) other = middle;
		else bytes = middle;
	}
	return { bytes, lines: lineStart(file, bytes) };
}

function sameBeginning(a: LogFile, b: LogFile): number {
	const [one, other] = [a.read(0, COMPARED_BYTES), b.read(0, COMPARED_BYTES)];
	const differs = one.findIndex((byte, i) => byte !== other[i]);
	return differs < 0 ? one.length : differs;
}

export class Strays {
	#watched: Stray[] = [];

	/** Takes the file over. */
	watch(stray: Stray): void {
		this.#watched.push(stray);
		if (this.#watched.length > STRAYS_MAX) this.#watched.shift()?.file.close();
	}

	/** Those that were written to; whoever takes one closes it. Nobody writes to one any more after `quiet` milliseconds. */
	takeWritten(now: number, quiet: number): Stray[] {
		const written: Stray[] = [];
		this.#watched = this.#watched.filter((stray) => {
			const { file, shared } = stray;
			// a clock that was put back says nothing of how long it was quiet
			stray.since = Math.min(stray.since, now);
			const isWritten = file.size() > shared.bytes;
			const isQuiet = now - stray.since >= quiet;
			if (isWritten) written.push(stray);
			else if (isQuiet) file.close();
			return !isWritten && !isQuiet;
		});
		return written;
	}

	close(): void {
		for (const { file } of this.#watched) file.close();
		this.#watched = [];
	}
}
