/** One entry of the journal as `journalctl -o json` prints it, and what its cursor says. */
import { RAW_LENGTH_MAX } from "@mailtrail/core/wire";
import type { Gap } from "./source.ts";

export interface Entry {
	line: string;
	bytes: number;
	cursor: string;
	/** bytes of the entry that were left out */
	cut: number;
	/** what may be missing before it */
	before?: Gap;
}

/** What of an entry matters to mail. */
export const FIELDS = [
	"__REALTIME_TIMESTAMP",
	"_HOSTNAME",
	"SYSLOG_IDENTIFIER",
	"_COMM",
	"SYSLOG_PID",
	"_PID",
	"PRIORITY",
	"MESSAGE",
];
/** A cursor's time in epoch milliseconds: `…;t=653f1c2b8a7d0;…`, microseconds in hexadecimal (sd-journal.c). */
export function writtenAt(cursor = ""): number | undefined {
	const microseconds = /(?:^|;)t=([0-9a-f]{1,16})(?:;|$)/.exec(cursor)?.[1];
	return microseconds === undefined ? undefined : Math.floor(Number.parseInt(microseconds, 16) / 1000);
}

/** One entry of journalctl's JSON, with the fields that matter to mail. */
export function readEntry(json: string): Entry | undefined {
	let value: unknown;
	try {
		value = JSON.parse(json);
	} catch {
		return undefined;
	}
	if (typeof value !== "object" || value === null) return undefined;
	const fields = new Map<string, unknown>(Object.entries(value));
	const cursor = fields.get("__CURSOR");
	if (typeof cursor !== "string" || cursor.length > 512) return undefined;
	const kept = FIELDS.filter((name) => fields.has(name)).map((name) => [name, fields.get(name)]);
	const whole = JSON.stringify(Object.fromEntries(kept));
	const line = whole.slice(0, RAW_LENGTH_MAX);
	return { line, bytes: Buffer.byteLength(line) + 1, cursor, cut: whole.length - line.length };
}
