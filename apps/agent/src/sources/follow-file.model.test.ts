/**
 * The follower against a model: random writing, tearing, rotating, truncating, overwriting, deleting, replacing, compressing, reading,
 * committing, killing, and clocks that jump. In the end every line that was written is committed exactly once; a line may be missing only
 * where no reader could have had it (truncated or deleted before anybody read it).
 */
import * as fs from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Position } from "@mailtrail/core/wire";
import { ModelHost, TURNED_OVER } from "../testing/model-host.ts";
import { FileSource } from "./follow-file.ts";
import type { Reading } from "./source.ts";

const DAY_MS = 86_400_000;
const JUMP_MS = 300_000;
/** small, so that many logs are read in two parts */
const TAIL = 2000;

type Op =
	| { op: "append"; lines: number; pad: number }
	| {
			op:
				| "tear"
				| "reopen"
				| "rotate"
				| "copytruncate"
				| "copySlowly"
				| "copyLateAndTruncate"
				| "turnOver"
				| "crlf"
				| "appendEndless"
				| "expire"
				| "halve"
				| "truncate"
				| "delete"
				| "replace"
				| "replaceAndReopen"
				| "rotateDated"
				| "rotateAndGzip"
				| "gzip"
				| "zstd"
				| "xz"
				| "bzip2"
				| "shorter"
				| "equal"
				| "longer"
				| "clockForward"
				| "clockBack"
				| "restart"
				| "wait";
	  }
	| { op: "read" | "commit"; batches: number }
	| { op: "leap"; bytes: number };

/** The hub's side of the agreement, strict. */
class ModelHub {
	readonly positions = new Map<string, Position>();
	readonly lines = new Map<string, string>();
	readonly gaps: string[] = [];

	commit(reading: Reading): void {
		const { generation } = reading.position;
		const committed = this.positions.get(generation)?.offset ?? 0;
		expect(reading.from).toBe(committed);
		for (const line of reading.lines) {
			expect(line.offset).toBeGreaterThanOrEqual(reading.from);
			expect(line.offset).toBeLessThan(reading.position.offset);
			const place = `${generation}:${line.offset}`;
			expect(this.lines.has(place)).toBe(false);
			this.lines.set(place, line.text);
		}
		if (reading.gap) this.gaps.push(reading.gap.reason);
		this.positions.set(generation, reading.position);
	}
}

/** The agent: reads, has batches in flight, dies and comes back with the hub's positions. */
class ModelAgent {
	#flight: Reading[] = [];
	#source: FileSource;
	readonly #host: ModelHost;
	readonly #hub: ModelHub;
	skew = 0;

	constructor(host: ModelHost, hub: ModelHub) {
		this.#host = host;
		this.#hub = hub;
		this.#source = this.#start();
	}

	#start(): FileSource {
		const now = () => {
			// every question is asked long enough after the one before
			this.skew += 300;
			return Date.now() + this.skew;
		};
		const source = new FileSource(this.#host.log, {
			folder: this.#host.folder,
			now,
			tail: TAIL,
			watch: false,
		});
		source.resume([...this.#hub.positions.values()]);
		return source;
	}

	async read(batches: number): Promise<number> {
		let got = 0;
		while (got < batches) {
			const reading = this.#source.next();
			if (reading) {
				this.#flight.push(reading);
				got++;
			} else if (this.#source.isBusy) {
				await this.#changed();
			} else break;
		}
		return got;
	}

	commit(batches: number): void {
		for (const reading of this.#flight.splice(0, batches)) {
			this.#hub.commit(reading);
			this.#source.committed(reading.position);
		}
	}

	/** kill -9; the next life opens the log once it knows how the archives begin */
	async restart(): Promise<void> {
		this.#flight = [];
		this.#source.close();
		this.#source = this.#start();
		await this.open();
	}

	/** Has the log open: that comes after knowing how the archives begin. */
	async open(): Promise<void> {
		while (this.#source.isBusy) await this.#changed();
		const reading = this.#source.next();
		if (reading) this.#flight.push(reading);
	}

	#changed(): Promise<void> {
		return new Promise((done) => {
			this.#source.onChange = done;
		});
	}

	async drain(): Promise<void> {
		do this.commit(Number.POSITIVE_INFINITY);
		while ((await this.read(100)) > 0);
	}

	close(): void {
		this.#source.close();
	}
}

