/** What is done behind the commits: counting again, packing, making views anew, and dropping what is kept no longer. Retention is looked at every hour. */
import { Idle } from "./idle.ts";
import type { StoreFiles } from "../../store.ts";
import { SlicePacker } from "./pack-slice.ts";
import { type RefoldWork, refoldSlice } from "./refold-slice.ts";
import type { Retention } from "./retention.ts";
import type { Slices } from "../slice/slices.ts";

const RETENTION_EACH_MS = 3_600_000;

/** Packs a closed slice in another thread, with `files` makes its view anew too; resolves when that has ended: true where the draft is whole. */
export type PackElsewhere = (slice: { no: number; path: string; files?: StoreFiles }) => Promise<boolean>;

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
	/** a slice that is being packed, and one whose draft is whole */
	#packing: number | undefined;
	#drafted: number | undefined;

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
		if (this.#slices.recountStep(this.#packing)) return true;
		const files = this.#slices.newestFirst.length;
		// a slice was closed: it may be too much
		if (files !== this.#files) this.#retain = true;
		this.#files = files;
		return this.#retainStep() || this.#packStep();
	}

	#retainStep(): boolean {
		// what is being packed must not change
		if (!this.#retain || this.#packing !== undefined) return false;
		const step = this.#retention.step(this.#slices.retentionTargets());
		if (step === "done") {
			this.#retain = false;
			return false;
		}
		if (step !== "worked") this.#slices.drop(step.drop);
		return true;
	}

	/** A closed slice is packed once; meanwhile nothing else changes it. */
	#packStep(): boolean {
		if (this.#drafted !== undefined) return this.#takeDraft(this.#drafted);
		if (this.#packer) {
			this.#packPiece(this.#packer);
			return true;
		}
		if (this.#packing !== undefined) return false;
		const isNew = ({ no }: { no: number }) => !this.#packed.has(no);
		const unpacked = this.#slices.unpacked().find(isNew);
		const next = unpacked ?? this.#slices.ofOtherCore().find(isNew);
		if (!next) return false;
		this.#packed.add(next.no);
		this.#packing = next.no;
		const { files } = this.#slices;
		if (!unpacked) this.#slices.noteTakenFrom(next.no);
		if (!this.#packElsewhere) {
			if (unpacked) this.#packer = new SlicePacker(next.no, next.path);
			else this.#refoldHere({ ...next, files });
			return true;
		}
		this.#packElsewhere(unpacked ?? { ...next, files }).then((isWhole) => {
			if (isWhole) this.#drafted = next.no;
			else this.#packing = undefined;
			this.#idle.start();
		});
		return false;
	}

	#refoldHere(work: RefoldWork): void {
		try {
			refoldSlice(work);
			this.#drafted = work.no;
		} catch (error) {
			this.#packing = undefined;
			throw error;
		}
	}

	#packPiece(packer: SlicePacker): void {
		try {
			if (packer.step()) return;
			this.#drafted = packer.no;
		} catch (error) {
			// it reads as well as before, and takes more room: the next start tries again
			this.#packing = undefined;
			throw error;
		} finally {
			if (this.#drafted !== undefined || this.#packing === undefined) this.#endPacking();
		}
	}

	/** A reader may be at the old file: then a moment later. */
	#takeDraft(no: number): boolean {
		if (!this.#slices.takeDraft(no)) return true;
		this.#drafted = undefined;
		this.#packing = undefined;
		return true;
	}

	#endPacking(): void {
		this.#packer?.close();
		this.#packer = undefined;
	}
}
