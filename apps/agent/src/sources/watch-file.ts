/**
 * Tells at once when something changes beside a log file (inotify on its folder), and keeps trying where it cannot.
 * Only a hint: the follower also looks by itself several times a second, for file systems that tell nothing.
 */
import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

const RETRY_MS = 5000;

/** Calls `changed` on every change of `path` or a file whose name begins with it. Returns how to stop. */
export function watchFile(path: string, changed: () => void): () => void {
	const base = basename(path);
	let watcher: FSWatcher | undefined;
	let timer: NodeJS.Timeout | undefined;
	let stopped = false;

	function retry(): void {
		watcher?.close();
		watcher = undefined;
		if (stopped || timer) return;
		timer = setTimeout(() => {
			timer = undefined;
			start();
		}, RETRY_MS);
	}

	function start(): void {
		try {
			watcher = watch(dirname(path), (_event, name) => {
				if (name === null || name.startsWith(base)) changed();
			});
			watcher.on("error", retry);
		} catch {
			// no such folder yet, or no more watches: the follower still looks by itself
			retry();
		}
	}

	start();
	return () => {
		stopped = true;
		clearTimeout(timer);
		watcher?.close();
	};
}
