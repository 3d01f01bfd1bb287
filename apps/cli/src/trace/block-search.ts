/** Finds the lines of a block that hold one of many texts, also texts that are only learned from the lines found. */
import { type CommonWords, NeedleTable, SCANNED_KINDS, scanKind, UNCERTAIN } from "@mailtrail/core/scan";
import type { BlockLine, LineBlock } from "./line-blocks.ts";

export interface Wanted {
	text: string;
	/** `session`: its lines; `refusal`: only those that refuse somebody */
	sort: "asked" | "id" | "session" | "refusal";
	/** the line must hold this too */
	peer?: string;
}

export class BlockSearch {
	readonly #common: CommonWords;
	readonly #all: Part;
	/** added while a block is searched */
	#fresh: Part | undefined;
	#searching = false;

	constructor(common: CommonWords = new Set()) {
		this.#common = common;
		this.#all = new Part(common);
	}

	add(wanted: Wanted): void {
		this.#all.add(wanted);
		if (!this.#searching) return;
		this.#fresh ??= new Part(this.#common);
		this.#fresh.add(wanted);
	}

	/** Each line comes once for what is known when the block is begun, and again for what is learned from it. */
	search(block: LineBlock, onLine: (line: BlockLine, asked: boolean) => void): void {
		this.#searching = true;
		for (let part: Part | undefined = this.#all; part; part = this.#fresh) {
			// nothing may be added to a table that is being searched
			const places = part.placesIn(block);
			this.#fresh = undefined;
			part.tell(block, places, onLine);
		}
		this.#searching = false;
	}
}

interface Found {
	place: number;
	wanted: Wanted;
}

class Part {
	readonly #table: NeedleTable;
	readonly #wanted: Wanted[] = [];

	constructor(common: CommonWords) {
		this.#table = new NeedleTable(common);
	}

	add(wanted: Wanted): void {
		this.#table.add(Buffer.from(wanted.text, "utf8"));
		this.#wanted.push(wanted);
	}

	placesIn(block: LineBlock): Found[] {
		const found: Found[] = [];
		this.#table.search(block.bytes, block.length, (place, needle) => {
			found.push({ place, wanted: this.#wanted[needle] as Wanted });
		});
		return found.sort((a, b) => a.place - b.place);
	}

	tell(block: LineBlock, places: readonly Found[], onLine: (line: BlockLine, asked: boolean) => void): void {
		let told: { start: number; asked: boolean } | undefined;
		for (const { place, wanted } of places) {
			const line = block.lineAt(place);
			if (!line) continue;
			const asked = wanted.sort === "asked";
			if (told?.start === line.start && (told.asked || !asked)) continue;
			if (!fits(wanted, block, line)) continue;
			told = { start: line.start, asked };
			onLine(line, asked);
		}
	}
}

/** A process has thousands of lines: what its bytes tell is not parsed. */
function fits({ sort, peer }: Wanted, { bytes }: LineBlock, { start, end }: BlockLine): boolean {
	if (sort === "asked" || sort === "id") return true;
	const kind = scanKind(bytes, start, end);
	if (kind !== UNCERTAIN) {
		const name = SCANNED_KINDS[kind] as string;
		if (sort === "refusal" ? name !== "reject" : !SESSION_KINDS.has(name)) return false;
	}
	return peer === undefined || bytes.subarray(start, end).includes(peer);
}

const SESSION_KINDS: ReadonlySet<string> = new Set([
	"connect",
	"disconnect",
	"connection-lost",
	"received",
	"reject",
]);
