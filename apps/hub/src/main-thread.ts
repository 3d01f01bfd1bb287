/** A thread beside the hub's own: a reader, the one that stores lines, or one that packs a closed slice, or makes its view anew, and ends. */
import { constants, setPriority } from "node:os";
import { workerData } from "node:worker_threads";
import { type ReaderWork, runReader } from "./main-reader.ts";
import { runWriter, type WriterWork } from "./main-writer.ts";
import { packSlice } from "./store/sqlite/care/pack-slice.ts";
import { refoldSlice } from "./store/sqlite/care/refold-slice.ts";
import type { SliceWork } from "./ingest/writer-messages.ts";

/** What a thread is started for. `pack`: one slice, with `files` made anew before. */
export type ThreadWork = ReaderWork | WriterWork | { pack: SliceWork };

function runThread(): void {
	const work = workerData as ThreadWork;
	if ("data" in work) return runReader(work);
	if ("write" in work) return runWriter(work.write);
	// on Linux a priority is a thread's own (setpriority(2), NOTES): what is packed waits for what is being asked and stored
	if (process.platform === "linux") setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
	const { files, ...slice } = work.pack;
	return files ? refoldSlice({ ...slice, files }) : packSlice(slice);
}

runThread();
