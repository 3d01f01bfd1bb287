/** Reads one log line by line and, on a terminal, shows how far it is. */
import { openLog } from "./open-log.ts";
import { LineSplitter } from "./split-lines.ts";

/** Between chunks `pause` may wait, so that output is written before more is read. */
export async function readLines(
	file: string,
	onLine: (line: string, number: number) => void,
	pause: () => Promise<void> | undefined = () => undefined,
): Promise<void> {
	const log = await openLog(file);
	const splitter = new LineSplitter();
	const progress = showProgress(file, log.size, log.read);
	let number = 0;
	const count = (line: string): void => onLine(line, ++number);
	try {
		for await (const chunk of log.chunks) {
			splitter.push(chunk, count);
			await pause();
		}
		splitter.end(count);
	} finally {
		progress.end();
	}
	if (splitter.cut > 0) {
		process.stderr.write(`mailtrail: ${file}: ${splitter.cut} lines longer than 1 MiB were cut there\n`);
	}
}

/** Nothing on a file that is read within a second, or where nobody looks. */
function showProgress(file: string, size: number | undefined, read: () => number): { end(): void } {
	if (!process.stderr.isTTY || size === undefined || size === 0) {
		return { end: () => undefined };
	}
	let shown = false;
	const timer = setInterval(() => {
		shown = true;
		process.stderr.write(`\r\x1b[K${file} ${Math.floor((read() / size) * 100)} %`);
	}, 1000);
	return {
		end() {
			clearInterval(timer);
			if (shown) process.stderr.write("\r\x1b[K");
		},
	};
}
