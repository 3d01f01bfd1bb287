/** A progress bar on a terminal; nothing elsewhere. */
import type { WriteStream } from "node:tty";
import type { ImportProgress } from "./import-logs.ts";

const WIDTH = 24;
const EVERY_MS = 100;

export function progressBar(stream: WriteStream | NodeJS.WriteStream): {
	show: (progress: ImportProgress) => void;
	end: () => void;
} {
	let last = 0;
	let shown = false;
	return {
		show: ({ file, done, all, lines }) => {
			const now = performance.now();
			if (!stream.isTTY || now - last < EVERY_MS) return;
			last = now;
			shown = true;
			const share = all === 0 ? 1 : Math.min(1, done / all);
			const bar = "█".repeat(Math.round(share * WIDTH)).padEnd(WIDTH, "░");
			const what = lines > 0 ? `${lines} lines  ` : "";
			stream.write(`\r\u001b[K${bar} ${Math.floor(share * 100)} %  ${what}${file}`);
		},
		end: () => {
			if (shown) stream.write("\r\u001b[K");
			shown = false;
		},
	};
}
