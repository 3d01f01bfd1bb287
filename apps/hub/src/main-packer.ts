/**
 * The thread that packs closed slices, or makes their views anew, one after the other: while many lines come in, a thread for each slice
 * would read its code and have it compiled every few seconds. What goes wrong ends it.
 */
import { constants, setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import type { SliceWork } from "./ingest/writer-messages.ts";
import { packSlice } from "./store/sqlite/care/pack-slice.ts";
import { refoldSlice } from "./store/sqlite/care/refold-slice.ts";
import { forgetBlocks } from "./store/sqlite/slice/blocks.ts";

/** What this thread is started for; slices come as messages, and each is answered when its draft is whole. */
export interface PackerWork {
	pack: true;
}

export function runPacker(): void {
	// on Linux a priority is a thread's own (setpriority(2), NOTES): what is packed waits for what is being asked and stored
	if (process.platform === "linux") setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
	parentPort?.on("message", ({ files, ...slice }: SliceWork) => {
		if (files) refoldSlice({ ...slice, files });
		else packSlice(slice);
		// nobody reads them again
		forgetBlocks();
		parentPort?.postMessage("whole");
	});
}
