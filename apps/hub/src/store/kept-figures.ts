/** What is counted beside the hops, as it is asked for and answered: sums over messages, and tries by the way that they took. */
import type { SumKind, WayDetail } from "./hop-sums.ts";
import type { OutwardTry } from "./outward-tries.ts";

/** Tries of the same kind: how many messages had them, the first and the last. */
export interface TryGroup extends Omit<OutwardTry, "at" | "queueId"> {
	host: string;
	messages: number;
	/** epoch milliseconds */
	firstAt: number;
	lastAt: number;
}

/** epoch milliseconds; `until` is not part of it */
export interface TimeSpan {
	since: number;
	until: number;
}

export type SumDimension = "name" | "bucket" | "host" | "outcome";
export interface SumRequest extends TimeSpan {
	kind: SumKind;
	/** rows that agree in these are one; `bucket` is the beginning of a step in epoch milliseconds */
	by: readonly SumDimension[];
	/** milliseconds of a step, whole minutes or hours as the kind is kept */
	step?: number;
	/** of these names alone */
	names?: readonly string[];
	/** of each slice no more than so many rows, those with the most messages */
	top?: number;
	host?: string;
	/** of the newest slices alone, as soon as so many messages are counted: they are that many at least */
	enough?: number;
}
export interface SumRow {
	name: string;
	bucket: number;
	host: string;
	outcome: string;
	recipients: number;
	messages: number;
}

export interface WayRequest extends TimeSpan {
	domain?: string;
	host?: string;
}
/** One host's tries towards a domain; those that a relay of ours took (`inner`) apart from those that left us. */
export interface WayRow {
	domain: string;
	host: string;
	inner: boolean;
	/** the host of ours that took them */
	to?: string;
	accepted: number;
	delayed: number;
	failed: number;
	recipients: number;
	/** of accepted tries, all together */
	seconds: number;
	lastAt: number;
	lastAcceptedAt: number;
}
export interface WayDetailRow extends WayHourRow {
	domain: string;
}
/** One host's tries within an hour towards all domains together: of the detail its delays, TLS and causes. */
export interface WayHourRow extends Pick<WayRow, "host" | "inner" | "to"> {
	/** epoch milliseconds of the hour's beginning */
	hour: number;
	detail: WayDetail;
}
