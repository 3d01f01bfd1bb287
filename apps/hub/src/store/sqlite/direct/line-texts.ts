/**
 * Raw lines as bytes, outside of what the garbage collector looks through: a quarter of a million events would be copied and looked
 * at again and again until their slice is written. Core makes an event of its line again when it is asked for; only its time
 * hangs on the lines before, and is kept.
 */
import { createLineReader } from "@mailtrail/core/syslog";
import type { MailEvent } from "@mailtrail/core/event";
import { createLineParser, type LineParser } from "@mailtrail/core/parse";
import { ByteStore } from "../packed/byte-store.ts";
import { type Difference, differenceOf, packBytes, readingAt } from "../packed/line-block.ts";

/** `Jan 12 04:00:10`: lines that begin alike have one time */
const LEAD = 15;

/** What lines that follow each other have for a time, and the first of them. */
interface Moment {
	at: string | undefined;
	lead: string;
	raw: string;
}

export class LineTexts {
	readonly #texts = new ByteStore();
	/** of each line */
	readonly #momentOf: number[] = [];
	readonly #moments: Moment[] = [];
	/** which time a line has is told by its moment */
	readonly #parser: LineParser = createLineParser({ zone: "UTC", now: 0 });

	/** Behind those before. */
	add({ raw, at }: Pick<MailEvent, "raw" | "at">): void {
		this.#texts.addText(raw);
		const moment = this.#moments.at(-1);
		if (!moment || moment.at !== at || !raw.startsWith(moment.lead))
			this.#moments.push({ at, lead: raw.slice(0, LEAD), raw });
		this.#momentOf.push(this.#moments.length - 1);
	}

	/** As it was when it was added. */
	event(line: number): MailEvent {
		const event = this.#parser.parse(this.#texts.text(line));
		const { at } = this.#moment(line);
		if (at !== undefined) event.at = at;
		else if (event.at !== undefined) delete event.at;
		return event;
	}

	/** These lines as a block of a packed slice: what `packLines` makes of their events. */
	pack(lines: readonly number[], ids: readonly number[]): Uint8Array {
		const reading = readingAt(lines.map((line) => this.#moment(line).at));
		const differences: Record<number, Difference> = {};
		let [known, isSame] = [-1, true];
		for (const [place, line] of lines.entries()) {
			const moment = this.#momentOf[line] ?? 0;
			if (moment !== known) {
				const { raw, at } = this.#moment(line);
				// a reader of its own: one that has read other lines knows of a clock that was set back
				isSame = createLineReader(reading).read(raw)?.header.at === at;
				known = moment;
			}
			const difference = isSame ? undefined : differenceOf(this.event(line), reading);
			if (difference) differences[place] = difference;
		}
		const lengths = lines.map((line) => this.#texts.lengthOf(line));
		return packBytes({ ids, lengths, pieces: this.#texts.together(lines), reading, differences });
	}

	#moment(line: number): Moment {
		const moment = this.#moments[this.#momentOf[line] ?? -1];
		if (!moment) throw new Error(`there is no line ${line}`);
		return moment;
	}
}
