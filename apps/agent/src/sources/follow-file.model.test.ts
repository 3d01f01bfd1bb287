/**
 * The follower against a model: random writing, tearing, rotating, truncating, deleting, replacing, compressing, reading,
 * committing and killing. In the end every line that was written is committed exactly once; a line may be missing only
 * where no reader could have had it (truncated or deleted before anybody read it).
 */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Position } from "@mailtrail/core/wire";
import { FileSource } from "./follow-file.ts";
import type { Reading } from "./source.ts";

type Op =
	| { op: "append"; lines: number; pad: number }
	| {
			op:
				| "tear"
				| "reopen"
				| "rotate"
				| "copytruncate"
				| "truncate"
				| "delete"
				| "replace"
				| "gzip"
				| "restart"
				| "wait";
	  }
	| { op: "read" | "commit"; batches: number };

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

/** A program that logs to a file by name, and the administrator's tools around it. */
class ModelHost {
	readonly folder = fs.mkdtempSync(join(tmpdir(), "follow-"));
	readonly log = join(this.folder, "mail.log");
	/** line → the content (by number) that it was written to */
	readonly written = new Map<string, number>();
	readonly mayBeMissing = new Set<string>();
	#fd = fs.openSync(this.log, "a");
	#content = 0;
	/** the content under the log's name */
	#named = 0;
	#contents = 0;
	#count = 0;
	#torn: { line: string; rest: string; content: number } | undefined;
	#unlinked = new Set<number>();
	/** contents that no reader can find any more */
	#doomed = new Set<number>();
	/** whether the reader has looked at the file that bears the name now */
	#seen = true;

