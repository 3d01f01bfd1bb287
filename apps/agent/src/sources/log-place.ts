/**
 * The log's name and the folder that it stands in: which file bears the name, whether siblings came or went since it was asked
 * last, and all of them opened. Decides nothing of what they hold.
 */
import { type BigIntStats, statSync } from "node:fs";
import { ArchiveHeads } from "./archive-heads.ts";
import { explainAccess } from "./file-access.ts";
import { type OpenContents, openContents } from "./file-contents.ts";
import type { Following } from "./following.ts";
import { folderChange, isFilling, listRotated, type RotatedFile, sameListing } from "./rotated.ts";

export class LogPlace {
	readonly #options: Following;
	readonly #heads = new ArchiveHeads();
	#folderChange: bigint | undefined;
	#listing: readonly RotatedFile[] = [];
	#error: string | undefined;

	constructor(options: Following) {
		this.#options = options;
	}

	/** Why the name means no file that could be read. */
	get error(): string | undefined {
		return this.#error;
	}

	/** Archives are being learned; `changed` is called after it. */
	get isLearning(): boolean {
		return this.#heads.learning;
	}

	/** The file that bears the name. */
	stat(): BigIntStats | undefined {
		const { path } = this.#options;
		try {
			const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
			const file = stats?.isFile() ? stats : undefined;
			const what = stats ? "is no file but a folder, a pipe or a device" : "does not exist";
			this.#error = file ? undefined : `${path} ${what}; it is read as soon as it is a file`;
			return file;
		} catch (error) {
			this.#error = explainAccess(path, error);
			return undefined;
		}
	}

	/** Siblings came, went or were filled: a rotation that the log's own file does not show (it was empty, or it was done twice). */
	hasRotated(now: number): boolean {
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

	/** Opens what the log's content may be in; nothing yet where archives have to be learned first. */
	open(): OpenContents | undefined {
		const { path, now, quiet, changed } = this.#options;
		const opened = openContents(path, now() - quiet, this.#heads, changed);
		if (opened) this.#listing = opened.listing;
		return opened;
	}
}
