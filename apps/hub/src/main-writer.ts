/**
 * The thread that stores lines: it alone writes to the store's files. It reads the batches that the hub's own thread hands over, folds and
 * commits them, and has slices packed in other threads. What it has to tell of one turn goes back together, and nothing is said to
 * be stored before it is.
 */
import { parentPort } from "node:worker_threads";
import { createIngest } from "./ingest/ingest-batch.ts";
import type { Failure, FromWriter, ToWriter, TurnEnd } from "./ingest/writer-messages.ts";
import { openLines, type SqliteLines, type SqliteOptions } from "./store/sqlite/sqlite-store.ts";
import type { StoreFiles } from "./store/store.ts";

export type WriterOptions = Pick<SqliteOptions, "retention" | "linesPerSlice">;

/** What this thread is started for; who starts it holds the folder's lock. */
export interface WriterWork {
	write: WriterOptions & { data: string };
}

export function runWriter({ data, ...options }: WriterWork["write"]): void {
	const turn = new Turn(() => store);
	let packed: (isWhole: boolean) => void = () => {};
	const store = openLines(data, {
		...options,
		packElsewhere: (slice) => {
			send({ type: "pack", slice });
			return new Promise((resolve) => {
				packed = resolve;
			});
		},
		onRebuild: (done, all) => send({ type: "rebuild", done, all }),
		onDamaged: (no, reason) => send({ type: "damaged", no, reason }),
		onFiles: () => turn.note({}),
	});
	const ingest = createIngest(store, (changed, gone) => turn.note({ changed, gone }), Date.now);
	parentPort?.on("message", (message: ToWriter) => {
		switch (message.type) {
			case "batches":
				for (const { no, host, batch } of message.batches)
					ingest(host, batch).then(
						(result) => turn.note({ ...(result.ok && { host }), ended: { no, result } }),
						(error: unknown) => turn.note({ ended: { no, failure: failureOf(error) } }),
					);
				return;
			case "info":
				return void store.info().then(
					(info) => send({ type: "info", no: message.no, info }),
					(error: unknown) => send({ type: "info", no: message.no, failure: failureOf(error) }),
				);
			case "packed":
				return packed(message.isWhole);
			case "set-aside":
				return void store.setAside(message.damaged, message.reason);
			case "close":
				store.close();
				// what was committed by closing is told first
				return void setImmediate(() => {
					send({ type: "closed" });
					parentPort?.close();
				});
		}
	});
	turn.tell();
	store.prepare();
}

/** What is to be told when this turn of the event loop is over. */
class Turn {
	readonly #store: () => SqliteLines;
	#told: StoreFiles | undefined;
	#hosts = new Set<string>();
	#end: Omit<TurnEnd, "news"> = { changed: [], gone: [], ended: [] };
	#isPlanned = false;

	constructor(store: () => SqliteLines) {
		this.#store = store;
	}

	note(what: { host?: string; changed?: string[]; gone?: string[]; ended?: TurnEnd["ended"][number] }): void {
		if (what.host !== undefined) this.#hosts.add(what.host);
		for (const id of what.changed ?? []) this.#end.changed.push(id);
		for (const id of what.gone ?? []) this.#end.gone.push(id);
		if (what.ended) this.#end.ended.push(what.ended);
		if (this.#isPlanned) return;
		this.#isPlanned = true;
		// behind all promises that a commit has settled, before the next commit begins
		process.nextTick(() => this.tell());
	}

	tell(): void {
		const [end, hosts, store] = [this.#end, this.#hosts, this.#store()];
		this.#isPlanned = false;
		this.#end = { changed: [], gone: [], ended: [] };
		this.#hosts = new Set();
		const files = store.files();
		const isNews = files !== this.#told;
		this.#told = files;
		const news = isNews ? { files, hosts: store.states() } : { hosts: store.states(hosts) };
		send({ type: "turn", turn: { news, ...end } });
	}
}

function failureOf(error: unknown): Failure {
	const { message, stack } = error instanceof Error ? error : new Error(String(error));
	return { message, ...(stack !== undefined && { stack }) };
}

const send = (message: FromWriter) => parentPort?.postMessage(message);
