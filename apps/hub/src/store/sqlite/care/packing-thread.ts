/**
 * Slices that are packed in a thread of their own (`main-packer.ts`). It is started with the first and ends when none has come for a while: its
 * code is warm then for the next one, and an idle hub has none.
 */
import type { Worker } from "node:worker_threads";
import type { PackElsewhere } from "./background.ts";

const KEPT_MS = 30_000;

export interface PackingThreadOptions {
	start: () => Worker;
	onTrouble: (error: unknown) => void;
	/** how long it stays without work */
	keptMs?: number;
}

export class PackingThread {
	readonly #options: PackingThreadOptions;
	#worker: Worker | undefined;
	#idle: NodeJS.Timeout | undefined;

	constructor(options: PackingThreadOptions) {
		this.#options = options;
	}

	/** One slice at a time. False where its draft is not whole: the thread has ended then. */
	readonly pack: PackElsewhere = (slice) => {
		clearTimeout(this.#idle);
		const worker = this.#worker ?? this.#start();
		return new Promise((resolve) => {
			const onWhole = () => {
				worker.off("exit", onExit);
				this.#idle = setTimeout(() => void this.close(), this.#options.keptMs ?? KEPT_MS);
				this.#idle.unref();
				resolve(true);
			};
			const onExit = () => {
				worker.off("message", onWhole);
				resolve(false);
			};
			worker.once("message", onWhole);
			worker.once("exit", onExit);
			worker.postMessage(slice);
		});
	};

	/** What it is writing is begun anew by whoever opens the store. */
	async close(): Promise<void> {
		clearTimeout(this.#idle);
		const worker = this.#worker;
		this.#worker = undefined;
		await worker?.terminate();
	}

	#start(): Worker {
		const worker = this.#options.start();
		worker.unref();
		worker.on("error", this.#options.onTrouble);
		worker.once("exit", () => {
			if (this.#worker === worker) this.#worker = undefined;
		});
		this.#worker = worker;
		return worker;
	}
}
