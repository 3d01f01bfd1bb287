/** Finds the lines of a block that hold one of many texts, also texts that are only learned from the lines found. */
import { type CommonWords, NeedleTable, SCANNED_KINDS, scanKind, UNCERTAIN } from "@mailtrail/core/scan";
import type { BlockLine } from "./block-lines.ts";
import type { LineBlock } from "./line-blocks.ts";

export interface Wanted {
	/** the line must hold one of them */
	texts: readonly string[];
	/**
	 * `session`: its lines; `refusal`: only those that refuse somebody; `words`: lines that try or refuse; `client`: those of a
	 * message taken in; `presence`: whether there is one; `refuser`: those that refuse somebody, whoever it is
	 */
	sort: "asked" | "id" | "session" | "refusal" | "words" | "client" | "presence" | "refuser";
	/** the line must hold these too */
	besides?: readonly string[];
	/** of this host alone */
	host?: string;
	/** the line must be of this process, told right before the text; all that name one have the same texts */
	process?: string;
	/** lines that bytes place further from this moment are of no interest */
	around?: { at: number; withinMs: number };
	/** lines of this block and later ones have been told */
	before?: number;
}

/** A line is told once for each sort, and of those that belong to messages once, or again if it is asked for. */
export type OnFound = (line: BlockLine, sort: Wanted["sort"]) => void;
/** A text whose place alone is of interest is told wherever it stands, before any line of the block is. */
export type OnPlace = (place: number, sort: Wanted["sort"]) => void;

export class BlockSearch {
	readonly #common: CommonWords;
	readonly #all: Part;
	/** added while a block is searched */
	#fresh: Part | undefined;
	/** parts that are searched for in turn */
	#spare: Part[] = [];
	#searching = false;

	constructor(common: CommonWords = new Set()) {
		this.#common = common;
		this.#all = new Part(common);
	}

