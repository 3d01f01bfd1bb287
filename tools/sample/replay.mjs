/**
 * Keeps the sample hosts alive: every few seconds a recorded conversation begins again, its lines appended to the hosts'
 * logs when they are due. The logs stay bounded: one that has grown is rotated as logrotate does, by rename.
 */
import { randomInt } from "node:crypto";
import { appendFileSync, renameSync, statSync } from "node:fs";
import { conversations } from "./conversations.mjs";
import { retell } from "./retell.mjs";
import { sampleLog } from "../../packages/sample/src/shift.mjs";

const TICK_MS = 50;
const ROTATE_BYTES = 8 << 20;

export class Replay {
	#pool;
	#next = 0;
	#startAt = 0;
	/** lines to come, in time order */
	#due = [];
	#timer;

	/** @param {import("../../packages/sample/src/recording.mjs").RecordedHost[]} hosts @param {string} folder @param {string} zone */
	constructor(hosts, folder, zone) {
		this.#pool = shuffled(conversations(hosts));
		this.folder = folder;
		this.zone = zone;
	}

	/** @param {(error: Error) => void} onEnd called once when it cannot go on: no room on the disk, the folder gone */
	start(onEnd) {
		if (this.#pool.length === 0) return;
		this.#timer = setInterval(() => {
			try {
				this.tick(Date.now());
			} catch (error) {
				this.stop();
				onEnd(error);
			}
		}, TICK_MS);
	}

	stop() {
		clearInterval(this.#timer);
	}

	/** Writes what is due at `now`. */
	tick(now) {
		if (now >= this.#startAt) {
			const conversation = this.#pool[this.#next++ % this.#pool.length];
			this.#due = [...this.#due, ...retell(conversation, now, this.zone)].sort((a, b) => a.at - b.at);
			this.#startAt = now + randomInt(2_000, 4_000);
		}
		const count = this.#due.findIndex((line) => line.at > now);
		const lines = this.#due.splice(0, count < 0 ? this.#due.length : count);
		for (const [host, own] of grouped(lines)) {
			this.#append(host, own.map((line) => `${line.text}\n`).join(""));
		}
	}

	#append(host, text) {
		const log = sampleLog(this.folder, host);
		appendFileSync(log, text);
		if (statSync(log).size > ROTATE_BYTES) {
			renameSync(log, `${log}.1`);
			appendFileSync(log, "");
		}
	}
}

function grouped(lines) {
	const groups = new Map();
	for (const line of lines) groups.set(line.host, [...(groups.get(line.host) ?? []), line]);
	return groups;
}

function shuffled(list) {
	for (let index = list.length - 1; index > 0; index--) {
		const other = randomInt(index + 1);
		[list[index], list[other]] = [list[other], list[index]];
	}
	return list;
}