const opArbitrary: fc.Arbitrary<Op> = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({
			op: fc.constant("append" as const),
			lines: fc.integer({ min: 1, max: 900 }),
			pad: fc.integer({ min: 0, max: 60 }),
		}),
	},
	{
		weight: 4,
		arbitrary: fc.record({
			op: fc.constantFrom("read" as const, "commit" as const),
			batches: fc.integer({ min: 1, max: 4 }),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({ op: fc.constant("leap" as const), bytes: fc.integer({ min: 1, max: 3_000_000 }) }),
	},
	{
		weight: 8,
		arbitrary: fc.record({
			op: fc.constantFrom(
				"tear",
				"reopen",
				"rotate",
				"copytruncate",
				"copySlowly",
				"copyLateAndTruncate",
				"turnOver",
				"crlf",
				"appendEndless",
				"expire",
				"halve",
				"truncate",
				"delete",
				"replace",
				"replaceAndReopen",
				"rotateDated",
				"rotateAndGzip",
				"gzip",
				"zstd",
				"xz",
				"bzip2",
				"shorter",
				"equal",
				"longer",
				"clockForward",
				"clockBack",
				"restart",
				"wait",
			),
		}),
	},
);

/** An archive is newer than the open file that lost its name, and has less: it was made of a copy from before the last line. */
const ARCHIVE_OF_A_COPY: Op[] = [
	{ op: "append", lines: 111, pad: 16 },
	{ op: "replace" },
	{ op: "append", lines: 1, pad: 0 },
	{ op: "copytruncate" },
	{ op: "longer" },
	{ op: "zstd" },
	{ op: "tear" },
];
/** What is put back ends behind a line that was torn when the log was seen last. */
const PUT_BACK_BEHIND_A_TORN_LINE: Op[] = [
	{ op: "append", lines: 501, pad: 6 },
	{ op: "tear" },
	{ op: "restart" },
	{ op: "leap", bytes: 8952 },
	{ op: "halve" },
	{ op: "append", lines: 1, pad: 0 },
];
/** Somebody deletes a log right after it was rotated and compressed: the follower has it open by then. */
const DELETED_AFTER_ROTATION: Op[] = [
	{ op: "append", lines: 524, pad: 1 },
	{ op: "append", lines: 656, pad: 0 },
	{ op: "halve" },
	{ op: "rotateAndGzip" },
	{ op: "read", batches: 1 },
	{ op: "delete" },
	{ op: "append", lines: 1, pad: 0 },
];

/** Two contents begin with the same line, and the newer one has no other yet. */
const BEGUN_ALIKE: Op[] = [{ op: "turnOver" }, { op: "append", lines: 1, pad: 0 }, { op: "turnOver" }];
const BEGUN_ALIKE_AND_COMPRESSED: Op[] = [
	{ op: "turnOver" },
	{ op: "turnOver" },
	{ op: "append", lines: 1, pad: 0 },
	{ op: "rotateAndGzip" },
	{ op: "append", lines: 1, pad: 0 },
];

/** A log is cut exactly where its reading stands, while what was behind is in memory, and grows to more than it had. */
const CUT_WHERE_IT_WAS_READ: Op[] = [
	{ op: "append", lines: 88, pad: 0 },
	{ op: "append", lines: 829, pad: 39 },
	{ op: "read", batches: 1 },
	{ op: "halve" },
	{ op: "append", lines: 268, pad: 47 },
	{ op: "append", lines: 188, pad: 18 },
];

/** A copy takes the name, its first half is put back into it, and that is all that the rotated and compressed file has. */
const HALF_OF_A_COPY_COMPRESSED: Op[] = [
	{ op: "append", lines: 231, pad: 15 },
	{ op: "replaceAndReopen" },
	{ op: "halve" },
	{ op: "copytruncate" },
	{ op: "zstd" },
];

/** A log is cut, gets a part back and grows past what was read of it, while the archives beside it are still being learned. */
const CUT_BEFORE_IT_IS_PLANNED: Op[] = [
	{ op: "append", lines: 38, pad: 0 },
	{ op: "turnOver" },
	{ op: "append", lines: 831, pad: 2 },
	{ op: "read", batches: 1 },
	{ op: "zstd" },
	{ op: "halve" },
	{ op: "append", lines: 60, pad: 32 },
];

/** A hole is cut away that was looked through for the line behind it, and a new one ends a byte before where the old one did. */
const HOLE_CUT_WHILE_ITS_END_IS_SOUGHT: Op[] = [
	{ op: "append", lines: 771, pad: 0 },
	{ op: "leap", bytes: 262_144 },
	{ op: "wait" },
	{ op: "halve" },
	{ op: "leap", bytes: 262_129 },
	{ op: "append", lines: 1, pad: 5 },
	{ op: "read", batches: 1 },
];

async function run(ops: readonly Op[]): Promise<void> {
	const host = new ModelHost();
	const hub = new ModelHub();
	const agent = new ModelAgent(host, hub);
	const committed = () => new Set(hub.lines.values());
	/** a log was cut in place, and the hub may not know it yet */
	let isCut = false;
	try {
		for (const step of ops) {
			switch (step.op) {
				case "append":
					host.append(step.lines, step.pad);
					break;
				case "read":
					await agent.read(step.batches);
					await agent.open();
					host.readerLooked();
					break;
				case "commit":
					agent.commit(step.batches);
					break;
				case "leap":
					host.leap(step.bytes);
					break;
				case "crlf":
					host.append(20, 30, "\r\n");
					break;
				case "copyLateAndTruncate":
					host.copyLateAndTruncate(committed());
					break;
				case "truncate":
					host.truncate(committed());
					break;
				case "halve":
					isCut ||= await host.halve(committed(), () => agent.read(1));
					break;
				case "expire":
					host.expire(committed());
					break;
				case "shorter":
				case "equal":
				case "longer":
					host.overwrite(committed(), step.op);
					break;
				case "delete":
					host.remove(committed());
					break;
				case "restart":
					// of two lives only what the first one said tells what is put back from what is new: else that is a notice
					if (isCut) await agent.drain();
					isCut = false;
					await agent.restart();
					host.readerDied(committed());
					break;
				case "wait":
					await agent.drain();
					host.readerLooked();
					break;
				case "clockForward":
					// files keep their times here, so that a longer jump would make them all old
					agent.skew = JUMP_MS;
					break;
				case "clockBack":
					agent.skew = -3 * DAY_MS;
					break;
				default:
					host[step.op]();
			}
		}
		host.end();
		await agent.drain();
		agent.skew += 10 * DAY_MS;
		await agent.drain();
		compare(host, hub);
	} finally {
		agent.close();
		fs.rmSync(host.folder, { recursive: true });
	}
}

function compare(host: ModelHost, hub: ModelHub): void {
	const counts = new Map<string, number>();
	for (const text of hub.lines.values()) counts.set(text, (counts.get(text) ?? 0) + 1);
	const missing = [...host.written.keys()].filter(
		(line) => !counts.has(line) && !host.mayBeMissing.has(line),
	);
	expect(missing).toEqual([]);
	const doubled = [...counts].filter(([line, count]) => count > 1 && host.written.has(line));
	expect(doubled).toEqual([]);
	// halves of a line that came apart are lines too, and a hole at the end is an empty one, but nothing is made up
	const strange = [...counts.keys()].filter(
		(text) => text !== "" && text !== TURNED_OVER && !host.written.has(text) && host.mayBeMissing.size === 0,
	);
	expect(strange).toEqual([]);
}

test("whatever happens to the file, every line is committed once", { timeout: 86_400_000 }, async () => {
	const { FOLLOW_RUNS, MODEL_SEED, MODEL_PATH } = process.env;
	const runs = Number(FOLLOW_RUNS ?? 150);
	const seed = Number(MODEL_SEED ?? (FOLLOW_RUNS === undefined ? 20261122 : Date.now() % 2 ** 31));
	await fc.assert(fc.asyncProperty(fc.array(opArbitrary, { minLength: 1, maxLength: 40 }), run), {
		numRuns: runs,
		seed,
		// where a failure said that it was, or the run to begin at
		...(MODEL_PATH !== undefined && { path: MODEL_PATH }),
		examples: [
			[ARCHIVE_OF_A_COPY],
			[PUT_BACK_BEHIND_A_TORN_LINE],
			[CUT_WHERE_IT_WAS_READ],
			[DELETED_AFTER_ROTATION],
			[BEGUN_ALIKE],
			[BEGUN_ALIKE_AND_COMPRESSED],
			[HALF_OF_A_COPY_COMPRESSED],
			[CUT_BEFORE_IT_IS_PLANNED],
			[HOLE_CUT_WHILE_ITS_END_IS_SOUGHT],
		],
	});
});
