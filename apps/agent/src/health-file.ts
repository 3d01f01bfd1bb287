/** How a running agent is, in a file of its state folder: `run` writes it every few seconds, `status` reads it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Type, { type Static } from "typebox";
import { Check } from "typebox/value";
import { HealthFactsSchema, HealthSchema } from "@mailtrail/core/wire";
import { writePrivately } from "./enrolment.ts";
import { errorCode, userName } from "./sources/file-access.ts";
import { UsageError } from "./usage-error.ts";

export const HealthFileSchema = Type.Object({
	/** epoch milliseconds */
	writtenAt: Type.Number(),
	startedAt: Type.Number(),
	pid: Type.Integer(),
	version: Type.String(),
	host: Type.String(),
	hub: Type.String(),
	state: Type.Enum(["waiting", "connecting", "greeting", "streaming", "refused", "stopped"]),
	/** why it is not streaming */
	why: Type.Optional(Type.String()),
	/** lines that the hub has acknowledged since the start */
	acknowledged: Type.Integer(),
	memory: Type.Integer(),
	queue: HealthSchema.properties.queue,
	sources: HealthSchema.properties.sources,
	losses: HealthSchema.properties.losses,
	/** milliseconds by which this clock is ahead of the hub's */
	clockAhead: Type.Optional(Type.Number()),
	...HealthFactsSchema.properties,
	/** lines that the rules of `drop` kept here, by rule */
	kept: Type.Record(Type.String(), Type.Integer()),
	/** lines of unknown shape as they were read: they are shown here and nowhere else */
	unparsedSamples: Type.Array(Type.String()),
	/** gaps that were told to the hub since the start, and the newest of them */
	gapCount: Type.Integer(),
	gaps: Type.Array(
		Type.Object({
			at: Type.Number(),
			source: Type.String(),
			bytes: Type.Integer(),
			reason: Type.String(),
			from: Type.Optional(Type.Number()),
			until: Type.Optional(Type.Number()),
		}),
	),
});
export type HealthFile = Static<typeof HealthFileSchema>;

/** How often it is asked whether there is news while there is some, and how often else: with the beat to the hub, which wakes anyway. */
const NEWS_MS = 2000;
const QUIET_MS = 5000;
/** without news it is written at every second one of those: at the first that is so far away */
const NO_NEWS_MS = 8000;
/** Older than this, nobody writes it any more. */
export const STALE_MS = 15_000;

const FILE = "health.json";

/** When the health is written: what is news soon, and often enough that the agent is known to run. */
export class HealthPace {
	#news = "";
	#writtenAt = 0;
	#newsAt = Number.NEGATIVE_INFINITY;

	/** Milliseconds between two questions whether it is due. */
	period(now: number): number {
		return Math.abs(now - this.#newsAt) < NO_NEWS_MS ? NEWS_MS : QUIET_MS;
	}

	/** `news`: what tells a moment at which something happened from one like the last; epoch milliseconds. */
	isDue(news: string, now: number): boolean {
		const isNews = news !== this.#news;
		if (isNews) this.#newsAt = now;
		else if (Math.abs(now - this.#writtenAt) < NO_NEWS_MS) return false;
		this.#news = news;
		this.#writtenAt = now;
		return true;
	}
}

export function writeHealth(state: string, health: HealthFile): void {
	writePrivately(join(state, FILE), JSON.stringify(health));
}

/** The last health, or nothing where no agent has run; an error where it is not this user's to read. */
export function readHealth(state: string): HealthFile | undefined {
	const path = join(state, FILE);
	try {
		const value: unknown = JSON.parse(readFileSync(path, "utf8"));
		return Check(HealthFileSchema, value) ? value : undefined;
	} catch (error) {
		if (errorCode(error) !== "EACCES") return undefined;
		throw new UsageError(`${path} may not be read by ${userName()}: ask as root or as the agent's user`);
	}
}

/** The other process that runs with this state folder now: the hub would end it in favour of a second one. */
export function runningBeside(state: string, now: number): number | undefined {
	const health = readHealth(state);
	if (!health || health.state === "stopped" || health.state === "refused") return undefined;
	const isFresh = now - health.writtenAt < STALE_MS;
	return isFresh && health.pid !== process.pid && isAlive(health.pid) ? health.pid : undefined;
}

/** Whether a process of an agent still has that number: another program may have it by now. */
export function isAgentAlive(pid: number): boolean {
	if (!isAlive(pid)) return false;
	try {
		return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("mailtrail-agent");
	} catch {
		// no /proc here, or not for this user: it cannot be told
		return false;
	}
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return error instanceof Error && "code" in error && error.code === "EPERM";
	}
}
