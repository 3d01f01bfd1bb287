/**
 * One entry of `journalctl -o json`: time from `__REALTIME_TIMESTAMP` (microseconds), program from
 * `SYSLOG_IDENTIFIER`, message a string or, where it was not UTF-8, an array of bytes.
 */
import { ledByOwnId, type ReadLine } from "./header.ts";
import type { Clock } from "./timestamp.ts";

/** The one global that Node, Bun and browsers share beyond the language itself. */
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };

type Entry = Readonly<Record<string, unknown>>;

/** Reads an entry; undefined where the line is no JSON object with a message. */
export function readJournalEntry(raw: string, clock: Clock): ReadLine | undefined {
	const entry = readJson(raw);
	if (!entry) return undefined;
	const message = readText(entry.MESSAGE);
	if (message === undefined) return undefined;
	const header: ReadLine["header"] = {};
	const at = readText(entry.__REALTIME_TIMESTAMP);
	if (at !== undefined && /^\d{7,17}$/.test(at)) {
		header.at = clock.write(Number(at.slice(0, -6)) * 1000, `.${at.slice(-6)}`);
	}
	const host = readText(entry._HOSTNAME);
	if (host) header.host = host;
	const program = readText(entry.SYSLOG_IDENTIFIER) ?? readText(entry._COMM);
	if (program) header.program = program;
	const ownId = readText(entry.SYSLOG_PID);
	const pid = ownId ?? readText(entry._PID);
	const isPid = pid !== undefined && /^\d{1,10}$/.test(pid) && (program !== "dma" || ownId === undefined);
	if (isPid) header.pid = Number(pid);
	else if (pid !== undefined && program) return { header, message: ledByOwnId(program, pid, message) };
	return { header, message };
}

function readJson(raw: string): Entry | undefined {
	try {
		const value: unknown = JSON.parse(raw);
		return typeof value === "object" && value !== null ? (value as Entry) : undefined;
	} catch {
		return undefined;
	}
}

/** A field of the journal: a string, or its bytes; of several values of one name the first. */
function readText(value: unknown): string | undefined {
	if (typeof value === "string") return value;
	if (typeof value === "number") return String(value);
	if (!Array.isArray(value)) return undefined;
	if (typeof value[0] === "string") return value[0];
	if (!value.every((byte): byte is number => typeof byte === "number")) return undefined;
	return new TextDecoder().decode(Uint8Array.from(value));
}
