/** What a destination's tries come to in the words of the answer: percentiles, causes, trend, TLS. */
import { causeTitle, type Language } from "@mailtrail/core/diagnose";
import type { DestinationRow } from "@mailtrail/core/wire";
import { type DelayCounts, percentilesOf } from "../store/delay-classes.ts";
import { SLOT_MS, type WayDetail } from "../store/hop-sums.ts";
import type { TimeSpan, WayDetailRow, WayRow } from "../store/kept-figures.ts";
import { termText } from "./question.ts";
import { Tally } from "./sample.ts";

const STAGES = { a: "before", b: "queue", c: "connect", d: "transmit" } as const;
const RELAYS_SHOWN = 5;
const CAUSES_SHOWN = 8;

/** The figures without what a detail is needed for. */
export function figuresOf({ recipients, accepted, delayed, failed }: WayRow): {
	recipients: number;
	results: DestinationRow["results"];
} {
	const plus = (n: number) => Math.max(0, n);
	return {
		recipients: plus(recipients),
		results: { accepted: plus(accepted), delayed: plus(delayed), failed: plus(failed) },
	};
}

type Detailed = Pick<DestinationRow, "delay" | "stages" | "causes" | "trend" | "tls" | "relays">;

/** `step` in seconds. */
export function detailOf(details: WayDetailRow[], span: TimeSpan, step: number, lang: Language): Detailed {
	const sum = new DetailSum(span, step);
	for (const { hour, detail } of details) sum.add(hour, detail);
	return sum.answer(lang);
}

/** The delays of all stages alone, for the span that is compared with. */
export function delayOf(details: WayDetailRow[]): DestinationRow["delay"] {
	const counts: DelayCounts = {};
	for (const { detail } of details)
		for (const [name, n] of Object.entries(detail))
			if (name.startsWith("t:")) counts[Number(name.slice(2))] = (counts[Number(name.slice(2))] ?? 0) + n;
	return percentilesOf(counts);
}

class DetailSum {
	readonly #span: TimeSpan;
	readonly #step: number;
	readonly #causes = new Tally();
	readonly #relays = new Tally();
	readonly #delays: Record<string, DelayCounts> = {};
	readonly #slots = new Map<number, DestinationRow["trend"][number]>();
	#tls = 0;
	#plain = 0;

	constructor(span: TimeSpan, step: number) {
		this.#span = span;
		this.#step = step * 1_000;
		for (let at = Math.floor(span.since / this.#step) * this.#step; at < span.until; at += this.#step)
			this.#slots.set(at, { at: new Date(at).toISOString(), accepted: 0, delayed: 0, failed: 0 });
	}

	add(hour: number, detail: WayDetail): void {
		for (const [name, n] of Object.entries(detail)) {
			const value = name.slice(2);
			switch (name[0]) {
				case "w":
					this.#causes.add(value, n);
					break;
				case "r":
					this.#relays.add(value, n);
					break;
				case "s":
					this.#addSlot(hour, value, n);
					break;
				default:
					if (name === "tls") this.#tls += n;
					else if (name === "plain") this.#plain += n;
					else this.#addDelay(name[0] ?? "", Number(value), n);
			}
		}
	}

	answer(lang: Language): Detailed {
		const delay = percentilesOf(this.#delays.t ?? {});
		const [before, queue, connect, transmit] = ["a", "b", "c", "d"].map((stage) =>
			percentilesOf(this.#delays[stage] ?? {}),
		);
		const of = this.#tls + this.#plain;
		return {
			...(delay && { delay }),
			...(before && queue && connect && transmit && { stages: { before, queue, connect, transmit } }),
			causes: causesOf(this.#causes, lang, CAUSES_SHOWN),
			relays: this.#relays
				.sorted()
				.slice(0, RELAYS_SHOWN)
				.map(({ name }) => name),
			trend: [...this.#slots.values()],
			...(of > 0 && { tls: { encrypted: this.#tls, of } }),
		};
	}

	#addSlot(hour: number, value: string, n: number): void {
		const [no, result] = value.split(":");
		const at = hour + Number(no) * SLOT_MS;
		if (at < this.#span.since - SLOT_MS || at >= this.#span.until) return;
		const slot = this.#slots.get(Math.floor(at / this.#step) * this.#step);
		if (slot && (result === "accepted" || result === "delayed" || result === "failed"))
			slot[result] = Math.max(0, slot[result] + n);
	}

	#addDelay(stage: string, no: number, n: number): void {
		if (stage !== "t" && !(stage in STAGES)) return;
		const counts = this.#delays[stage] ?? {};
		this.#delays[stage] = counts;
		counts[no] = (counts[no] ?? 0) + n;
	}
}

export function causesOf(tally: Tally, lang: Language, limit: number): DestinationRow["causes"] {
	return tally
		.sorted()
		.slice(0, limit)
		.map(({ name, n }) => ({
			cause: name,
			title: causeTitle(name, lang),
			n,
			query: termText("cause", name),
		}));
}
