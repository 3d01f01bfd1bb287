/** The recorded logs in `samples/`: hosts and lines with the time of each. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readTime } from "./log-time.mjs";

/**
 * @typedef {{ text: string, at: number | undefined }} RecordedLine
 * @typedef {{ host: string, mta: string, zone: string, until: number, chain: boolean, lines: RecordedLine[] }} RecordedHost
 *   `chain`: recorded together with the others, on one clock
 */

/** @returns {RecordedHost[]} */
export function readRecording(samples) {
	const manifest = JSON.parse(readFileSync(join(samples, "manifest.json"), "utf8"));
	return manifest.hosts.map((entry) => {
		const until = Date.parse(entry.recordedUntil ?? manifest.recordedUntil);
		const reading = { zone: entry.zone, year: new Date(until).getUTCFullYear() };
		const text = readFileSync(join(samples, entry.file), "utf8");
		const lines = text
			.replace(/\n$/, "")
			.split("\n")
			.map((line) => ({ text: line, at: readTime(line, reading) }));
		const { host, mta, zone } = entry;
		return { host, mta, zone, until, chain: entry.recordedUntil === undefined, lines };
	});
}
