/**
 * Reader threads over the same files as the writer's: the thread that serves sockets never waits for a question. Each reader
 * takes a few at a time (they yield between pieces of work), more wait in order, too many are refused. One runs from the start, others
 * from the first time that questions come beside each other: each takes fifty megabytes. The first takes no question that may take
 * long as soon as there is another. A reader that ends is replaced and its questions fail; one that does not answer is ended.
 */
import type { Worker } from "node:worker_threads";
import { HubError } from "../http/errors.ts";
import { isLong } from "./long-questions.ts";
import type { Ask } from "./questions.ts";
import type { StoreFiles } from "../store/store.ts";
import type { FromReader, ToReader } from "./reader-messages.ts";

export interface ReaderPoolOptions {
	/** a reader thread */
	start: () => Worker;
	/** at the most */
	readers: number;
	/** what makes up the store at this moment, everything committed so far in it; the same object until something changes */
	files: () => StoreFiles;
	onError: (error: unknown) => void;
	/** a reader found this file damaged and goes on without it */
	onDamaged: (no: number, reason: string) => void;
	/** how long a question may take */
	timeoutMs?: number;
}

interface Waiting {
	message: Omit<Extract<ToReader, { type: "ask" }>, "files">;
	isLong: boolean;
	resolve: (answer: unknown) => void;
	reject: (error: Error) => void;
	timer?: NodeJS.Timeout;
}

const AT_ONCE = 4;
const WAITING_MAX = 256;
const TIMEOUT_MS = 30_000;

export class ReaderPool {
	readonly #options: ReaderPoolOptions;
	readonly #readers: Reader[] = [];
	readonly #queue: Waiting[] = [];
	#id = 0;
	#isClosed = false;

	constructor(options: ReaderPoolOptions) {
		this.#options = options;
		this.#readers.push(this.#start());
	}

	readonly ask: Ask = (name, asked, signal) =>
		new Promise((resolve, reject) => {
			if (signal?.aborted) return reject(signal.reason);
			if (this.#isClosed) return reject(new HubError("internal"));
			if (this.#queue.length >= WAITING_MAX) return reject(new HubError("too-busy"));
			const id = this.#id++;
			const waiting: Waiting = {
				message: { type: "ask", id, name, asked },
				isLong: isLong(name, asked),
				// the reader answers with what the question of this name gives
				resolve: (answer) => resolve(answer as Awaited<ReturnType<Ask>> as never),
				reject,
			};
			signal?.addEventListener("abort", () => this.#cancel(waiting, signal), { once: true });
			this.#queue.push(waiting);
			this.#dispatch();
		});

	async close(): Promise<void> {
		this.#isClosed = true;
		for (const { reject } of this.#queue.splice(0)) reject(new HubError("internal"));
		await Promise.all(this.#readers.map((reader) => reader.worker.terminate()));
	}

	#start(): Reader {
		const { start, onError } = this.#options;
		const reader: Reader = { worker: start(), busy: new Map(), isReady: false };
		reader.worker.on("message", (message: FromReader) => this.#settle(reader, message));
		reader.worker.on("error", onError);
		reader.worker.on("exit", () => this.#ended(reader));
		reader.worker.unref();
		return reader;
	}

	#ended(reader: Reader): void {
		for (const { reject, timer } of reader.busy.values()) {
			clearTimeout(timer);
			reject(new HubError("internal"));
		}
		reader.busy.clear();
		if (this.#isClosed) return;
		this.#readers[this.#readers.indexOf(reader)] = this.#start();
		this.#dispatch();
	}

	#dispatch(): void {
		for (let next = this.#next(); next; next = this.#next()) {
			const { waiting, reader } = next;
			if (reader.busy.size > 0 && this.#readers.length < this.#options.readers)
				this.#readers.push(this.#start());
			reader.busy.set(waiting.message.id, waiting);
			waiting.timer = setTimeout(() => {
				this.#options.onError(new Error(`a question took too long and was ended: ${waiting.message.name}`));
				void reader.worker.terminate();
			}, this.#options.timeoutMs ?? TIMEOUT_MS);
			const files = this.#options.files();
			const isNews = reader.told !== files;
			reader.told = files;
			reader.worker.postMessage({ ...waiting.message, ...(isNews && { files }) } satisfies ToReader);
		}
	}

	/** The first of the queue that a reader takes: those that may take long wait for one of theirs, and others pass them. */
	#next(): { waiting: Waiting; reader: Reader } | undefined {
		for (const isLong of this.#queue[0]?.isLong ? [true, false] : [false, true]) {
			const at = this.#queue.findIndex((each) => each.isLong === isLong);
			const reader = at < 0 ? undefined : this.#readerFor(isLong);
			const [waiting] = reader ? this.#queue.splice(at, 1) : [];
			if (waiting && reader) return { waiting, reader };
		}
		return undefined;
	}

	/** The one with least to do. One that is still being started takes questions only where there is no other. */
	#readerFor(isLong: boolean): Reader | undefined {
		const ready = this.#readers.filter(({ isReady }) => isReady);
		const some = ready.length > 0 ? ready : this.#readers;
		return (isLong && some.length > 1 ? some.slice(1) : some)
			.filter(({ busy }) => busy.size < AT_ONCE)
			.reduce<Reader | undefined>(
				(best, each) => (best && loadOf(best) <= loadOf(each) ? best : each),
				undefined,
			);
	}

	#settle(reader: Reader, message: FromReader): void {
		if (message.type === "ready") {
			reader.isReady = true;
			return this.#dispatch();
		}
		if (message.type === "damaged") return this.#options.onDamaged(message.no, message.reason);
		const waiting = reader.busy.get(message.id);
		if (!waiting) return;
		clearTimeout(waiting.timer);
		reader.busy.delete(message.id);
		if (message.type === "answer") waiting.resolve(message.answer);
		else {
			// it may be that what it was told of could not be opened
			delete reader.told;
			this.#options.onError(Object.assign(new Error(message.message), { stack: message.stack }));
			waiting.reject(new HubError("internal"));
		}
		this.#dispatch();
	}

	#cancel(waiting: Waiting, signal: AbortSignal): void {
		const at = this.#queue.indexOf(waiting);
		if (at >= 0) this.#queue.splice(at, 1);
		else {
			const { id } = waiting.message;
			const reader = this.#readers.find(({ busy }) => busy.has(id));
			reader?.worker.postMessage({ type: "cancel", id } satisfies ToReader);
		}
		const reason: unknown = signal.reason;
		waiting.reject(reason instanceof Error ? reason : new Error("cancelled"));
	}
}

interface Reader {
	worker: Worker;
	busy: Map<number, Waiting>;
	isReady: boolean;
	told?: StoreFiles;
}

function loadOf({ busy }: Reader): number {
	let load = busy.size;
	for (const { isLong } of busy.values()) if (isLong) load += AT_ONCE;
	return load;
}
