/**
 * One copy of the recorded logs with today's times, below the data directory: the recording ended a few minutes ago.
 * Made once: a second start finds it and goes on from there, nothing is doubled.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeTime } from "./log-time.mjs";

const ENDED_AGO_MS = 3 * 60_000;

/** @returns {string} */
export function sampleLog(folder, host) {
	return join(folder, host, "mail.log");
}

/**
 * @param {import("./recording.mjs").RecordedHost[]} hosts
 * @param {string} folder
 * @param {number} now epoch milliseconds
 * @param {string} zone of those who read times without one
 */
export function writeShiftedOnce(hosts, folder, now, zone) {
	if (existsSync(folder)) return;
	// complete or not at all: an interrupted copy must not pass for the whole
	const unfinished = `${folder}.unfinished`;
	rmSync(unfinished, { recursive: true, force: true });
	for (const host of hosts) {
		mkdirSync(join(unfinished, host.host), { recursive: true });
		writeFileSync(sampleLog(unfinished, host.host), shifted(host, now, zone));
	}
	renameSync(unfinished, folder);
}

/**
 * The log with today's times. A log file has whole lines: what a web page broke in two is put together (`~` stands where the
 * page left lines out, it is the rest of none).
 * @returns {string}
 */
export function shifted(host, now, zone) {
	const by = now - ENDED_AGO_MS - host.until;
	let text = "";
	for (const line of host.lines) {
		const whole = line.at === undefined ? line.text : writeTime(line.text, line.at + by, zone);
		const isRest = line.at === undefined && !whole.startsWith("~");
		text += text === "" || isRest ? whole : `\n${whole}`;
	}
	return `${text}\n`;
}
