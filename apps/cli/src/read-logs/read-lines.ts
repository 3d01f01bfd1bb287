/** Reads one log line by line, as bytes or as text, and on a terminal shows how far it is. */
import { harmless } from "../print/pen.ts";
import { openLog } from "./open-log.ts";
import { showProgress } from "./progress.ts";
import { LINE_MAX, LineSplitter, type OnLine } from "./split-lines.ts";

type Pause = () => Promise<void> | undefined;

/** Between chunks `pause` may wait, so that output is written before more is read. */
export async function readLineBytes(
	file: string,
	onLine: OnLine,
	pause: Pause = () => undefined,
): Promise<void> {
	const log = await openLog(file);
	const splitter = new LineSplitter();
	const progress = showProgress(file, log.size, log.read);
	try {
		for await (const chunk of log.chunks) {
			splitter.push(chunk, onLine);
			progress.moved();
			await pause();
		}
		splitter.end(onLine);
	} finally {
		progress.end();
	}
	if (splitter.cut > 0) {
		process.stderr.write(
			`mailtrail: ${harmless(file)}: ${splitter.cut} lines longer than ${LINE_MAX >> 20} MiB were cut there\n`,
		);
	}
}

/** The same as text, with the number of each line. */
export async function readLines(
	file: string,
	onLine: (line: string, number: number) => void,
	pause?: Pause,
): Promise<void> {
	let number = 0;
	await readLineBytes(
		file,
		(bytes, start, end) => onLine(bytes.toString("utf8", start, end), ++number),
		pause,
	);
}