	/** `here`: whether the block that is being searched may hold it. */
	add(wanted: Wanted, here = true): void {
		this.#all.add(wanted);
		if (!this.#searching || !here) return;
		this.#fresh ??= this.#spare.pop() ?? new Part(this.#common);
		this.#fresh.add(wanted);
	}

	/** Forgets everything for good: another search may have its memory. */
	release(): void {
		for (const part of [this.#all, ...this.#spare, ...(this.#fresh ? [this.#fresh] : [])]) part.release();
	}

	/** Each line comes once for what is known when the block is begun, and again for what is learned from it. Blocks have numbers. */
	search(
		host: string,
		block: LineBlock,
		onLine: OnFound,
		number = 0,
		onPlace: OnPlace = () => undefined,
	): void {
		this.#searching = true;
		for (let part: Part | undefined = this.#all; part; part = this.#fresh) {
			// nothing may be added to a table that is being searched
			const places = part.placesIn(block, onPlace);
			this.#fresh = undefined;
			part.tell(host, block, number, places, onLine);
			if (part === this.#all) continue;
			part.clear();
			this.#spare.push(part);
		}
		this.#searching = false;
	}
}

/** What is wanted of one text. */
interface Needle {
	/** its places alone are wanted, for this */
	placed: Wanted["sort"] | undefined;
	wanted: Wanted[];
	/** processes want it too */
	ofProcesses: boolean;
}

const BRACKET = 91;
/** `[4294967295`: the text begins with the closing bracket */
const PROCESS_MAX = 12;

interface Found {
	place: number;
	needle: Needle;
}

class Part {
	readonly #table: NeedleTable;
	#needles: Needle[] = [];
	readonly #byText = new Map<string, Needle>();
	/** what is wanted of thousands of processes, all of the same few texts */
	readonly #byProcess = new Map<string, Wanted[]>();

	constructor(common: CommonWords) {
		this.#table = new NeedleTable(common);
	}

	add(wanted: Wanted): void {
		const { process } = wanted;
		const same = process === undefined ? undefined : this.#byProcess.get(process);
		if (same) same.push(wanted);
		else if (process !== undefined) this.#byProcess.set(process, [wanted]);
		// the first process brought the texts of all
		if (process !== undefined && this.#byProcess.size > 1) return;
		for (const text of wanted.texts) {
			const needle = this.#needleOf(text);
			if (wanted.sort === "presence" || wanted.sort === "refuser") needle.placed = wanted.sort;
			else if (process === undefined) needle.wanted.push(wanted);
			else needle.ofProcesses = true;
		}
	}

	#needleOf(text: string): Needle {
		const known = this.#byText.get(text);
		if (known) return known;
		const needle: Needle = { placed: undefined, wanted: [], ofProcesses: false };
		this.#byText.set(text, needle);
		this.#table.add(Buffer.from(text, "utf8"));
		this.#needles.push(needle);
		return needle;
	}

	clear(): void {
		this.#table.clear();
		this.#needles = [];
		this.#byText.clear();
		this.#byProcess.clear();
	}

	release(): void {
		this.#table.release();
	}

	placesIn(block: LineBlock, onPlace: OnPlace): Found[] {
		const found: Found[] = [];
		this.#table.search(block.held, (place, nth) => {
			const needle = this.#needles[nth] as Needle;
			if (needle.placed !== undefined) onPlace(place, needle.placed);
			if (needle.wanted.length > 0 || needle.ofProcesses) found.push({ place, needle });
		});
		return found.sort((a, b) => a.place - b.place);
	}

	tell(host: string, block: LineBlock, number: number, places: readonly Found[], onLine: OnFound): void {
		let start: number | undefined;
		const told = new Set<Wanted["sort"]>();
		for (const { place, needle } of places)
			for (const wanted of this.#wantedAt(block, place, needle)) {
				if (wanted.host !== undefined && wanted.host !== host) continue;
				if (wanted.before !== undefined && number >= wanted.before) continue;
				const line = block.lineAt(place);
				if (!line) continue;
				if (line.start !== start) told.clear();
				start = line.start;
				const sort = KIND_OF[wanted.sort];
				if (told.has(sort) || (sort === "id" && told.has("asked")) || !fits(wanted, block, line)) continue;
				told.add(sort);
				onLine(line, sort);
			}
	}

	#wantedAt({ bytes }: LineBlock, place: number, { wanted, ofProcesses }: Needle): readonly Wanted[] {
		if (!ofProcesses) return wanted;
		for (let from = place - 1; from >= Math.max(0, place - PROCESS_MAX); from--) {
			if (bytes[from] !== BRACKET) continue;
			const own = this.#byProcess.get(bytes.toString("latin1", from, place));
			return own ? [...wanted, ...own] : wanted;
		}
		return wanted;
	}
}

const KIND_OF: Record<Wanted["sort"], Wanted["sort"]> = {
	asked: "asked",
	id: "id",
	session: "id",
	refusal: "id",
	words: "words",
	client: "client",
	presence: "presence",
	refuser: "refuser",
};

/** A process has thousands of lines, words are in many: what bytes tell is not parsed. */
function fits(
	{ sort, besides, around }: Wanted,
	{ bytes, timeOf }: LineBlock,
	{ start, end }: BlockLine,
): boolean {
	if (around && Math.abs(timeOf(start, end) - around.at) > around.withinMs) return false;
	if (besides) {
		const line = bytes.toString("latin1", start, end);
		if (!besides.every((text) => line.includes(text))) return false;
	}
	// last: few lines come this far, and of few the table of kinds is not made
	const kinds = KINDS[sort];
	if (!kinds) return true;
	const kind = scanKind(bytes, start, end);
	return kind === UNCERTAIN || kinds.has(SCANNED_KINDS[kind] as string);
}

const KINDS: Partial<Record<Wanted["sort"], ReadonlySet<string>>> = {
	session: new Set(["connect", "disconnect", "connection-lost", "received", "reject"]),
	refusal: new Set(["reject"]),
	words: new Set(["reject", "delivery"]),
	client: new Set(["received"]),
};
