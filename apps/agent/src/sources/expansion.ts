/** Makes the contents of archives readable, one at a time. Where there is no room for one, that is said, and tried again after a while. */
import { expandArchive, NoRoom } from "./archive.ts";
import { explainAccess } from "./file-access.ts";
import type { Following } from "./following.ts";
import type { Generation } from "./generation.ts";
import type { LogFile } from "./log-file.ts";

const NO_ROOM_MS = 60_000;

export class Expansion {
	readonly #options: Following;
	readonly #read: (generation: Generation, plain: LogFile) => void;
	#expanded: Generation | undefined;
	#againAt = 0;
	#error: string | undefined;

	/** `read` is called with what was in the archive of a generation, and closes it. */
	constructor(options: Following, read: (generation: Generation, plain: LogFile) => void) {
		this.#options = options;
		this.#read = read;
	}

	/** `changed` is called after it. */
	get isRunning(): boolean {
		return this.#expanded !== undefined;
	}

	/** Why the last one could not be expanded. */
	get error(): string | undefined {
		return this.#error;
	}

	/** Where none is being expanded; returns whether one is. */
	begin(generation: Generation): boolean {
		const { archive } = generation;
		const now = this.#options.now();
		const hasRoom = now >= this.#againAt || this.#againAt - now > NO_ROOM_MS;
		if (this.#expanded) return true;
		if (!archive || !hasRoom) return false;
		this.#expanded = generation;
		void this.#expand(generation, archive).then(() => {
			this.#expanded = undefined;
			this.#options.changed();
		});
		return true;
	}

	/** The next one is tried at once. */
	forgive(): void {
		this.#againAt = 0;
	}

	async #expand(generation: Generation, archive: LogFile): Promise<void> {
		try {
			const until = archive.modifiedAt();
			const { plain, damage } = await expandArchive(archive, this.#options.folder);
			if (generation.archive !== archive) return plain.close();
			const { path } = archive;
			generation.disclose();
			this.#read(generation, plain);
			this.#error = undefined;
			if (damage === undefined) return;
			const what = damage instanceof Error ? damage.message : String(damage);
			const reason = `${path} is damaged behind byte ${plain.size()} of its content: ${what}`;
			const { last } = generation;
			const gap = { bytes: 0, reason: reason.slice(0, 512), until };
			this.#options.tell({ generation, part: last, from: last.read, gap });
		} catch (error) {
			this.#error = error instanceof NoRoom ? error.message : explainAccess(archive.path, error);
			this.#againAt = this.#options.now() + NO_ROOM_MS;
		}
	}
}
