/**
 * Ranges of numbers as people write them: `1284`, `>1M`, `<=10k`, `10k..2M`. For `size:` bytes, where k, M and G are powers
 * of 1024; for `delay:` times, `>5m`, `30s..2h`, where a bare number is seconds.
 */
import type { Span } from "./query.ts";

const BYTES: Record<string, number> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const MILLIS: Record<string, number> = {
	"": 1_000,
	ms: 1,
	s: 1_000,
	m: 60_000,
	h: 3_600_000,
	d: 86_400_000,
	w: 604_800_000,
};

/** Bytes. */
export function readSize(text: string): Span | undefined {
	return readRange(text, /^(\d{1,15}(?:\.\d{1,6})?)([kmg]?)(?:i?b)?$/i, BYTES);
}

/** Milliseconds. */
export function readDelay(text: string): Span | undefined {
	return readRange(text, /^(\d{1,9}(?:\.\d{1,6})?)\s?(ms|[smhdw]?)$/i, MILLIS);
}

function readRange(text: string, shape: RegExp, units: Record<string, number>): Span | undefined {
	const read = (part: string): number | undefined => {
		const match = shape.exec(part.trim());
		return match ? Math.round(Number(match[1]) * (units[(match[2] ?? "").toLowerCase()] ?? 1)) : undefined;
	};
	const bounds = text.split("..");
	if (bounds.length === 2) {
		const min = read(bounds[0] ?? "");
		const max = read(bounds[1] ?? "");
		return min === undefined || max === undefined ? undefined : { min, max };
	}
	const sign = /^[<>]?=?/.exec(text)?.[0] ?? "";
	const number = read(text.slice(sign.length));
	if (number === undefined) return undefined;
	switch (sign) {
		case ">":
			return { min: number + 1 };
		case ">=":
			return { min: number };
		case "<":
			return { max: number - 1 };
		case "<=":
			return { max: number };
		default:
			return { min: number, max: number };
	}
}