	append(lines: number, pad: number): void {
		this.#finishTorn();
		let text = "";
		for (let i = 0; i < lines; i++) text += `${this.#newLine(pad)}\n`;
		fs.writeSync(this.#fd, text);
	}

	tear(): void {
		this.#finishTorn();
		const line = this.#newLine(20);
		fs.writeSync(this.#fd, line.slice(0, 9));
		this.#torn = { line, rest: `${line.slice(9)}\n`, content: this.#content };
	}

	/** as after the signal that follows a rotation */
	reopen(): void {
		this.#finishTorn();
		fs.closeSync(this.#fd);
		this.#fd = fs.openSync(this.log, "a");
		this.#content = this.#named;
	}

	rotate(): void {
		this.#shift();
		fs.renameSync(this.log, `${this.log}.1`);
		this.#create();
	}

	copytruncate(): void {
		this.#breakTorn();
		this.#shift();
		fs.copyFileSync(this.log, `${this.log}.1`);
		fs.truncateSync(this.log, 0);
		this.#moveWriterTo(++this.#contents);
	}

	truncate(committed: ReadonlySet<string>): void {
		this.#breakTorn();
		this.#lose(this.#named, committed);
		fs.truncateSync(this.log, 0);
		this.#moveWriterTo(++this.#contents);
	}

	/** A file that no reader has looked at yet is gone with all that is written to it. */
	remove(committed: ReadonlySet<string>): void {
		fs.unlinkSync(this.log);
		this.#unlinked.add(this.#named);
		if (!this.#seen) this.#doom(this.#named, committed);
		this.#create();
	}

	/** a copy takes the name, and what was written to it so far is the same */
	replace(): void {
		this.#finishTorn();
		const writesHere = this.#content === this.#named;
		fs.copyFileSync(this.log, `${this.folder}/copy`);
		fs.renameSync(`${this.folder}/copy`, this.log);
		this.#seen = false;
		if (writesHere) this.reopen();
	}

	gzip(): void {
		const plain = `${this.log}.1`;
		if (!fs.existsSync(plain) || this.#content !== this.#named) return;
		const { atime, mtime } = fs.statSync(plain);
		fs.writeFileSync(`${plain}.gz`, gzipSync(fs.readFileSync(plain)));
		fs.utimesSync(`${plain}.gz`, atime, mtime);
		fs.unlinkSync(plain);
	}

	/** nobody holds the deleted files open any more */
	readerDied(committed: ReadonlySet<string>): void {
		for (const content of this.#unlinked) this.#doom(content, committed);
		this.readerLooked();
	}

	readerLooked(): void {
		this.#seen = true;
	}

	end(): void {
		this.#finishTorn();
		fs.closeSync(this.#fd);
	}

	#newLine(pad: number): string {
		const line = `L${this.#count++} ${"é".repeat(pad)}`;
		this.written.set(line, this.#content);
		if (this.#doomed.has(this.#content)) this.mayBeMissing.add(line);
		return line;
	}

	#finishTorn(): void {
		if (this.#torn) fs.writeSync(this.#fd, this.#torn.rest);
		this.#torn = undefined;
	}

	/** the line's two halves come apart: no reader can join them */
	#breakTorn(): void {
		if (this.#torn?.content === this.#named) this.mayBeMissing.add(this.#torn.line);
	}

	#lose(content: number, committed: ReadonlySet<string>): void {
		for (const [line, of] of this.written)
			if (of === content && !committed.has(line)) this.mayBeMissing.add(line);
	}

	#doom(content: number, committed: ReadonlySet<string>): void {
		this.#lose(content, committed);
		this.#doomed.add(content);
	}

	#create(): void {
		this.#seen = false;
		fs.closeSync(fs.openSync(this.log, "a"));
		this.#named = ++this.#contents;
	}

	#moveWriterTo(content: number): void {
		this.#seen = false;
		if (this.#content === this.#named) this.#content = content;
		this.#named = content;
	}

	#shift(): void {
		for (let n = 30; n > 0; n--) {
			for (const end of ["", ".gz"]) {
				const from = `${this.log}.${n}${end}`;
				if (fs.existsSync(from)) fs.renameSync(from, `${this.log}.${n + 1}${end}`);
			}
		}
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
		const source = new FileSource(this.#host.log, { folder: this.#host.folder, now, watch: false });
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
			} else if (this.#source.expanding) {
				await new Promise<void>((done) => {
					this.#source.onChange = done;
				});
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

	/** kill -9 */
	restart(): void {
		this.#flight = [];
		this.#source.close();
		this.#source = this.#start();
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
		weight: 8,
		arbitrary: fc.record({
			op: fc.constantFrom(
				"tear",
				"reopen",
				"rotate",
				"copytruncate",
				"truncate",
				"delete",
				"replace",
				"gzip",
				"restart",
				"wait",
			),
		}),
	},
);

async function run(ops: readonly Op[]): Promise<void> {
	const host = new ModelHost();
	const hub = new ModelHub();
	const agent = new ModelAgent(host, hub);
	const committed = () => new Set(hub.lines.values());
	try {
		for (const step of ops) {
			switch (step.op) {
				case "append":
					host.append(step.lines, step.pad);
					break;
				case "read":
					await agent.read(step.batches);
					host.readerLooked();
					break;
				case "commit":
					agent.commit(step.batches);
					break;
				case "truncate":
					host.truncate(committed());
					break;
				case "delete":
					host.remove(committed());
					break;
				case "restart":
					agent.restart();
					host.readerDied(committed());
					break;
				case "wait":
					await agent.drain();
					host.readerLooked();
					break;
				case "gzip":
					// archives that are older than the agent's first line are left alone
					if (hub.positions.size > 0) host.gzip();
					break;
				default:
					host[step.op]();
			}
		}
		host.end();
		await agent.drain();
		agent.skew += 3_600_000;
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
	// halves of a line that came apart are lines too, but nothing is made up
	const strange = [...counts.keys()].filter(
		(text) => !host.written.has(text) && host.mayBeMissing.size === 0,
	);
	expect(strange).toEqual([]);
}

test("whatever happens to the file, every line is committed once", { timeout: 120_000 }, async () => {
	const runs = Number(process.env.FOLLOW_RUNS ?? 150);
	await fc.assert(fc.asyncProperty(fc.array(opArbitrary, { minLength: 1, maxLength: 40 }), run), {
		numRuns: runs,
	});
});
