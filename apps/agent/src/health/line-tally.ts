/**
 * Counts what went through the gate to the hub since the start, and keeps some lines of unknown shape, one for each shape, for whoever
 * looks at this host's `status`. They stay on this host, and show what was read, not its pseudonyms.
 */
import type { LineGate } from "../uplink/build-batch.ts";

export interface LineCounts {
	lines: number;
	bytes: number;
	unparsed: number;
	/** by the host's own rules */
	kept: number;
}

/** shapes that are kept, and characters of each line */
const SAMPLES_MAX = 5;
const SAMPLE_LENGTH = 400;

export class LineTally {
	readonly counts: LineCounts = { lines: 0, bytes: 0, unparsed: 0, kept: 0 };
	readonly #samples = new Map<string, string>();

	/** The newest line of each of the newest shapes that nobody understood. */
	get samples(): string[] {
		return [...this.#samples.values()];
	}

	/** The same gate, counted. */
	counting(gate: LineGate): LineGate {
		return (line, event, reading) => {
			const { counts } = this;
			counts.lines++;
			counts.bytes += Buffer.byteLength(line) + 1;
			if (event.kind === "unparsed") {
				counts.unparsed++;
				this.#keep(shapeOf(event.program, line.slice(reading.messageStart(line))), line);
			}
			const sent = gate(line, event, reading);
			if (!sent) counts.kept++;
			return sent;
		};
	}

	#keep(shape: string, line: string): void {
		this.#samples.delete(shape);
		this.#samples.set(shape, line.slice(0, SAMPLE_LENGTH));
		const [oldest] = this.#samples.keys();
		if (this.#samples.size > SAMPLES_MAX && oldest !== undefined) this.#samples.delete(oldest);
	}
}

const WORDS = 4;

/** The program and its first words without what differs from line to line. */
function shapeOf(program = "", message: string): string {
	const words = message.slice(0, SAMPLE_LENGTH).split(" ", WORDS);
	return [program, ...words.map((word) => (/[\d@]/.test(word) ? "" : word))].join(" ");
}
