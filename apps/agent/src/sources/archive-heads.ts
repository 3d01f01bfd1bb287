/**
 * How the contents of compressed siblings begin: learned once for each archive, a few milliseconds each, away from the
 * reading of the log. Files are planned only when all heads are known, so that no archive is taken for new or for nothing.
 */
import { readArchiveHead } from "./archive.ts";
import { HEAD_BYTES } from "./file-identity.ts";
import { openLog } from "./log-file.ts";
import type { RotatedFile } from "./rotated.ts";

interface Known {
	head: Buffer;
	/** an archive that is still being made may show more later */
	stamp: string;
}

export class ArchiveHeads {
	readonly #known = new Map<string, Known>();
	#learning = false;

	/** whether heads are being learned now */
	get learning(): boolean {
		return this.#learning;
	}

	/** How the archive begins; nothing where that is not known yet. */
	of(file: RotatedFile): Buffer | undefined {
		const known = this.#known.get(nameOf(file));
		return known && (known.head.length === HEAD_BYTES || known.stamp === stampOf(file))
			? known.head
			: undefined;
	}

	/** Whether all archives of the listing are known; where not, they are being learned, and `done` is called then. */
	cover(listing: readonly RotatedFile[], done: () => void): boolean {
		const missing = listing.filter((file) => file.compressed && this.of(file) === undefined);
		if (missing.length === 0) return true;
		if (!this.#learning) void this.#learn(listing, missing).then(done);
		return false;
	}

	async #learn(listing: readonly RotatedFile[], missing: readonly RotatedFile[]): Promise<void> {
		this.#learning = true;
		const names = new Set(listing.map(nameOf));
		for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
		for (const file of missing)
			this.#known.set(nameOf(file), { head: await headOf(file), stamp: stampOf(file) });
		this.#learning = false;
	}
}

async function headOf({ path, key }: RotatedFile): Promise<Buffer> {
	try {
		const archive = openLog(path);
		try {
			return archive.key === key ? await readArchiveHead(archive) : Buffer.alloc(0);
		} finally {
			archive.close();
		}
	} catch {
		// gone, or not ours to read: the next listing tells
		return Buffer.alloc(0);
	}
}

function nameOf({ key, born }: RotatedFile): string {
	return `${key}:${born}`;
}

function stampOf({ size, modified }: RotatedFile): string {
	return `${size}:${modified}`;
}
