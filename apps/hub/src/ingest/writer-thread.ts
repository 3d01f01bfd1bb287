/**
 * The thread that stores lines, as the hub's own thread has it: batches go there as the bytes that came, those of one turn of the
 * event loop together; back come which are stored, ids of hops that changed, and how far each host is. Whatever ends the thread
 * but `close` is told once, and nothing is answered after it.
 */
import type { Worker } from "node:worker_threads";
import type { StoreInfo } from "../store/store.ts";
import type { Ingest, Ingested, Publish } from "./ingest-batch.ts";
import type {
	Failure,
	FromWriter,
	SentBatch,
	SliceWork,
	StoreNews,
	ToWriter,
	TurnEnd,
} from "./writer-messages.ts";

export interface WriterThreadOptions {
	/** begins with what it was started for: to open the store */
	worker: Worker;
	onNews: (news: StoreNews) => void;
	/** true when the draft is whole */
	pack: (slice: SliceWork) => Promise<boolean>;
	onDamaged: (no: number, reason: string) => void;
	onRebuild: (done: number, all: number) => void;
	/** it has ended by itself: nothing can be stored any more */
	onEnded: (error: Error) => void;
}

interface Pending<T> {
	resolve: (value: T) => void;
	reject: (error: Error) => void;
}

export class WriterThread {
	/** The store is open; rejects where it could not be opened. */
	readonly opened: Promise<void>;
	readonly #options: WriterThreadOptions;
	readonly #batches = new Map<number, Pending<Ingested>>();
	readonly #infos = new Map<number, Pending<StoreInfo>>();
	#unsent: SentBatch[] = [];
	#soon: NodeJS.Immediate | undefined;
	#no = 0;
	#state: "opening" | "open" | "closing" | "ended" = "opening";
	#opening: Pending<void> | undefined;
	#closed: (() => void) | undefined;
	#publish: Publish = () => {};

	constructor(options: WriterThreadOptions) {
		this.#options = options;
		this.opened = new Promise((resolve, reject) => {
			this.#opening = { resolve, reject };
		});
		const { worker } = options;
		worker.on("message", (message: FromWriter) => this.#receive(message));
		worker.on("error", (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
		worker.on("exit", (code) => this.#end(new Error(`the thread that stores lines ended with ${code}`)));
	}

	/** Stores batches; who watches is told what changed before the batch is said to be stored. */
	ingestInto(publish: Publish): Ingest {
		this.#publish = publish;
		return (host, batch) =>
			new Promise((resolve, reject) => {
				if (this.#state !== "open") return reject(new Error("lines are not stored any more"));
				const no = this.#no++;
				this.#batches.set(no, { resolve, reject });
				this.#unsent.push({ no, host, batch: batch instanceof Uint8Array ? ownCopy(batch) : batch });
				this.#soon ??= setImmediate(() => this.#send());
			});
	}

	info(): Promise<StoreInfo> {
		return new Promise((resolve, reject) => {
			if (this.#state === "ended") return reject(new Error("the store is closed"));
			const no = this.#no++;
			this.#infos.set(no, { resolve, reject });
			this.#post({ type: "info", no });
		});
	}

	setAside(damaged: number, reason: string): void {
		this.#post({ type: "set-aside", damaged, reason });
	}

	/** Everything that was handed over is stored first. */
	async close(): Promise<void> {
		if (this.#state === "ended") return;
		this.#send();
		this.#state = "closing";
		const closed = new Promise<void>((resolve) => {
			this.#closed = resolve;
		});
		this.#post({ type: "close" });
		await closed;
	}

	#send(): void {
		clearImmediate(this.#soon);
		this.#soon = undefined;
		if (this.#unsent.length === 0) return;
		const batches = this.#unsent;
		this.#unsent = [];
		const moved = batches.flatMap(({ batch }) => (batch instanceof Uint8Array ? [batch.buffer] : []));
		this.#post({ type: "batches", batches }, moved as ArrayBuffer[]);
	}

	#post(message: ToWriter, moved: ArrayBuffer[] = []): void {
		this.#options.worker.postMessage(message, moved);
	}

	#receive(message: FromWriter): void {
		switch (message.type) {
			case "turn":
				return this.#turn(message.turn);
			case "info":
				return this.#tellInfo(message);
			case "damaged":
				return this.#options.onDamaged(message.no, message.reason);
			case "rebuild":
				return this.#options.onRebuild(message.done, message.all);
			case "pack":
				return void this.#pack(message.slice);
			case "closed":
				this.#state = "ended";
				return this.#closed?.();
		}
	}

	#tellInfo(message: Extract<FromWriter, { type: "info" }>): void {
		const asked = this.#infos.get(message.no);
		this.#infos.delete(message.no);
		if ("info" in message) asked?.resolve(message.info);
		else asked?.reject(errorOf(message.failure));
	}

	async #pack(slice: SliceWork): Promise<void> {
		const isWhole = await this.#options.pack(slice);
		this.#post({ type: "packed", isWhole });
	}

	#turn({ news, changed, gone, ended }: TurnEnd): void {
		this.#options.onNews(news);
		if (this.#state === "opening") {
			this.#state = "open";
			this.#opening?.resolve();
		}
		if (changed.length > 0 || gone.length > 0) this.#publish(changed, gone);
		for (const end of ended) {
			const batch = this.#batches.get(end.no);
			this.#batches.delete(end.no);
			if ("result" in end) batch?.resolve(end.result);
			else batch?.reject(errorOf(end.failure));
		}
	}

	#end(error: Error): void {
		if (this.#state === "ended") return;
		const before = this.#state;
		this.#state = "ended";
		for (const { reject } of [...this.#batches.values(), ...this.#infos.values()]) reject(error);
		if (before === "opening") return this.#opening?.reject(error);
		this.#closed?.();
		this.#options.onEnded(error);
	}
}

/** To be given away: what a socket read may share its memory with what it reads next. */
function ownCopy(bytes: Uint8Array): Uint8Array {
	return new Uint8Array(bytes);
}

function errorOf({ message, stack }: Failure): Error {
	return Object.assign(new Error(message), stack !== undefined && { stack });
}
