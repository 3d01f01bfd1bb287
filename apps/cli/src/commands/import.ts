/**
 * `mailtrail import`: logs of a host that has no agent, or old ones, into a hub. A content is known again by its first bytes,
 * whatever its name and packing: what was broken off goes on, what is there is not sent again.
 */
import { hash } from "node:crypto";
import { statSync } from "node:fs";
import { isUtf8 } from "node:buffer";
import { resolve } from "node:path";
import { createLineParser, rejoinBroken } from "@mailtrail/core/parse";
import {
	BATCH_LINES_MAX,
	type Imported,
	type ImportState,
	type Position,
	RAW_LENGTH_MAX,
} from "@mailtrail/core/wire";
import { ANSWERED, BadUse } from "../failure.ts";
import { type HubClient, hubFrom } from "../hub/hub-client.ts";
import { type CommandSpec, readOptions } from "../options/read-options.ts";
import { expandPaths } from "../read-logs/expand-paths.ts";
import { openLog } from "../read-logs/open-log.ts";
import { showProgress } from "../read-logs/progress.ts";

const SPEC: CommandSpec = {
	usage: "mailtrail import --hub URL --host NAME FILE…",
	about:
		"Sends logs of a host that has no agent, or old ones, to a hub. It may be broken off and run again: what the hub has is\nnot sent twice. Rotated and compressed files are taken oldest first.",
	options: {
		hub: { value: "URL", help: "this hub (or MAILTRAIL_HUB; default: the last login)" },
		host: { value: "NAME", help: "the host that wrote these logs" },
		tz: { value: "ZONE", help: "for times without a zone (default: this machine's)" },
		json: { help: "one JSON object per file" },
	},
	examples: ["mailtrail import --host mx1 '/var/log/mail.log*'"],
};

/** bytes of the first part that identify a content, as agents have it */
const HEAD_BYTES = 4096;
const DAY_MS = 86_400_000;
/** a request stays well below what a hub takes */
const BATCH_BYTES_MAX = 1_048_576;
const NEWLINE = 10;

interface Line {
	offset: number;
	text: string;
}

export async function importCommand(args: string[]): Promise<number> {
	const options = readOptions(SPEC, args);
	if (!options) return ANSWERED;
	const host = options.value("host");
	if (host === undefined) throw new BadUse("import needs --host NAME, the host that wrote these logs");
	if (options.words.length === 0) throw new BadUse("import needs the log files; see --help");
	const zone = options.value("tz") ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
	const files = await expandPaths(options.words);
	const hub = hubFrom(options);
	for (const file of files) {
		const result = await new FileImport(hub, host, file, zone).run();
		const text = options.flag("json")
			? JSON.stringify({ file, ...result })
			: `${file}: ${result.added} lines stored, ${result.known} were there`;
		process.stdout.write(`${text}\n`);
	}
	return ANSWERED;
}

class FileImport {
	readonly #hub: HubClient;
	readonly #path: string;
	readonly #file: string;
	readonly #zone: string;
	readonly #latest: number;
	readonly #parser: ReturnType<typeof createLineParser>;
	#content: Position | undefined;
	#from = 0;
	#added = 0;
	#known = 0;

	constructor(hub: HubClient, host: string, file: string, zone: string) {
		if (file === "-")
			throw new BadUse("import reads files: what comes from a pipe has no place to go on from");
		this.#hub = hub;
		this.#path = `/api/import/${encodeURIComponent(host)}`;
		this.#file = file;
		this.#zone = zone;
		// a line cannot be later than the last write to its file: that gives the year to headers without one
		const { mtimeMs = Date.now() } = statSync(file, { throwIfNoEntry: false }) ?? {};
		this.#latest = Math.min(Date.now(), mtimeMs + DAY_MS);
		this.#parser = createLineParser({ zone, now: this.#latest, hideSecrets: true });
	}

	async run(): Promise<{ added: number; known: number }> {
		const log = await openLog(this.#file);
		const progress = showProgress(this.#file, log.size, () => log.read());
		let rest: Buffer = Buffer.alloc(0);
		let base = 0;
		try {
			for await (const chunk of log.chunks) {
				// the chunk's memory is the reader's again when the next one comes
				const bytes = Buffer.concat([rest, chunk]);
				if (this.#content === undefined && bytes.length < HEAD_BYTES) {
					rest = bytes;
					continue;
				}
				const end = await this.#take(bytes, base, false);
				rest = bytes.subarray(end);
				base += end;
				progress.moved();
			}
			if (rest.length > 0) await this.#take(rest, base, true);
		} finally {
			progress.end();
		}
		return { added: this.#added, known: this.#known };
	}

	/** Sends the complete lines of `bytes`, which begin at `base`; returns how many bytes they are. */
	async #take(bytes: Buffer, base: number, isLast: boolean): Promise<number> {
		this.#content ??= await this.#identify(bytes.subarray(0, HEAD_BYTES));
		let lines: Line[] = [];
		let size = 0;
		let start = 0;
		while (start < bytes.length) {
			const newline = bytes.indexOf(NEWLINE, start);
			if (newline < 0 && !isLast) break;
			const end = newline < 0 ? bytes.length : newline;
			const offset = base + start;
			const next = newline < 0 ? end : end + 1;
			if (offset >= this.#from) {
				lines.push({ offset, text: textOf(bytes.subarray(start, end)) });
				size += end - start;
			} else this.#known++;
			start = next;
			if (lines.length < BATCH_LINES_MAX && size < BATCH_BYTES_MAX) continue;
			await this.#send(lines, base + start);
			lines = [];
			size = 0;
		}
		if (lines.length > 0) await this.#send(lines, base + start);
		return start;
	}

	async #send(lines: Line[], end: number): Promise<void> {
		const whole = rejoinBroken(
			lines.map(({ text }) => text),
			{ zone: this.#zone, now: this.#latest },
		);
		const { added, duplicates } = await this.#hub.ask<Imported>("POST", this.#path, {
			from: this.#from,
			position: { ...this.#content, offset: end },
			lines: lines.map(({ offset, text }, i) => ({ offset, event: this.#parser.parse(whole[i] ?? text) })),
		});
		this.#added += added;
		this.#known += duplicates;
		this.#from = end;
	}

	/** The hub's content with these first bytes, or a new one; generations sort by their first line's time. */
	async #identify(head: Buffer): Promise<Position> {
		const { positions } = await this.#hub.ask<ImportState>("GET", this.#path);
		const known = positions.find(
			({ head: other, headBytes = 0 }) =>
				headBytes > 0 && headBytes <= head.length && other === hash("sha256", head.subarray(0, headBytes)),
		);
		this.#from = known?.offset ?? 0;
		if (known) return known;
		const [first = ""] = head.toString("utf8").split("\n", 1);
		const { at } = this.#parser.parse(first);
		const begun = Math.max(0, at === undefined ? 0 : Date.parse(at));
		const generation = `${begun.toString(36).padStart(9, "0")}-${hash("sha256", head).slice(0, 12)}`;
		const source = resolve(this.#file).slice(0, 1024);
		return { source, generation, offset: 0, head: hash("sha256", head), headBytes: head.length };
	}
}

function textOf(line: Buffer): string {
	let start = 0;
	while (line[start] === 0) start++;
	const end = line.at(-1) === 13 ? line.length - 1 : line.length;
	const kept = line.subarray(start, Math.max(start, Math.min(end, start + RAW_LENGTH_MAX)));
	return isUtf8(kept) ? kept.toString("utf8") : kept.toString("latin1");
}
