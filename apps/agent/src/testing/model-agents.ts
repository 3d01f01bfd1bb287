/**
 * The agent as the model of the whole way runs it: its parts in this process, with a clock and a disk that can be made to
 * fail, or the built executable as a process. Both can be killed at any moment, and wiped: what they kept is gone.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Batch } from "@mailtrail/core/wire";
import type { Enrolment } from "../enrolment.ts";
import { FileSource } from "../sources/follow-file.ts";
import { Outbox } from "../uplink/outbox.ts";
import { Spool } from "../uplink/spool.ts";
import { Uplink } from "../uplink/uplink.ts";
import { smallDisk } from "./small-disk.ts";

export interface ModelAgent {
	start(): void;
	kill(): Promise<void>;
	/** removes what it keeps on disk; only when it is dead */
	wipe(): void;
	/** lines that are in its spool, as far as can be seen */
	spooled(): ReadonlySet<string>;
	diskIsFull(isFull: boolean): void;
	/** milliseconds */
	setClock(ahead: number): void;
	/** gives back what it took of this machine; only when it is dead */
	end(): void;
}

export interface ModelAgentOptions {
	enrolment: Enrolment;
	log: string;
	/** a folder for what it keeps */
	state: string;
}

export const SAVE_MS = 20;
const NO_SPACE = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });

/** Remembers which lines were on disk in it, and may find no room. */
class WatchedSpool extends Spool {
	readonly lines = new Set<string>();
	isFull = false;

	override writePositions(...noted: Parameters<Spool["writePositions"]>): void {
		if (this.isFull) throw NO_SPACE;
		super.writePositions(...noted);
	}

	override write(...[no, batches, json]: Parameters<Spool["write"]>): ReturnType<Spool["write"]> {
		if (this.isFull) throw NO_SPACE;
		const written = super.write(no, batches, json);
		for (const each of json)
			for (const { event } of (JSON.parse(each) as Batch).lines) this.lines.add(event.raw);
		return written;
	}
}

/** Says nothing any more when it is dead: kill -9. */
class MortalOutbox extends Outbox {
	isDead = false;

	override save(...positions: Parameters<Outbox["save"]>): void {
		if (!this.isDead) super.save(...positions);
	}

	override note(...places: Parameters<Outbox["note"]>): void {
		if (!this.isDead) super.note(...places);
	}
}

/** `spoolSize` in bytes. */
export function inProcess({ enrolment, log, state }: ModelAgentOptions, spoolSize: number): ModelAgent {
	const spool = new WatchedSpool(join(state, "spool"));
	let ahead = 0;
	let end = () => {};
	const now = () => Date.now() + ahead;
	return {
		start() {
			mkdirSync(state, { recursive: true });
			const outbox = new MortalOutbox(spool, spoolSize);
			const source = new FileSource(log, { folder: state, now, tail: 2000 });
			const uplink = new Uplink({
				enrolment,
				sources: [source],
				outbox,
				stallOf: () => undefined,
				zone: "UTC",
				version: "test",
				now,
				random: () => 0,
				allow: [],
				run: async () => ({ name: "failure", reason: "failed", text: "not in this test" }),
				say: () => {},
				refused: () => {},
				saveMs: SAVE_MS,
			});
			end = () => {
				outbox.isDead = true;
				uplink.stop();
				source.close();
			};
			uplink.start();
		},
		kill: async () => end(),
		wipe() {
			rmSync(state, { recursive: true, force: true });
			spool.lines.clear();
		},
		spooled: () => spool.lines,
		diskIsFull(isFull) {
			spool.isFull = isFull;
		},
		setClock(milliseconds) {
			ahead = milliseconds;
		},
		end: () => {},
	};
}

/** libfaketime, where it is installed: its clock is read from a file, timers stay as they are. */
const [FAKETIME] = globSync("/usr/lib/*/faketime/libfaketime.so.1");

/** The executable at `program`, with a spool of 1 MiB and a small disk of its own for what it keeps. What it spools cannot be seen. */
export function asProcess({ enrolment, log, state }: ModelAgentOptions, program: string): ModelAgent {
	let child: ChildProcess | undefined;
	const disk = smallDisk(state);
	const clock = `${state}.clock`;
	const shifted = {
		...process.env,
		LD_PRELOAD: FAKETIME,
		FAKETIME_TIMESTAMP_FILE: clock,
		FAKETIME_NO_CACHE: "1",
		FAKETIME_DONT_FAKE_MONOTONIC: "1",
		NO_FAKE_STAT: "1",
	};
	const setClock = (ahead: number) => writeFileSync(clock, `${ahead < 0 ? "" : "+"}${ahead / 1000}s\n`);
	setClock(0);
	return {
		start() {
			disk.writeFirst("enrolment.json", JSON.stringify(enrolment));
			disk.writeFirst("agent.toml", `sources = ["${log}"]\nzone = "UTC"\nspool_size = 1\n`);
			rmSync(join(state, "health.json"), { force: true });
			const env = FAKETIME === undefined ? process.env : shifted;
			child = spawn(program, ["run", "--state", state], { stdio: "ignore", env });
		},
		kill() {
			const dead = child;
			child = undefined;
			return new Promise((done) => {
				if (!dead || dead.exitCode !== null) return done();
				dead.once("exit", () => done());
				dead.kill("SIGKILL");
			});
		},
		wipe: () => disk.wipe(),
		spooled: () => new Set(),
		diskIsFull: (isFull) => disk.fill(isFull),
		setClock,
		end: () => disk.end(),
	};
}
