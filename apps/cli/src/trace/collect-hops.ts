/**
 * Logs → all their hops, for questions that no text in a line answers. Folds while it reads, so that of a message that left its queue
 * only the hop is kept, and of a session in which nobody was refused nothing. An id that comes back later is read again at the
 * end. A line that was broken in two (copied from a web page or a mail) is put together where only both pieces make sense.
 */
import { getHeapStatistics } from "node:v8";
import { foldQueue, type Hop, isSessionKey, type LocatedEvent, queueKeys } from "@mailtrail/core/trace";
import { BadUse } from "../failure.ts";
import { readLines } from "../read-logs/read-lines.ts";
import { eventsOfKeys } from "./events-of-keys.ts";
import type { HostFile } from "./host-file.ts";
import { joinBroken } from "./join-broken.ts";

/** Lines of one log between the end of a message and its folding: stragglers come within seconds. */
const QUIET_LINES = 20_000;
/** how much of the memory that Node allows may be used */
const FULL = 0.85;

export interface HopCollection {
	hops: Hop[];
	/** the lines that are still held, of files that can be read but once */
	raw: ReadonlyMap<string, string>;
}

export async function collectHops(
	files: readonly HostFile[],
	quietLines = QUIET_LINES,
): Promise<HopCollection> {
	const collector = new HopCollector(quietLines);
	for (const file of files) await collector.read(file);
	return { hops: await collector.finish(files), raw: collector.raw };
}

class HopCollector {
	readonly raw = new Map<string, string>();
	readonly #quietLines: number;
	readonly #open = new Map<string, LocatedEvent[]>();
	readonly #folded = new Map<string, Hop[]>();
	/** folded too early: lines came afterwards */
	readonly #back = new Set<string>();
	/** queue keys whose message left, with the line at which it did, in that order */
	#leaving: { key: string; line: number }[] = [];
	#line = 0;

	constructor(quietLines: number) {
		this.#quietLines = quietLines;
	}

	async read(file: HostFile): Promise<void> {
		const options = file.blocks.options;
		const joiner = joinBroken(options, (event, number) => {
			if (event.at !== undefined) file.generation ??= new Date(event.at).toISOString();
			const located = {
				host: file.host,
				ref: `${file.host}:${file.blocks.file}:${number}`,
				...(file.generation !== undefined && { generation: file.generation }),
				order: file.order() + number,
				event: { ...file.bare, ...event },
			};
			for (const key of queueKeys(file.host, located.event)) this.#add(key, located, file.once);
		});
		await readLines(
			file.blocks.file,
			(raw, number) => {
				this.#line += 1;
				file.blocks.lines = number;
				joiner.line(raw, number);
			},
			() => {
				this.#foldQuiet();
				checkMemory(file.blocks.file);
				return undefined;
			},
		);
		joiner.end();
	}

	async finish(files: readonly HostFile[]): Promise<Hop[]> {
		for (const key of this.#back) this.#folded.delete(key);
		const again = await eventsOfKeys(files, this.#back);
		for (const [key, events] of [...this.#open, ...again]) {
			if (this.#back.has(key) && !again.has(key)) continue;
			this.#folded.set(key, foldQueue(key, events));
		}
		return [...this.#folded.values()].flat();
	}

	#add(key: string, located: LocatedEvent, once: boolean): void {
		if (this.#back.has(key)) return;
		if (this.#folded.has(key)) {
			this.#back.add(key);
			return;
		}
		const { event, ref } = located;
		if (once) this.raw.set(ref, event.raw);
		const events = this.#open.get(key);
		if (events) events.push(located);
		else this.#open.set(key, [located]);
		// what comes once cannot be read again
		if (once) return;
		if (event.kind === "removed") this.#leaving.push({ key, line: this.#line });
		else if (event.kind === "disconnect" && isSessionKey(key) && !this.#open.get(key)?.some(isRefusal)) {
			this.#open.delete(key);
		}
	}

	#foldQuiet(): void {
		const quiet = this.#leaving.findIndex(({ line }) => line > this.#line - this.#quietLines);
		const gone = quiet < 0 ? this.#leaving : this.#leaving.slice(0, quiet);
		if (gone.length === 0) return;
		this.#leaving = quiet < 0 ? [] : this.#leaving.slice(quiet);
		for (const { key } of gone) {
			const events = this.#open.get(key);
			if (!events) continue;
			this.#open.delete(key);
			// a copy: texts cut out of a line would keep the whole line
			this.#folded.set(key, JSON.parse(JSON.stringify(foldQueue(key, events))) as Hop[]);
		}
	}
}

function isRefusal({ event }: LocatedEvent): boolean {
	return event.kind === "reject" && !event.queueId;
}

function checkMemory(file: string): void {
	const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
	if (used < FULL * limit) return;
	const gigabytes = (limit / 2 ** 30).toFixed(1);
	throw new BadUse(
		`${file}: these logs hold more messages than fit into the ${gigabytes} GB that Node allows; ask for an address or an id, name fewer files, set NODE_OPTIONS=--max-old-space-size=16000, or import them into a hub`,
	);
}
