/**
 * How far a file is read, on the last line of a terminal: nothing on what is read within a second, or where nobody looks. The
 * line is cleared when the reading ends. Nothing listens for Ctrl-C: reading gives the loop of events no turn, so a listener would
 * only be called at its end.
 */

const FIRST_MS = 1000;
const AGAIN_MS = 250;
const BAR = 20;

export interface Progress {
	/** To be called now and then. */
	moved(): void;
	end(): void;
}

const SILENT: Progress = { moved: () => undefined, end: () => undefined };

/** @param unit what is counted: bytes, shown as megabytes, or lines in thousands */
export function showProgress(
	name: string,
	size: number | undefined,
	read: () => number,
	unit: "bytes" | "lines" = "bytes",
): Progress {
	if (!process.stderr.isTTY) return SILENT;
	const started = performance.now();
	let due = started + FIRST_MS;
	let shown = false;
	const clear = (): void => {
		if (shown) process.stderr.write("\r\x1b[K");
	};
	return {
		moved() {
			const now = performance.now();
			if (now < due) return;
			due = now + AGAIN_MS;
			shown = true;
			const width = (process.stderr.columns ?? 80) - 1;
			const text = progressLine(name, read(), size, (now - started) / 1000, unit);
			process.stderr.write(`\r\x1b[K${text.slice(0, width)}`);
		},
		end: clear,
	};
}

/** `mail.log  [#########-----------]  45 %  450 of 1000 MB  230 MB/s` */
export function progressLine(
	name: string,
	read: number,
	size: number | undefined,
	seconds: number,
	unit: "bytes" | "lines" = "bytes",
): string {
	const [one, words] = unit === "bytes" ? [1e6, "MB"] : [1e3, "thousand lines"];
	const rate = `${Math.round(read / one / seconds)} ${words}/s`;
	if (size === undefined || size === 0) return `${name}  ${Math.round(read / one)} ${words}  ${rate}`;
	// a log that grows while it is read is never more than whole
	const share = Math.min(1, read / size);
	const filled = Math.floor(share * BAR);
	const bar = `[${"#".repeat(filled)}${"-".repeat(BAR - filled)}]`;
	const amount = `${Math.round(read / one)} of ${Math.round(size / one)} ${words}`;
	return `${name}  ${bar}  ${Math.floor(share * 100)} %  ${amount}  ${rate}`;
}
