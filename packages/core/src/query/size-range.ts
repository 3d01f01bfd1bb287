/** `size:` values: `1284`, `>1M`, `<=10k`, `10k..2M`. k, M and G are powers of 1024. */
import type { Span } from "./query.ts";

const UNITS: Record<string, number> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

export function readSize(text: string): Span | undefined {
	const bounds = text.split("..");
	if (bounds.length === 2) {
		const min = readBytes(bounds[0] ?? "");
		const max = readBytes(bounds[1] ?? "");
		return min === undefined || max === undefined ? undefined : { min, max };
	}
	const sign = /^[<>]?=?/.exec(text)?.[0] ?? "";
	const bytes = readBytes(text.slice(sign.length));
	if (bytes === undefined) return undefined;
	switch (sign) {
		case ">":
			return { min: bytes + 1 };
		case ">=":
			return { min: bytes };
		case "<":
			return { max: bytes - 1 };
		case "<=":
			return { max: bytes };
		default:
			return { min: bytes, max: bytes };
	}
}

function readBytes(text: string): number | undefined {
	const match = /^(\d{1,15}(?:\.\d{1,6})?)([kmg]?)(?:i?b)?$/i.exec(text.trim());
	if (!match) return undefined;
	return Math.round(Number(match[1]) * (UNITS[(match[2] ?? "").toLowerCase()] ?? 1));
}
