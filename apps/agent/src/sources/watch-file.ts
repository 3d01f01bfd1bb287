/**
 * Tells at once when something changes beside a log file (inotify on its folder), and keeps trying where it cannot.
 * Only a hint: the follower also looks by itself, and asks for a new watch where this one told nothing of what it found.
 */
import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

const RETRY_MS = 5000;

export interface FileWatch {
	/** A folder that was removed and made again is another one, and the system does not say so. */
	renew(): void;
	/** Tells nothing from now on until it is renewed. */
	rest(): void;
	readonly isResting: boolean;
	stop(): void;
}

/** Calls `changed` on every change of `path` or a file whose name begins with it. */
export function watchFile(path: string, changed: () => void): FileWatch {
	const base = basename(path);
	let watcher: FSWatcher | undefined;
	let timer: NodeJS.Timeout | undefined;
	let stopped = false;

	function close(): void {
		watcher?.close();
		watcher = undefined;
		clearTimeout(timer);
		timer = undefined;
	}

	function retry(): void {
		close();
		if (!stopped) timer = setTimeout(start, RETRY_MS);
	}

	function start(): void {
		close();
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
	return {
		renew: start,
		rest: close,
		get isResting() {
			return watcher === undefined && timer === undefined;
		},
		stop() {
			stopped = true;
			close();
		},
	};
}
