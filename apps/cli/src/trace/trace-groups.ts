/**
 * The journeys of logs of any size, for questions that are about many messages: an index of the lines first, then group after group
 * of messages that belong together is read again, joined, told and forgotten. Memory is the index, and the journeys of one batch.
 */
import { diagnoseJourney } from "@mailtrail/core/diagnose";
import { matchesJourney, type Query } from "@mailtrail/core/query";
import { type Journey, joinInOrder } from "@mailtrail/core/trace";
import type { Groups } from "../index-logs/groups.ts";
import { learnGroups } from "../index-logs/learn-groups.ts";
import { LineIndex } from "../index-logs/line-index.ts";
import { BATCH, type Batch, GIANT, GroupReader } from "../index-logs/read-groups.ts";
import { showProgress } from "../read-logs/progress.ts";
import type { HostFile } from "./host-file.ts";

/** A journey, and the raw lines that its explanation rests on, by their reference. */
export interface Told {
	journey: Journey;
	evidence: ReadonlyMap<string, string>;
}

interface Placed extends Told {
	at: number;
	id: string;
	/** whether its texts are its own */
	copied?: true;
}

export interface Asked {
	query: Pick<Query, "terms">;
	/** texts of which each journey in question has one in a line of its own; without them any may be in question */
	texts: readonly string[] | undefined;
	lang: "en" | "ja";
	/** the newest so many */
	limit: number;
}

/** Oldest first. */
export async function* traceGroups(
	files: readonly HostFile[],
	asked: Asked,
	batchLines = BATCH,
	giant = GIANT,
): AsyncGenerator<Told> {
	const index = new LineIndex(asked.texts);
	await index.read(files);
	let learned = 0;
	const lines = index.messages.lines.length + index.sessions.lines.length;
	const progress = showProgress("what belongs together", lines, () => learned, "lines");
	try {
		const { groups, teachers } = learnGroups(index, { batchLines, giant }, (more) => {
			learned += more;
			progress.moved();
		});
		progress.end();
		const reader = new GroupReader(index, groups, batchLines, giant);
		const telling = new Telling(reader, groups, teachers, asked, giant);
		yield* Number.isFinite(asked.limit) ? telling.newest() : telling.all();
	} finally {
		progress.end();
	}
}

class Telling {
	readonly #reader: GroupReader;
	readonly #groups: Groups;
	readonly #teachers: readonly number[];
	readonly #asked: Asked;
	readonly #parted = new Set<number>();
	readonly #giant: number;

	constructor(reader: GroupReader, groups: Groups, teachers: readonly number[], asked: Asked, giant: number) {
		this.#giant = giant;
		this.#reader = reader;
		this.#groups = groups;
		this.#teachers = teachers;
		this.#asked = asked;
	}

	*all(): Generator<Told> {
		const order = this.#order("first");
		let waiting: Placed[] = [];
		let read = 0;
		for (const batch of this.#reader.batches(order, this.#teachers)) {
			read += this.#whole(batch);
			waiting.push(...this.#told(batch));
			waiting.sort(byPlace);
			// groups overlap: a bounce may come days after its message
			const until =
				1000 *
				Math.min(
					this.#firstOf(order[read + (batch.goesOnAt === undefined ? 0 : 1)]),
					batch.goesOnAt ?? Number.POSITIVE_INFINITY,
				);
			const due = waiting.findIndex(({ at }) => at >= until);
			yield* due < 0 ? waiting : waiting.slice(0, due);
			waiting = due < 0 ? [] : waiting.slice(due).map(copied);
		}
	}

	*newest(): Generator<Told> {
		const order = this.#order("last").reverse();
		const { limit } = this.#asked;
		let found: Placed[] = [];
		let read = 0;
		for (const batch of this.#reader.batches(order, this.#teachers)) {
			read += this.#whole(batch);
			found = [...found, ...this.#told(batch)]
				.sort(byPlace)
				.slice(-limit - 1)
				.map(copied);
			const next = order[read];
			const oldest = found.length > limit ? found[0] : undefined;
			if (next !== undefined && oldest && oldest.at >= 1000 * (this.#groups.lastOf(next) + 1)) break;
		}
		yield* found;
	}

	#firstOf(group: number | undefined): number {
		return group === undefined ? Number.POSITIVE_INFINITY : this.#groups.firstOf(group);
	}

	/** How many groups have been read with this batch to their end; says so of one that is told in parts, or cannot be. */
	#whole({ groups, goesOnAt }: Batch): number {
		const group = groups[0] as number;
		const count = this.#groups.countOf(group);
		const lines = count.toLocaleString("en");
		const isParted = this.#parted.has(group);
		if (goesOnAt !== undefined && !isParted) {
			this.#parted.add(group);
			process.stderr.write(
				`mailtrail: ${lines} lines bear one Message-ID or lead to it: they are told in parts, and what no queue id joins is not looked for between these\n`,
			);
		}
		// a group that is read in parts is alone in its batch
		if (goesOnAt === undefined && !isParted && count > this.#giant)
			process.stderr.write(
				`mailtrail: ${lines} lines are of one message: it is told whole, and takes the memory of all of them\n`,
			);
		return goesOnAt === undefined ? groups.length : 0;
	}

	#order(by: "first" | "last"): number[] {
		const { texts } = this.#asked;
		return this.#groups.sorted(by, (group) => texts === undefined || this.#groups.isAsked(group));
	}

	#told({ groups, hops, groupOf, lines }: Batch): Placed[] {
		const read = new Set(groups);
		// by its id: joining makes another object of a hop that it learns something of
		const own = new Set([...groupOf].filter(([, group]) => read.has(group)).map(([hop]) => hop.id));
		const { query, lang } = this.#asked;
		return joinInOrder(hops)
			.filter(({ first }) => own.has(first.id))
			.map(({ journey, first }) => ({ told: diagnoseJourney(journey, lang), first }))
			.filter(({ told }) => matchesJourney(query, told))
			.map(({ told, first }) => ({
				journey: told,
				evidence: evidenceOf(told, lines),
				at: first.firstAt,
				id: first.id,
			}));
	}
}

/** Those of `lines` that the explanations name. */
export function evidenceOf({ recipients }: Journey, lines: ReadonlyMap<string, string>): Map<string, string> {
	const evidence = new Map<string, string>();
	for (const { diagnosis } of recipients)
		for (const ref of diagnosis?.evidence ?? []) {
			const raw = lines.get(ref);
			if (raw !== undefined) evidence.set(ref, raw);
		}
	return evidence;
}

/** Parts of blocks would keep these in memory. */
function copied(placed: Placed): Placed {
	if (placed.copied) return placed;
	const { journey, evidence } = placed;
	const lines: [string, string][] = JSON.parse(JSON.stringify([...evidence]));
	return { ...placed, journey: JSON.parse(JSON.stringify(journey)), evidence: new Map(lines), copied: true };
}

function byPlace(a: Placed, b: Placed): number {
	return a.at - b.at || (a.id < b.id ? -1 : 1);
}
