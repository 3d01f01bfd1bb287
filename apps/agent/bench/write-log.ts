/** Mail logs of any length out of the recorded sample: real lines, repeated, of four hosts of a relay chain. */
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

const SAMPLES = join(import.meta.dirname, "../../../samples/relay-chain");

export function readSample(): string[] {
	return readdirSync(SAMPLES, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.flatMap((host) => readFileSync(join(SAMPLES, host.name, "mail.log"), "utf8").split("\n"))
		.filter((line) => line !== "");
}

/** Writes whole lines until the file has `bytes`; returns how many it has then. */
export function writeLog(path: string, bytes: number): number {
	const text = Buffer.from(`${readSample().join("\n")}\n`);
	const fd = openSync(path, "w");
	let written = 0;
	while (written < bytes) written += writeSync(fd, text);
	closeSync(fd);
	return written;
}

/** Appends so many lines a second, evenly, for so many seconds; returns how many bytes that were. */
export function writeSteadily(path: string, perSecond: number, seconds: number): Promise<number> {
	const sample = readSample();
	const fd = openSync(path, "a");
	const startedAt = performance.now();
	let lines = 0;
	let bytes = 0;
	return new Promise((done) => {
		const timer = setInterval(() => {
			const due = Math.min(seconds, (performance.now() - startedAt) / 1000) * perSecond;
			let text = "";
			for (; lines < due; lines++) text += `${sample[lines % sample.length]}\n`;
			bytes += writeSync(fd, text);
			if (lines < seconds * perSecond) return;
			clearInterval(timer);
			closeSync(fd);
			done(bytes);
		}, 10);
	});
}
