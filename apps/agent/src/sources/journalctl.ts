/**
 * The program that reads systemd's journal: one that follows the mail facility, and short questions by cursor. From an entry
 * on means that one included: `--after-cursor` passes over one that is new where that one is gone.
 */
import { type ChildProcessByStdio, execFile, spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { FIELDS, readEntry, writtenAt } from "./journal-entry.ts";
import type { Gap } from "./source.ts";

export type Following = ChildProcessByStdio<null, Readable, Readable>;

/** facility 2 is mail (RFC 5424, table 1) */
const MAIL = "SYSLOG_FACILITY=2";
/** where journald keeps its files, in a folder of the machine's id */
const KEPT_IN = ["/var/log/journal", "/run/log/journal"];
const ASK_MS = 30_000;
const VANISHED = "the journal was vacuumed before it was read: entries may be missing";

export class Journalctl {
	readonly #program: string;
	readonly #place: readonly string[];
	readonly #machine: readonly string[];
	readonly #folders: readonly string[];

	/** `program`: or a path to it; `folder`: where other journal files are than this host's own */
	constructor(program: string, folder: string | undefined) {
		this.#program = program;
		this.#place = folder === undefined ? [] : [`--directory=${folder}`];
		const id = folder === undefined ? ownMachine() : undefined;
		this.#machine = id === undefined ? [] : [`_MACHINE_ID=${id}`];
		this.#folders = folder === undefined ? KEPT_IN.map((path) => join(path, id ?? "")) : withFolders(folder);
	}

	/**
	 * Mail as it comes, from the entry of a cursor on or from the beginning. Without `--merge` that is of this boot alone, as
	 * `--follow` has it (systemd 252; `--boot=all` does not undo it); with it, of other machines' journals on this host, too.
	 */
	follow(cursor: string | undefined): Following {
		const from = cursor === undefined ? [] : [`--cursor=${cursor}`];
		const fields = FIELDS.filter((name) => !name.startsWith("__")).join(",");
		const asked = this.#arguments(
			fields,
			"--follow",
			"--no-tail",
			"--merge",
			...from,
			...this.#machine,
			MAIL,
		);
		return spawn(this.#program, asked, { stdio: ["ignore", "pipe", "pipe"] });
	}

	/** Another text when files were made or removed since: one that is being read may be among them. */
	changes(): string {
		return this.#folders.map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0).join(" ");
	}

	/** The cursor of the last entry of all. */
	async newest(): Promise<string | undefined> {
		return (await this.#ask("--lines=1"))?.[0];
	}

	/** Whether no mail stands behind the entry of a cursor; not where that is not known. */
	async isLastMail(cursor: string): Promise<boolean> {
		const mail = await this.#ask(`--cursor=${cursor}`, "--lines=2", MAIL);
		return mail?.every((each) => each === cursor) ?? false;
	}

	/** Nothing where the entry of a cursor is still there; else what may be missing behind it. */
	async vanished(cursor: string): Promise<Gap | undefined> {
		const [there] = (await this.#ask(`--cursor=${cursor}`, "--lines=1")) ?? [];
		if (there === cursor) return undefined;
		const [from, until] = [writtenAt(cursor), writtenAt(there)];
		const gap: Gap = { bytes: 0, reason: VANISHED };
		if (from !== undefined && from <= (until ?? from)) gap.from = from;
		return until === undefined ? gap : { ...gap, until };
	}

	/** The cursors of the entries that answer. */
	#ask(...options: string[]): Promise<string[] | undefined> {
		const { promise, resolve } = Promise.withResolvers<string[] | undefined>();
		const asked = this.#arguments("PRIORITY", ...options);
		execFile(this.#program, asked, { timeout: ASK_MS }, (error, answer) => {
			const entries = answer.split("\n").flatMap((line) => readEntry(line) ?? []);
			resolve(error ? undefined : entries.map(({ cursor }) => cursor));
		});
		return promise;
	}

	#arguments(fields: string, ...options: string[]): string[] {
		const output = ["--output=json", `--output-fields=${fields}`, "--all", "--quiet", "--no-pager"];
		return [...output, ...this.#place, ...options];
	}
}

/** A folder and those in it, as far as they are there. */
function withFolders(path: string): string[] {
	try {
		const entries = readdirSync(path, { withFileTypes: true });
		return [path, ...entries.flatMap((each) => (each.isDirectory() ? join(path, each.name) : []))];
	} catch {
		return [path];
	}
}

/** This machine's id, where it has one. */
function ownMachine(): string | undefined {
	try {
		const id = readFileSync("/etc/machine-id", "utf8").trim();
		return /^[0-9a-f]{32}$/.test(id) ? id : undefined;
	} catch {
		return undefined;
	}
}
