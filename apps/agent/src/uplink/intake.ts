/**
 * From the sources into the outbox: takes lines in turn, makes batches of them, and knows what the hub has. What was in
 * the outbox when a connection or the agent ended is compared with the hub's positions, and the sources go on behind it.
 */
import type { Batch, Position } from "@mailtrail/core/wire";
import { readPartId } from "../sources/part.ts";
import type { Gap, Source } from "../sources/source.ts";
import { type BatchBuilder, createBatchBuilder, type LineGate } from "./build-batch.ts";
import { type SentBatch, settle } from "./in-flight.ts";
import type { Outbox } from "./outbox.ts";

export interface IntakeOptions {
	sources: Source[];
	outbox: Outbox;
	zone: string;
	now: () => number;
	/** what of a line may leave this host */
	gate?: LineGate;
	/** lines that could not be read are told to the hub, and here */
	missed?: (source: string, gap: Gap) => void;
	/** a batch of so many lines was read, or something else was done (0) */
	worked?: (lines: number) => void;
	/** something that a person may want to know */
	say: (text: string) => void;
}

/** as many as a hello may name */
const SOURCES_MAX = 256;
/** A generation without lines, older than all others: a journal goes on from its newest one. */
const NOWHERE = "000000000-000000";

export class Intake {
	readonly #options: IntakeOptions;
	readonly #changed: () => void;
	readonly #builders = new Map<Source, BatchBuilder>();
	/** what the hub is known to have, by source and generation; absent before the first welcome */
	#committed: Map<string, Position> | undefined;
	/** where each generation begins that the hub may come to have before this process knows of it */
	readonly #begun = new Map<string, Position>();
	/** the generations that are on disk */
	#noted = new Set<string>();
	#resumed = new Set<Source>();
	#turn = 0;
	#problem: string | undefined;

	/** `changed`: there may be more to read */
	constructor(options: IntakeOptions, changed: () => void) {
		this.#options = options;
		this.#changed = changed;
		for (const source of options.sources) this.#connect(source);
	}

