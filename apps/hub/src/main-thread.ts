/** A thread beside the hub's own: a reader, the one that stores lines, or the one that packs closed slices. */
import { workerData } from "node:worker_threads";
import { type ReaderWork, runReader } from "./main-reader.ts";
import { type PackerWork, runPacker } from "./main-packer.ts";
import { runWriter, type WriterWork } from "./main-writer.ts";

/** What a thread is started for. */
export type ThreadWork = ReaderWork | WriterWork | PackerWork;

function runThread(): void {
	const work = workerData as ThreadWork;
	if ("data" in work) return runReader(work);
	if ("write" in work) return runWriter(work.write);
	return runPacker();
}

runThread();
