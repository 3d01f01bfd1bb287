/** What a process without rights can see of a host: which daemons run, mail connections, room on the disk. Linux's /proc. */
import { existsSync, readdirSync, readFileSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Observation } from "./log-watch.ts";

/** `comm` of the processes that take and send mail: Postfix, sendmail, exim, OpenSMTPD, Dovecot */
const MTAS = new Set(["master", "sendmail", "sendmail-mta", "exim4", "exim", "smtpd", "dovecot"]);
/** those that write syslog's files */
const SYSLOGS = new Set(["rsyslogd", "syslog-ng", "syslogd", "metalog", "busybox"]);
const MAIL_PORTS = new Set([25, 465, 587]);
const ESTABLISHED = "01";
const ENOUGH_BYTES = 65_536;

/** How long it is believed that no mail server runs: on such a host nothing is missing in a log. */
const ABSENT_MS = 55_000;

/**
 * Looks at this host for all logs. What costs something is looked at when it is asked for: a log that grows is well. All
 * processes are gone through only where those that were found before have ended.
 */
export class HostView {
	readonly #mtas = new Programs(MTAS, ABSENT_MS);
	readonly #syslogs = new Programs(SYSLOGS, 0);

	/** Whatever cannot be seen counts as being well: no alarm from a missing /proc. */
	observe(path: string, now: number): Observation {
		const file = fileAt(path);
		const [mtas, syslogs] = [this.#mtas, this.#syslogs];
		return {
			at: now,
			...(file && { file }),
			get mtaRuns() {
				return mtas.run(now);
			},
			get syslogRuns() {
				return syslogs.run(now) || !existsSync("/proc/self");
			},
			get diskFull() {
				return isFull(dirname(path));
			},
			get mailMoves() {
				return ["/proc/net/tcp", "/proc/net/tcp6"].some(hasMailConnection);
			},
		};
	}
}

/** Whether one of some programs runs, by the process that was found last. */
class Programs {
	readonly #names: ReadonlySet<string>;
	readonly #absentMs: number;
	#found: string | undefined;
	#absentAt = Number.NEGATIVE_INFINITY;

	/** `absentMs`: how long it is believed that none runs */
	constructor(names: ReadonlySet<string>, absentMs: number) {
		this.#names = names;
		this.#absentMs = absentMs;
	}

	run(now: number): boolean {
		if (this.#found !== undefined && this.#isOne(this.#found)) return true;
		if (Math.abs(now - this.#absentAt) < this.#absentMs) return false;
		this.#found = readList("/proc").find((entry) => /^\d+$/.test(entry) && this.#isOne(entry));
		if (this.#found === undefined) this.#absentAt = now;
		return this.#found !== undefined;
	}

	#isOne(process: string): boolean {
		return this.#names.has(readText(`/proc/${process}/comm`).trim());
	}
}

/** proc(5): `sl local_address rem_address st …`, addresses as HEX:PORT in hexadecimal. */
function hasMailConnection(table: string): boolean {
	for (const line of readText(table).split("\n").slice(1)) {
		const [, local, remote, state] = line.trim().split(/\s+/);
		if (state === ESTABLISHED && (MAIL_PORTS.has(portOf(local)) || MAIL_PORTS.has(portOf(remote))))
			return true;
	}
	return false;
}

function portOf(address: string | undefined): number {
	return Number.parseInt(address?.split(":").at(-1) ?? "", 16);
}

function isFull(folder: string): boolean {
	try {
		const { bavail, bsize, blocks } = statfsSync(folder);
		// some file systems have no blocks to tell of
		return blocks > 0 && bavail * bsize < ENOUGH_BYTES;
	} catch {
		return false;
	}
}

function fileAt(path: string): Observation["file"] {
	try {
		const { ino, size } = statSync(path);
		return { inode: ino, size };
	} catch {
		return undefined;
	}
}

function readList(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

function readText(path: string): string {
	try {
		return readFileSync(path, "latin1");
	} catch {
		return "";
	}
}
