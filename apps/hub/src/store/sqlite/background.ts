/** What is done behind the commits: counting again, and dropping what is kept no longer. Retention is looked at every hour. */
import { Idle } from "./idle.ts";
import { SlicePacker } from "./pack-slice.ts";
import type { Retention } from "./retention.ts";
import type { Slices } from "./slices.ts";

const RETENTION_EACH_MS = 3_600_000;

/** Packs a closed slice in another thread; resolves when that has ended, however. */
export type PackElsewhere = (slice: { no: number; path: string }) => Promise<void>;

export class Background {
	readonly #slices: Slices;
	readonly #retention: Retention;
	readonly #idle: Idle;
	readonly #hourly: NodeJS.Timeout;
	#retain = true;
	#files = 0;
	readonly #packed = new Set<number>();
	readonly #packElsewhere: PackElsewhere | undefined;
	#packer: SlicePacker | undefined;
	#isPackingElsewhere = false;

	constructor(slices: Slices, retention: Retention, packElsewhere?: PackElsewhere) {
		this.#slices = slices;
		this.#packElsewhere = packElsewhere;
		this.#retention = retention;
		this.#idle = new Idle(() => this.#piece());
		this.#hourly = setInterval(() => {
			this.#retain = true;
			this.#idle.start();
		}, RETENTION_EACH_MS);
		this.#hourly.unref();
		this.#idle.start();
	}

	start(): void {
		this.#idle.start();
	}

	async done(): Promise<void> {
		return this.#idle.done();
	}

	stop(): void {
		clearInterval(this.#hourly);
		this.#idle.stop();
		this.#endPacking();
	}

	#piece(): boolean {
		if (this.#slices.recountStep()) return true;
		const files = this.#slices.newestFirst.length;
		// a slice was closed: it may be too much
		if (files !== this.#files) this.#retain = true;
		this.#files = files;
		return this.#retainStep() || this.#packStep();
	}

	#retainStep(): boolean {
		if (!this.#retain) return false;
		const step = this.#retention.step(this.#slices.retentionTargets());
		if (step === "done") {
			this.#retain = false;
			return false;
		}
		if (step !== "worked") {
			this.#endPacking();
			this.#slices.drop(step.drop);
		}
		return true;
	}

	/** A closed slice is packed once; what was packed before stands in it. */
	#packStep(): boolean {
		if (this.#packer) {
			if (!this.#packPiece(this.#packer)) this.#endPacking();
			return true;
		}
		if (this.#isPackingElsewhere) return false;
		const next = this.#slices.unpacked().find(({ no }) => !this.#packed.has(no));
		if (!next) return false;
		if (this.#packElsewhere) {
			this.#packed.add(next.no);
			this.#isPackingElsewhere = true;
			this.#packElsewhere(next).finally(() => {
				this.#isPackingElsewhere = false;
				this.#idle.start();
			});
			return false;
		}
		this.#packer = new SlicePacker(next.no, next.path);
		this.#packed.add(next.no);
		return true;
	}

	#packPiece(packer: SlicePacker): boolean {
		try {
			return packer.step();
		} catch (error) {
			// it reads as well as before, and takes more room: the next start tries again
			this.#endPacking();
			throw error;
		}
	}

	#endPacking(): void {
		this.#packer?.close();
		this.#packer = undefined;
	}
}
