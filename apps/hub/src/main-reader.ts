/**
 * A reader: answers questions over the store's files, which another thread writes. It opens what the hub names with each question,
 * read-only, and sees everything that was committed before it was asked.
 */
import { parentPort } from "node:worker_threads";
import { answer } from "./questions/questions.ts";
import type { FromReader, ToReader } from "./questions/reader-messages.ts";
import { guarded } from "./store/sqlite/reading/guarded-reads.ts";
import { ReadSlices } from "./store/sqlite/reading/read-slices.ts";
import { readsOf } from "./store/sqlite/reading/slice-reads.ts";
import type { StoreFiles } from "./store/store.ts";

/** What this thread is started for. */
export interface ReaderWork {
	data: string;
}

export function runReader(work: ReaderWork): void {
	const send = (message: FromReader) => parentPort?.postMessage(message);
	const slices = new ReadSlices(work.data);
	const store = guarded(readsOf(slices), ({ no, message }) => {
		send({ type: "damaged", no, reason: message });
		return slices.forget(no);
	});
	const follow = async (files: StoreFiles | undefined) => {
		if (files) slices.follow(files);
		slices.refresh();
	};
	const running = new Map<number, AbortController>();
	parentPort?.on("message", (message: ToReader) => {
		if (message.type === "cancel") return running.get(message.id)?.abort();
		const { id, name, asked } = message;
		const ended = new AbortController();
		running.set(id, ended);
		follow(message.files)
			.then(() => answer(store, name, asked as never, ended.signal))
			.then((found) => send({ type: "answer", id, answer: found }))
			.catch((error: unknown) => {
				const { message: text, stack } = error instanceof Error ? error : new Error(String(error));
				if (ended.signal.aborted) send({ type: "answer", id, answer: undefined });
				else send({ type: "failed", id, message: text, ...(stack !== undefined && { stack }) });
			})
			.finally(() => running.delete(id));
	});
	send({ type: "ready" });
}
