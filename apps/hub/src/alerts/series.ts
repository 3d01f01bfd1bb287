/** A series of values per subject, and the moments at which a span is measured. */
import type { SampleRecord } from "../store/alert-store.ts";
import type { LineReads } from "../store/store.ts";
import type { Measurement } from "./rule-state.ts";

/** between two moments of a span */
export const STEP_MS = 300_000;

export interface Series {
	subject: string;
	hosts: string[];
	points: Measurement[];
}

export interface Measuring {
	store: LineReads;
	/** epoch milliseconds; the moments `since + STEP_MS`, … up to `until` are measured, at least `until` itself */
	since: number;
	until: number;
	/** of the rule's kind, from a window before `since` on; of other kinds none is needed */
	samples: readonly SampleRecord[];
}

/** The moments of a span, its end always among them. */
export function momentsOf({ since, until }: Pick<Measuring, "since" | "until">): number[] {
	const count = Math.max(0, Math.ceil((until - since) / STEP_MS) - 1);
	return Array.from({ length: count + 1 }, (_, i) => until - (count - i) * STEP_MS);
}
