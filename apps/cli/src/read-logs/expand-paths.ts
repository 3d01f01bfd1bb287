/**
 * Paths and patterns → files, the rotated pieces of a log oldest first: `mail.log.3.gz mail.log.2.gz mail.log.1 mail.log`,
 * `maillog-20260101 maillog-20260108 maillog`. A pattern that finds nothing is an error, not an empty answer.
 */
import { existsSync } from "node:fs";
import { glob } from "node:fs/promises";
import { BadUse } from "../failure.ts";

export async function expandPaths(paths: string[]): Promise<string[]> {
	const files = new Set<string>();
	for (const path of paths) {
		// a file whose name holds a bracket is itself before it is a pattern
		if (path === "-" || !/[*?[{]/.test(path) || existsSync(path)) {
			files.add(path);
			continue;
		}
		const found: string[] = [];
		for await (const file of glob(path)) found.push(file);
		if (found.length === 0) throw new BadUse(`${path}: no file fits this pattern; check it with ls`);
		for (const file of oldestFirst(found)) files.add(file);
	}
	return [...files];
}

/** Sorts pieces of the same log by age, different logs by name. */
export function oldestFirst(files: string[]): string[] {
	const pieces = files.map((file) => ({ file, ...rotation(file) }));
	pieces.sort(
		(a, b) =>
			compare(a.log, b.log) ||
			a.dated - b.dated ||
			compare(a.date, b.date) ||
			b.turn - a.turn ||
			compare(a.file, b.file),
	);
	return pieces.map((piece) => piece.file);
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

interface Rotation {
	/** the name of the log that it is a piece of */
	log: string;
	/** 0: rotated, with a date in its name; 1: with a number, or the log itself */
	dated: number;
	date: string;
	/** how often it was rotated; 0 for the log itself */
	turn: number;
}

/** logrotate's names: `.N`, and with dateext `-YYYYMMDD` or `-YYYYMMDD-SSSSSSSSSS`; newsyslog's `.N.bz2` */
function rotation(file: string): Rotation {
	const name = file.replace(/\.(?:gz|xz|zst|bz2)$/, "");
	const dated = /^(.+)[-.](\d{8}(?:[-T]?\d{2,10})?)$/.exec(name);
	if (dated?.[1] && dated[2]) return { log: dated[1], dated: 0, date: dated[2], turn: 0 };
	const numbered = /^(.+)\.(\d{1,5})$/.exec(name);
	if (numbered?.[1]) return { log: numbered[1], dated: 1, date: "", turn: Number(numbered[2]) };
	return { log: name, dated: 1, date: "", turn: 0 };
}
