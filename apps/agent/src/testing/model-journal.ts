/**
 * A host's journal, kept by a systemd-journald of its own in a mount namespace of its own, and what happens to it: other
 * programs write, files are rotated and vacuumed, the machine boots, journald crashes. Its clock stays: libfaketime is too much
 * for its event loop. Needs root, systemd and util-linux.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";

const JOURNALD = ["/usr/lib/systemd/systemd-journald", "/lib/systemd/systemd-journald"].find((path) =>
	fs.existsSync(path),
);
const PROGRAMS = ["journalctl", "unshare", "nsenter", "logger"];
const ANSWERS_WITHIN_MS = 10_000;

/** In a namespace where journald finds a host of its own: its folders, its settings, and the boot that is to be. */
const AS_HOST = `
set -e
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/journal /run/log "$1/log/journal"
mount --bind "$1/log" /var/log
mount --bind "$1/boot_id" /proc/sys/kernel/random/boot_id
mount --bind "$1/machine-id" /etc/machine-id
touch /run/systemd/journal/flushed
mkdir -p /run/systemd/journald.conf.d
printf '[Journal]\\nStorage=persistent\\nRateLimitIntervalSec=0\\nSyncIntervalSec=1s\\nCompress=no\\nReadKMsg=no\\nAudit=no\\n' \\
	> /run/systemd/journald.conf.d/model.conf
touch "$1/began"
exec "$2"
`;

/** Whether what is needed is here, and may be done: an entry that is written can be read. */
export async function canModelJournal(): Promise<boolean> {
	const isThere = PROGRAMS.every((name) => spawnSync(name, ["--version"]).status === 0);
	if (!isThere || JOURNALD === undefined || process.getuid?.() !== 0) return false;
	const journal = new ModelJournal();
	try {
		await journal.boot();
		await journal.writeMail(1);
		return journal.mail.size === 1;
	} catch {
		return false;
	} finally {
		await journal.close();
	}
}

export class ModelJournal {
	readonly folder = fs.mkdtempSync(join(tmpdir(), "model-journal-"));
	readonly files: string;
	/** a journalctl that can be killed */
	readonly journalctl = join(this.folder, "journalctl");
	/** what was in the journal at any time */
	readonly mail = new Set<string>();
	readonly #pids = join(this.folder, "pids");
	readonly #machine = randomBytes(16).toString("hex");
	#journald: ChildProcess | undefined;
	#count = 0;

	constructor() {
		this.files = join(this.folder, "log/journal", this.#machine);
		fs.mkdirSync(join(this.folder, "log"));
		fs.writeFileSync(join(this.folder, "machine-id"), `${this.#machine}\n`);
		fs.writeFileSync(this.#pids, "");
		const following = `case "$*" in *--follow*) echo $$ >> ${this.#pids};; esac`;
		fs.writeFileSync(this.journalctl, `#!/bin/sh\n${following}\nexec journalctl "$@"\n`, { mode: 0o755 });
	}

	/** The machine boots. */
	async boot(): Promise<void> {
		await this.#end("SIGTERM");
		const id = randomBytes(16).toString("hex");
		const boot = id.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
		fs.writeFileSync(join(this.folder, "boot_id"), `${boot}\n`);
		await this.#begin();
	}

	/** journald dies and is started again. */
	async crash(): Promise<void> {
		await this.#end("SIGKILL");
		await this.#begin();
	}

	async writeMail(lines: number): Promise<void> {
		await this.#write(
			"mail.info",
			Array.from({ length: lines }, () => `4F${this.#count++}: removed`),
		);
		for (const text of this.kept()) this.mail.add(text);
	}

	async writeOther(lines: number): Promise<void> {
		const padding = "no mail ".repeat(30);
		await this.#write(
			"daemon.info",
			Array.from({ length: lines }, () => `${padding}${this.#count++}`),
		);
	}

	async rotate(): Promise<void> {
		await this.#ask("--rotate");
	}

	/** All but so many files are removed. */
	async vacuum(files: number): Promise<void> {
		await this.#ask("--sync");
		spawnSync("journalctl", [`--directory=${this.files}`, `--vacuum-files=${files}`]);
	}

	/** The mail that the journal has. */
	kept(): Set<string> {
		const asked = [`--directory=${this.files}`, "--output=cat", "--quiet", "SYSLOG_FACILITY=2"];
		const { stdout } = spawnSync("journalctl", asked, { encoding: "utf8", maxBuffer: 1 << 28 });
		return new Set(stdout.split("\n").filter(Boolean));
	}

	killReaders(): void {
		for (const pid of fs.readFileSync(this.#pids, "utf8").split("\n").filter(Boolean)) {
			try {
				if (fs.readFileSync(`/proc/${pid}/comm`, "utf8") === "journalctl\n")
					process.kill(Number(pid), "SIGKILL");
			} catch {
				// it has ended by itself
			}
		}
		fs.writeFileSync(this.#pids, "");
	}

	async close(): Promise<void> {
		await this.#end("SIGKILL");
		fs.rmSync(this.folder, { recursive: true });
	}

	async #begin(): Promise<void> {
		const asHost = ["-m", "sh", "-c", AS_HOST, "sh", this.folder, JOURNALD ?? ""];
		const began = join(this.folder, "began");
		fs.rmSync(began, { force: true });
		this.#journald = spawn("unshare", asHost, { stdio: "ignore" });
		// before that it is in this machine's own namespace
		while (!fs.existsSync(began) && !hasEnded(this.#journald)) await after(5);
		await this.#ask("--sync");
	}

	async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
		const journald = this.#journald;
		if (!journald) return;
		if (signal === "SIGTERM") await this.#ask("--sync");
		if (hasEnded(journald)) return;
		const ended = new Promise((done) => journald.once("exit", done));
		journald.kill(signal);
		await ended;
	}

	/** It answers as soon as it has begun. */
	async #ask(option: string): Promise<void> {
		const inside = ["-m", "-t", String(this.#journald?.pid), "journalctl", option];
		const end = Date.now() + ANSWERS_WITHIN_MS;
		do {
			if (!this.#journald || hasEnded(this.#journald)) throw new Error("journald has ended");
			if (spawnSync("nsenter", inside, { timeout: ANSWERS_WITHIN_MS }).status === 0) return;
			await after(10);
		} while (Date.now() < end);
		throw new Error("journald does not answer");
	}

	async #write(priority: string, texts: readonly string[]): Promise<void> {
		const socket = `/proc/${this.#journald?.pid}/root/run/systemd/journal/dev-log`;
		const options = ["--socket", socket, "--priority", priority, "--tag", "postfix/qmgr"];
		spawnSync("logger", options, { input: `${texts.join("\n")}\n` });
		await this.#ask("--sync");
	}
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
	return exitCode !== null || signalCode !== null;
}
