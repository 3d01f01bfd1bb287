/** Rows for people: columns as wide as they need, no lines. */
import { harmless } from "./pen.ts";

export function tableLines(head: string[], rows: string[][]): string[] {
	const all = [head, ...rows.map((row) => row.map(harmless))];
	const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
	return all.map((row) =>
		row
			.map((cell, column) => cell.padEnd(widths[column] ?? 0))
			.join("  ")
			.trimEnd(),
	);
}
