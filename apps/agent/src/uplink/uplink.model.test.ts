/**
 * The whole way from the log to the hub against a model: random writing, rotating, compressing, emptying, with a hub that
 * stops and starts, connections that break, an agent that is killed, and a spool that is full. In the end every line that
 * is still on disk, or was in the hub or the spool when it vanished, is in the hub exactly once. `UPLINK_RUNS` makes it longer.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import type { Batch } from "@mailtrail/core/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeKeys } from "../enrolment.ts";
import { FileSource } from "../sources/follow-file.ts";
import { ModelHost } from "../testing/model-host.ts";
import { TestHub } from "../testing/test-hub.ts";
import { Outbox } from "./outbox.ts";
import { Spool } from "./spool.ts";
import { Uplink } from "./uplink.ts";

const SAVE_MS = 20;
const PAUSE_MS = 150;
const SAFE_WITHIN_MS = 600;
const ARRIVES_WITHIN_MS = 20_000;
const FULL_AT = [2000, 1e8];
const KEYS = makeKeys();
const ACTIONS = [
	"rotate",
	"rotateDated",
	"gzip",
	"zstd",
	"copytruncate",
	"reopen",
	"truncate",
	"stopHub",
	"startHub",
	"breakConnection",
	"kill",
	"pause",
] as const;
type Op = { op: "append"; lines: number } | { op: (typeof ACTIONS)[number] };

/** Remembers which lines were on disk in it. */
class WatchedSpool extends Spool {
	readonly lines = new Set<string>();

	override write(...[no, batches, json]: Parameters<Spool["write"]>): ReturnType<Spool["write"]> {
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
}

/** What only the spool has, the agent's next life has to send. */
const EMPTIED_WHILE_AWAY: Op[] = [
	{ op: "append", lines: 10 },
	{ op: "stopHub" },
	{ op: "append", lines: 600 },
	{ op: "truncate" },
	{ op: "append", lines: 5 },
	{ op: "kill" },
	{ op: "append", lines: 5 },
];

class ModelRun {
	readonly #host = new ModelHost();
	readonly #hub = new TestHub();
	readonly #spool = new WatchedSpool(join(this.#host.folder, "spool"));
	readonly #spoolSize: number;
	#isHubUp = false;
	#kill: () => void = () => {};

	constructor(spoolSize: number) {
		this.#spoolSize = spoolSize;
		this.#hub.allow(KEYS.publicKey);
	}

	async play(ops: readonly Op[]): Promise<void> {
		try {
			await this.#startHub();
			this.#startAgent();
			// an agent that has never spoken to a hub does not know where to begin
			await this.#hub.until(() => this.#hub.connections > 0);
			for (const step of ops) await this.#do(step);
			this.#host.end();
			await this.#startHub();
			await this.#compare();
		} finally {
			this.#kill();
			await this.#stopHub();
			rmSync(this.#host.folder, { recursive: true });
		}
	}

	async #do(step: Op): Promise<void> {
		switch (step.op) {
			case "append":
				return this.#host.append(step.lines, 30);
			case "truncate":
				return this.#host.truncate(await this.#safe());
			case "startHub":
				return this.#startHub();
			case "stopHub":
				return this.#stopHub();
			case "breakConnection":
				return this.#hub.dropConnections();
			case "pause":
				return void (await after(PAUSE_MS));
			case "kill":
				this.#kill();
				return this.#startAgent();
			default:
				this.#host[step.op]();
		}
	}

	/** What no kill takes away, after the agent had some time to make all of it so. */
	async #safe(): Promise<ReadonlySet<string>> {
		const safe = () => new Set([...this.#spool.lines, ...this.#hub.texts()]);
		const end = Date.now() + SAFE_WITHIN_MS;
		while (Date.now() < end && [...this.#host.written.keys()].some((line) => !safe().has(line)))
			await after(SAVE_MS);
		return safe();
	}

	async #startHub(): Promise<void> {
		if (!this.#isHubUp) await this.#hub.start();
		this.#isHubUp = true;
	}

	async #stopHub(): Promise<void> {
		if (this.#isHubUp) await this.#hub.stop();
		this.#isHubUp = false;
	}

	#startAgent(): void {
		const { log, folder } = this.#host;
		const outbox = new MortalOutbox(this.#spool, this.#spoolSize);
		const source = new FileSource(log, { folder, now: Date.now, tail: 2000 });
		const uplink = new Uplink({
			enrolment: { hub: this.#hub.url, agent: "agent-1", host: "mx1", privateKey: KEYS.privateKey },
			sources: [source],
			outbox,
			stallOf: () => undefined,
			zone: "UTC",
			version: "test",
			now: Date.now,
			random: () => 0,
			allow: [],
			run: async () => ({ name: "failure", reason: "failed", text: "not in this test" }),
			say: () => {},
			refused: () => {},
			saveMs: SAVE_MS,
		});
		this.#kill = () => {
			outbox.isDead = true;
			uplink.stop();
			source.close();
		};
		uplink.start();
	}

	async #compare(): Promise<void> {
		const { written, mayBeMissing } = this.#host;
		const wanted = [...written.keys()].filter((line) => !mayBeMissing.has(line));
		const missing = () => {
			const arrived = new Set(this.#hub.lines.values());
			return wanted.filter((line) => !arrived.has(line));
		};
		const end = Date.now() + ARRIVES_WITHIN_MS;
		while (Date.now() < end && missing().length > 0) await after(SAVE_MS);
		expect(missing()).toEqual([]);
		const texts = this.#hub.texts();
		expect(texts.length - new Set(texts).size).toBe(0);
	}
}

const op: fc.Arbitrary<Op> = fc.oneof(
	{
		weight: 1,
		arbitrary: fc.record({ op: fc.constant("append" as const), lines: fc.integer({ min: 1, max: 700 }) }),
	},
	{ weight: 2, arbitrary: fc.record({ op: fc.constantFrom(...ACTIONS) }) },
);

test("whatever happens to log, hub and agent, every line arrives once", { timeout: 3_600_000 }, async () => {
	const run = fc.asyncProperty(
		fc.array(op, { minLength: 3, maxLength: 25 }),
		fc.constantFrom(...FULL_AT),
		(ops, spoolSize) => new ModelRun(spoolSize).play(ops),
	);
	await fc.assert(run, {
		examples: [[EMPTIED_WHILE_AWAY, 1e8]],
		numRuns: Number(process.env.UPLINK_RUNS ?? 8),
		endOnFailure: true,
	});
});
