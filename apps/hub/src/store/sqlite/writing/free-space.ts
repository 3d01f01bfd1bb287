/**
 * Whether the disk has room for commits. Below the reserve nothing more is written: SQLite then never fails half-way, accounts
 * and the audit log keep some room, and agents, which hold their logs, wait. It goes on by itself when there is room again.
 */
import { statfsSync } from "node:fs";
import { STORE_FULL } from "../../store.ts";

const RESERVE_BYTES = 64 * 1_048_576;
/** asked of the system at most so often */
const ASK_EACH_MS = 1_000;
/** SQLITE_FULL, SQLITE_IOERR */
const FULL_CODES = [13, 10];

export class StoreFull extends Error {
	override readonly name = STORE_FULL;
}

export class FreeSpace {
	readonly #dir: string;
	readonly #reserve: number;
	readonly #now: () => number;
	#askedAt = Number.NEGATIVE_INFINITY;
	#free = Number.POSITIVE_INFINITY;
	#full: { since: number; text: string } | undefined;

	constructor(dir: string, now: () => number, reserve = RESERVE_BYTES) {
		this.#dir = dir;
		this.#now = now;
		this.#reserve = reserve;
	}

	get free(): number {
		return this.#free;
	}

	/** Set while nothing can be written. */
	get full(): { since: number; text: string } | undefined {
		return this.#full;
	}

	/** Throws `StoreFull` where a commit must not begin. */
	check(): void {
		if (this.#full === undefined && this.#now() - this.#askedAt < ASK_EACH_MS) return;
		this.#askedAt = this.#now();
		const { bavail, bsize } = statfsSync(this.#dir);
		this.#free = bavail * bsize;
		if (this.#free >= this.#reserve) {
			this.#full = undefined;
			return;
		}
		throw this.#fail(
			`The hub's disk is full (${Math.round(this.#free / 1e6)} MB left in ${this.#dir}). Agents wait and lose nothing; make room, or keep less (keep_days, keep_gb).`,
		);
	}

	/** What a write failed with, as `StoreFull` where the disk is why. */
	failed(error: unknown): unknown {
		if (error instanceof StoreFull) return error;
		const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
		const system = error instanceof Error && "code" in error ? error.code : undefined;
		if (!FULL_CODES.includes(code) && system !== "ENOSPC") return error;
		return this.#fail(
			`The hub cannot write to ${this.#dir}: ${error instanceof Error ? error.message : String(error)}. Agents wait and lose nothing.`,
		);
	}

	#fail(text: string): StoreFull {
		this.#full = { since: this.#full?.since ?? this.#now(), text };
		return new StoreFull(text);
	}
}
