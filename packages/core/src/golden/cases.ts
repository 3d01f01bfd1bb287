/**
 * The golden cases: folders `<mta>/<case>/` with `input.log`, what it must give in `events.json`, and `why.md` that says
 * what the case holds. `options.json` (zone, now, program) where the defaults below do not do.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLineParser, type ParseOptions } from "../parse/index.ts";

const DEFAULTS = { zone: "Asia/Tokyo", now: "2026-11-22T12:00:00+09:00" };

export interface GoldenCase {
	/** `postfix/refused-at-rcpt` */
	name: string;
	folder: string;
}

/** Every case, in order of name. */
export function listCases(): GoldenCase[] {
	const root = import.meta.dirname;
	return folders(root).flatMap((mta) =>
		folders(join(root, mta)).map((name) => ({ name: `${mta}/${name}`, folder: join(root, mta, name) })),
	);
}

function folders(path: string): string[] {
	return readdirSync(path, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map((entry) => entry.name)
		.sort();
}

/** What the case's input gives now: one event a line, without `raw`. */
export function readEvents(folder: string): object[] {
	const parser = createLineParser(readOptions(folder));
	const lines = readFileSync(join(folder, "input.log"), "utf8").split("\n");
	if (lines.at(-1) === "") lines.pop();
	return lines.map((line) => {
		const { raw: _, ...event } = parser.parse(line);
		return event;
	});
}

function readOptions(folder: string): ParseOptions {
	const path = join(folder, "options.json");
	const own = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Partial<typeof DEFAULTS>) : {};
	const { now, ...rest } = { ...DEFAULTS, ...own };
	return { ...rest, now: Date.parse(now) };
}

/** What the case must give; undefined where nobody has approved anything yet. */
export function readApproved(folder: string): object[] | undefined {
	const path = join(folder, "events.json");
	return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as object[]) : undefined;
}
