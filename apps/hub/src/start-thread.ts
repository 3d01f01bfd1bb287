/**
 * Starts a thread of the hub. Built, its code is a text that stands in the hub's one file as its last line, in a comment (`build.mjs`): a
 * thread that reads what the hub serves pages and sockets with takes thirty megabytes more.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ResourceLimits, Worker } from "node:worker_threads";
import type { ThreadWork } from "./main-thread.ts";

export function startThread(workerData: ThreadWork, resourceLimits: ResourceLimits = {}): Worker {
	const options = { name: nameOf(workerData), workerData, resourceLimits };
	if (import.meta.url.endsWith(".ts"))
		return new Worker(new URL("./main-thread.ts", import.meta.url), options);
	const file = readFileSync(fileURLToPath(import.meta.url), "latin1");
	const code: string = JSON.parse(file.slice(file.lastIndexOf("\n//") + 3));
	// said to be no module, it is not parsed once more to find that out: a third of what a thread's start takes
	return new Worker(code, { ...options, eval: true, execArgv: ["--input-type=commonjs"] });
}

/** As `top -H` shows it. */
function nameOf(work: ThreadWork): string {
	return "data" in work ? "reader" : "write" in work ? "writer" : "packer";
}
