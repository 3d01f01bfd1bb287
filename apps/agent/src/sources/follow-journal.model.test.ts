/**
 * The journal's follower against a model, with a real journald and the real journalctl: writing, rotating, vacuuming, boots,
 * crashes, an agent's clock that jumps, journalctl and the agent killed, reading and committing. In the end all mail that was in the
 * journal is committed exactly once; what is missing was vacuumed before, and that is told. `JOURNAL_RUNS=1000` plays so many
 * sequences, `MODEL_SEED=…` those of a failure again.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Position } from "@mailtrail/core/wire";
import { canModelJournal, ModelJournal } from "../testing/model-journal.ts";
import { JournalSource } from "./follow-journal.ts";
import type { Reading } from "./source.ts";

const DAY_MS = 86_400_000;
const ARRIVES_WITHIN_MS = 60_000;
/** so long nothing comes when all was read */
const QUIET_MS = 150;

type Op =
	| { op: "mail" | "other"; lines: number }
	| { op: "vacuum"; files: number }
	| { op: "read" | "commit"; batches: number }
	| { op: "rotate" | "boot" | "crash" | "clockForward" | "clockBack" | "killReaders" | "kill" | "reconnect" };

const opArbitrary: fc.Arbitrary<Op> = fc.oneof(
	{
		weight: 5,
		arbitrary: fc.record({
			op: fc.constantFrom("mail" as const, "other" as const),
			lines: fc.oneof(
				{ weight: 3, arbitrary: fc.integer({ min: 1, max: 30 }) },
				// more than waits in the agent: journalctl is kept waiting
				{ weight: 1, arbitrary: fc.integer({ min: 1000, max: 5000 }) },
			),
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
		weight: 2,
		arbitrary: fc.record({ op: fc.constant("vacuum" as const), files: fc.integer({ min: 1, max: 3 }) }),
	},
	{
		weight: 8,
		arbitrary: fc.record({
			op: fc.constantFrom(
				"rotate",
				"rotate",
				"boot",
				"crash",
				"clockForward",
				"clockBack",
				"killReaders",
				"kill",
				"reconnect",
			),
		}),
	},
);

/** The file that is being read is removed while journalctl is kept waiting. */
const VACUUMED_WHILE_IT_WAITS: Op[] = [
	{ op: "mail", lines: 3679 },
	{ op: "mail", lines: 2753 },
	{ op: "read", batches: 1 },
	{ op: "rotate" },
	{ op: "commit", batches: 2 },
	{ op: "vacuum", files: 1 },
	{ op: "rotate" },
];

/** The agent's source, what it has in flight, and the hub, strict. */
class Way {
	readonly committed: string[] = [];
	readonly gaps: string[] = [];
	skew = 0;
	readonly #positions = new Map<string, Position>();
	readonly #journal: ModelJournal;
	#flight: Reading[] = [];
	#source: JournalSource;
	#changed = () => {};

	constructor(journal: ModelJournal) {
		this.#journal = journal;
		this.#source = this.#start();
	}

	#start(): JournalSource {
		const { files, journalctl } = this.#journal;
		const source = new JournalSource(`journal:${files}`, {
			journalctl,
			now: () => Date.now() + this.skew,
			restartMs: 20,
			markMs: 300,
		});
		source.onChange = () => this.#changed();
		source.resume([...this.#positions.values()]);
		return source;
	}

	/** Up to so many readings, as long as they come. */
	async read(batches: number, quiet = QUIET_MS): Promise<number> {
		let got = 0;
		while (got < batches) {
			const reading = this.#source.next();
			if (reading) {
				this.#flight.push(reading);
				got++;
			} else if (!(await this.#comes(quiet))) break;
		}
		return got;
	}

	#comes(within: number): Promise<boolean> {
		return new Promise((done) => {
			const end = setTimeout(() => done(false), within);
			this.#changed = () => {
				clearTimeout(end);
				done(true);
			};
		});
	}

	commit(batches: number): void {
		for (const { from, position, lines, gap } of this.#flight.splice(0, batches)) {
			expect(from).toBe(this.#positions.get(position.generation)?.offset ?? 0);
			for (const { text } of lines) this.committed.push(String(JSON.parse(text).MESSAGE));
			if (gap) {
				expect(gap.from ?? 0).toBeLessThanOrEqual(gap.until ?? 0);
				this.gaps.push(gap.reason);
			}
			this.#positions.set(position.generation, position);
			this.#source.committed(position);
		}
	}

	kill(): void {
		this.#source.close();
		this.#flight = [];
		this.#source = this.#start();
	}

	/** as after a hub that does not have what was in flight */
	reconnect(): void {
		this.#flight = [];
		this.#source.resume([...this.#positions.values()]);
	}

	/** Everything that `isWanted` arrives, and nothing comes after it. */
	async drain(isWanted: () => boolean): Promise<void> {
		const end = Date.now() + ARRIVES_WITHIN_MS;
		do {
			await this.read(Number.POSITIVE_INFINITY);
			this.commit(Number.POSITIVE_INFINITY);
		} while (isWanted() && Date.now() < end);
	}

	close(): void {
		this.#source.close();
	}
}

async function run(ops: readonly Op[]): Promise<void> {
	const journal = new ModelJournal();
	await journal.boot();
	const way = new Way(journal);
	/** vacuumed before the hub had it, and of these what an agent knows to come behind what the hub has */
	const gone = new Set<string>();
	let mayBeTold = false;
	try {
		for (const step of ops) {
			if (step.op === "mail") await journal.writeMail(step.lines);
			else if (step.op === "other") await journal.writeOther(step.lines);
			else if (step.op === "read") await way.read(step.batches);
			else if (step.op === "commit") way.commit(step.batches);
			else if (step.op === "kill" || step.op === "reconnect") way[step.op]();
			else if (step.op === "clockForward") way.skew = DAY_MS;
			else if (step.op === "clockBack") way.skew = -DAY_MS;
			else if (step.op !== "vacuum") await journal[step.op]();
			else {
				await journal.vacuum(step.files);
				const [kept, had] = [journal.kept(), new Set(way.committed)];
				for (const line of journal.mail) if (!kept.has(line) && !had.has(line)) gone.add(line);
				mayBeTold ||= had.size > 0;
			}
		}
		const wanted = [...journal.mail].filter((line) => !gone.has(line));
		const missing = () => {
			const had = new Set(way.committed);
			return wanted.filter((line) => !had.has(line));
		};
		await way.drain(() => missing().length > 0);
		expect(missing()).toEqual([]);
		expect(way.committed.length).toBe(new Set(way.committed).size);
		const isLost = [...gone].some((line) => !way.committed.includes(line));
		if (isLost && mayBeTold) expect(way.gaps).not.toEqual([]);
	} finally {
		way.close();
		await journal.close();
	}
}

test("whatever happens to the journal, every entry is committed once", {
	timeout: DAY_MS,
}, async (context) => {
	if (!(await canModelJournal())) return context.skip();
	const { JOURNAL_RUNS, MODEL_SEED } = process.env;
	const numRuns = Number(JOURNAL_RUNS ?? 2);
	const seed = Number(MODEL_SEED ?? (JOURNAL_RUNS === undefined ? 20261122 : Date.now() % 2 ** 31));
	await fc.assert(fc.asyncProperty(fc.array(opArbitrary, { minLength: 3, maxLength: 25 }), run), {
		numRuns,
		seed,
		endOnFailure: true,
		examples: [[VACUUMED_WHILE_IT_WAITS]],
	});
});