	/** A log that came later. */
	addSource(source: Source): void {
		const { sources, say } = this.#options;
		if (sources.length >= SOURCES_MAX)
			return say(`${source.name} is not read: there are ${SOURCES_MAX} logs`);
		sources.push(source);
		this.#connect(source);
		if (this.#committed) this.#settle(source, this.#positions());
		this.#changed();
	}

	/** Goes on where an earlier life stopped that had not reached the hub. */
	takeOver(): void {
		const { outbox, say } = this.#options;
		const stored = outbox.load();
		for (const file of stored?.damaged ?? [])
			say(`the spool's file ${file} is damaged: its lines are read again where the logs have them`);
		if (stored?.positions) this.#goOn(stored.positions);
		else if (stored) {
			say(
				"where the hub was when the spool was written cannot be read: the spool's lines are read again where the logs have them",
			);
			outbox.clear();
		}
	}

	/** A hub has welcomed the agent with what it has. */
	resume(positions: readonly Position[]): void {
		const { outbox } = this.#options;
		outbox.rewind();
		this.#goOn(positions);
		if (!outbox.isWaiting) outbox.clear();
		this.note(true);
	}

	/** The hub says that the batches do not fit: all is read again from its next positions. */
	forget(): void {
		this.#options.outbox.clear();
		this.#begun.clear();
		this.#resumed.clear();
	}

	/** Returns how many lines the hub has committed with it. */
	acknowledge(id: number): number {
		let count = 0;
		for (const { position, lines } of this.#options.outbox.acknowledge(id)) {
			this.#options.sources.find((each) => each.name === position.source)?.committed(position);
			const name = nameOf(position);
			this.#committed?.set(name, position);
			// the beginning that a next life knows it by goes to disk until the hub has that, too
			const begun = this.#begun.get(name);
			if (!begun || !hasHead(begun) || hasHead(position)) this.#begun.delete(name);
			count += lines;
		}
		this.#options.outbox.tidy(() => this.#positions());
		return count;
	}

	/** Puts what waits on disk. */
	save(): void {
		const { outbox, say } = this.#options;
		if (!this.#committed) return;
		outbox.save(() => this.#positions());
		if (outbox.problem !== this.#problem && outbox.problem !== undefined) say(outbox.problem);
		this.#problem = outbox.problem;
	}

	/** Puts on disk what the hub has, for a next life that does not reach it. `lasting`: through a power failure, too. */
	note(lasting: boolean): void {
		const { outbox } = this.#options;
		if (!this.#committed) return;
		outbox.note(() => this.#positions(), lasting);
		if (outbox.problem === undefined) this.#noted = new Set(this.#positions().map(nameOf));
	}

	/** Reads while the hub is away: what is written now; what was waiting at the start stays where it is. */
	keepNext(): boolean {
		const { outbox } = this.#options;
		if (outbox.isFull) this.save();
		return !outbox.isFull && this.read(true) !== undefined;
	}

	/** Puts one batch of the next source in turn that has any into the outbox; returns how many lines that were. */
	read(newest: boolean): number | undefined {
		const { outbox, sources } = this.#options;
		for (let tried = 0; tried < sources.length; tried++) {
			const source = sources[this.#turn++ % sources.length]!;
			const reading = source.next(newest);
			const batch = reading && this.#builders.get(source)?.build(outbox.newId(), reading);
			if (!batch) continue;
			const { id, from, position, lines, gap } = batch;
			if (gap) this.#options.missed?.(source.name, gap);
			const sent = { id, from, position, lines: lines.length };
			// before it is sent: a next life that did not know it would tell the same lines as another generation's
			this.#begin(sent);
			const begins = sent.lines > 0 || from < position.offset;
			if (begins && !this.#noted.has(nameOf(position))) this.note(true);
			outbox.push(sent, JSON.stringify(batch));
			this.#options.worked?.(lines.length);
			return lines.length;
		}
		return undefined;
	}

	#connect(source: Source): void {
		const { zone, now, gate } = this.#options;
		this.#builders.set(source, createBatchBuilder(zone, now, gate));
		source.onChange = this.#changed;
	}

	#positions(): Position[] {
		return [...new Map([...(this.#committed ?? []), ...this.#begun]).values()];
	}

	/** Remembers where a generation begins that the hub has not. */
	#begin({ from, position }: SentBatch): void {
		const name = nameOf(position);
		const known = this.#begun.get(name) ?? this.#committed?.get(name);
		// what was told of it before its first bytes were known makes nobody find it in a file
		if (known && (hasHead(known) || !hasHead(position))) return;
		const { cursor: _, complete: __, ...place } = position;
		this.#begun.set(name, { ...place, offset: from });
		this.#noted.delete(name);
	}

	#goOn(positions: readonly Position[]): void {
		const before = this.#committed && this.#positions();
		const known = before && new Set(before.map(nameOf));
		const hadSome = new Set(before?.map((each) => each.source));
		this.#begun.clear();
		this.#committed = new Map(positions.map((each) => [nameOf(each), each]));
		for (const source of this.#options.sources) {
			const isUnknown = (each: Position) => each.source === source.name && !known?.has(nameOf(each));
			const isTold = known && positions.some(isUnknown);
			const isNewHub = hadSome.has(source.name) && !positions.some((each) => each.source === source.name);
			this.#settle(source, positions, isNewHub, isTold ? this.#distrust(source, positions) : undefined);
		}
	}

	/**
	 * The hub has a generation that nobody here knows: an earlier life could not put it on disk. Who went on without it may have read
	 * its lines as another's: they are left out, and read again where they are. Returns whether a batch may be sent.
	 */
	#distrust(source: Source, positions: readonly Position[]): (batch: SentBatch) => boolean {
		const contents = new Set(positions.map(({ generation }) => readPartId(generation).generation));
		this.#resumed.delete(source);
		return ({ position }) => contents.has(readPartId(position.generation).generation);
	}

	/** What is to be told of batches that are not sent. */
	#gapOf(batches: readonly SentBatch[], what: string): Gap | undefined {
		const bytes = batches.reduce((sum, { from, position }) => sum + position.offset - from, 0);
		if (bytes === 0) return undefined;
		const lines = batches.reduce((sum, batch) => sum + batch.lines, 0);
		const reason = `${lines > 0 ? `${lines} lines` : `${bytes} bytes`} that ${what}; those that are in no log any more are missing`;
		return { bytes, reason, until: this.#options.now() };
	}

	/** On disk before what it tells of is left out: nobody else knows of that any more. */
	#tell(source: Source, position: Position, gap: Gap): SentBatch {
		const { outbox, say, missed } = this.#options;
		say(`${source.name}: ${gap.reason}`);
		missed?.(source.name, gap);
		const { offset: from } = position;
		const batch: Batch = { type: "batch", id: outbox.newId(), from, position, lines: [], gap };
		const sent = { id: batch.id, from, position, lines: 0 };
		outbox.push(sent, JSON.stringify(batch));
		outbox.save(() => this.#positions());
		return sent;
	}

	/** Makes a source go on behind what the hub has and what waits for it; what of that is not sent is told behind it. */
	#settle(
		source: Source,
		positions: readonly Position[],
		isNewHub = false,
		isTrusted: (batch: SentBatch) => boolean = () => true,
	): void {
		const { outbox } = this.#options;
		const mine = positions.filter((each) => each.source === source.name);
		const waiting = outbox.of(source.name);
		const settled = settle(waiting.filter(isTrusted), mine, source.reached());
		for (const batch of settled.again) this.#begin(batch);
		const distrusted = waiting.filter((batch) => !isTrusted(batch));
		const gaps = [
			this.#gapOf(distrusted, "were read while the hub was away may be the hub's already and were left out"),
			this.#gapOf(settled.unfit, "waited do not fit to what the hub has and are read again"),
		];
		// a hub that has nothing of the log has no place to tell it at
		const nowhere = { source: source.name, generation: NOWHERE, offset: 0, complete: true };
		const place = settled.expected.at(-1) ?? nowhere;
		const told = gaps.flatMap((gap) => (gap ? this.#tell(source, place, gap) : []));
		outbox.keep(source.name, [...settled.again, ...told], () => this.#positions());
		if (settled.broken || !this.#resumed.has(source)) source.resume(settled.expected, isNewHub);
		else for (const batch of settled.committed) source.committed(batch.position);
		this.#resumed.add(source);
	}
}

function hasHead({ headBytes = 0 }: Position): boolean {
	return headBytes > 0;
}

function nameOf({ source, generation }: Position): string {
	return JSON.stringify([source, generation]);
}
