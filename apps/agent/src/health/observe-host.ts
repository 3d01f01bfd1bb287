/** What a process without rights can see of a host: which daemons run, mail connections, room on the disk. Linux's /proc. */
import { readdirSync, readFileSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Observation } from "./log-watch.ts";

/** `comm` of the processes that take and send mail: Postfix, sendmail, exim, OpenSMTPD, Dovecot */
const MTAS = new Set(["master", "sendmail", "sendmail-mta", "exim4", "exim", "smtpd", "dovecot"]);
/** those that write syslog's files */
const SYSLOGS = new Set(["rsyslogd", "syslog-ng", "syslogd", "metalog", "busybox"]);
const MAIL_PORTS = new Set([25, 465, 587]);
const ESTABLISHED = "01";
const ENOUGH_BYTES = 65_536;

/** Whatever cannot be seen counts as being well: no alarm from a missing /proc. */
export function observeHost(path: string, now: number): Observation {
	const running = runningPrograms();
	const file = fileAt(path);
	return {
		at: now,
		...(file && { file }),
		mtaRuns: has(running, MTAS),
		syslogRuns: running.size === 0 || has(running, SYSLOGS),
		diskFull: isFull(dirname(path)),
		mailMoves: ["/proc/net/tcp", "/proc/net/tcp6"].some(hasMailConnection),
	};
}

function has(running: ReadonlySet<string>, names: ReadonlySet<string>): boolean {
	for (const name of names) if (running.has(name)) return true;
	return false;
}

function runningPrograms(): Set<string> {
	const programs = new Set<string>();
	for (const entry of readList("/proc")) {
		if (!/^\d+$/.test(entry)) continue;
		const name = readText(`/proc/${entry}/comm`).trim();
		if (name !== "") programs.add(name);
	}
	return programs;
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
