/**
 * Sources that are named by a pattern (`/var/log/exim4/*mainlog*`): the logs that fit it now, and those that come later.
 * A rotated or compressed piece of a log is no log of its own: it belongs to the one that it was.
 */
import { globSync } from "node:fs";
import { basename, dirname } from "node:path";
import { COMPRESSED, isRotated } from "./rotated.ts";

const PATTERN = /[*?[{]/;
const NUMBERED = /\.\d{1,5}$/;
const LOOK_MS = 2000;

/** Whether a source is a pattern and not a path. */
export function isPattern(source: string): boolean {
	return source.startsWith("/") && PATTERN.test(source);
}

/** The logs that fit a pattern, rotated pieces left out; `known` are followed already. */
export function logsOf(pattern: string, known: readonly string[] = []): string[] {
	const found = globSync(pattern).sort();
	const logs = [...new Set([...known, ...found])];
	return found.filter((path) => {
		if (NUMBERED.test(path) || COMPRESSED.test(path)) return false;
		return !logs.some((log) => dirname(log) === dirname(path) && isRotated(basename(path), basename(log)));
	});
}

/** Calls `found` for every log that comes to fit one of the patterns. Returns how to stop. */
export function watchPatterns(
	patterns: readonly string[],
	known: readonly string[],
	found: (path: string) => void,
): () => void {
	if (patterns.length === 0) return () => {};
	const logs = [...known];
	const timer = setInterval(() => {
		for (const path of patterns.flatMap((pattern) => logsOf(pattern, logs))) {
			if (logs.includes(path)) continue;
			logs.push(path);
			found(path);
		}
	}, LOOK_MS);
	return () => clearInterval(timer);
}
