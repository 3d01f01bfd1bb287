/**
 * One run of the model of the whole way: what happens to a log, a hub and an agent, in any order, and what must have
 * arrived in the end. Every line that is still on disk, or was in the hub or the spool when it vanished, is in the hub
 * exactly once; where an agent looked on while lines vanished that it could not keep, a gap with its time says so.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import fc from "fast-check";
import { expect } from "vitest";
import { type Enrolment, makeKeys } from "../enrolment.ts";
import { type ModelAgent, type ModelAgentOptions, SAVE_MS } from "./model-agents.ts";
import { ModelHost } from "./model-host.ts";
import { TestHub } from "./test-hub.ts";

const PAUSE_MS = 150;
/** longer than an agent takes to look at a log again */
const SAFE_WITHIN_MS = 600;
/** an archive that found no room is tried again after a minute */
const ARRIVES_WITHIN_MS = 100_000;
const FORWARD_MS = 300_000;
const BACK_MS = -3 * 86_400_000;
const KEYS = makeKeys();
const HAPPENINGS = [
	"tear",
	"rotate",
	"rotateDated",
	"rotateAndGzip",
	"gzip",
	"zstd",
	"xz",
	"bzip2",
	"copytruncate",
	"copySlowly",
	"replace",
	"replaceAndReopen",
	"reopen",
	"truncate",
	"halve",
	"shorter",
	"equal",
	"longer",
	"remove",
	"expire",
	"stopHub",
	"startHub",
	"breakConnection",
	"loseAcknowledgements",
	"newHub",
	"appendEndless",
	"kill",
	"wipe",
	"stopAgent",
	"startAgent",
	"diskFull",
	"diskFree",
	"clockForward",
	"clockBack",
	"pause",
] as const;
export type Op =
	| { op: "append"; lines: number }
	| { op: "leap"; bytes: number }
	| { op: (typeof HAPPENINGS)[number] };

export const opArbitrary: fc.Arbitrary<Op> = fc.oneof(
	{
		weight: 20,
		arbitrary: fc.record({ op: fc.constant("append" as const), lines: fc.integer({ min: 1, max: 700 }) }),
	},
	{
		weight: 1,
		arbitrary: fc.record({ op: fc.constant("leap" as const), bytes: fc.integer({ min: 1, max: 1_000_000 }) }),
	},
	{ weight: 40, arbitrary: fc.record({ op: fc.constantFrom(...HAPPENINGS) }) },
);

export class ModelRun {
	readonly #host = new ModelHost();
	readonly #hub = new TestHub();
	readonly #make: (options: ModelAgentOptions) => ModelAgent;
	#isHubUp = false;
	#isAgentUp = false;
	/** lines that were written before the hub was replaced: what waits of them is left out there, and read again from what is on disk */
	#ofFormerHub: ReadonlySet<string> = new Set();

	constructor(make: (options: ModelAgentOptions) => ModelAgent) {
		this.#make = make;
		this.#hub.allow(KEYS.publicKey);
	}

	async play(ops: readonly Op[]): Promise<void> {
		await this.#startHub();
		const enrolment: Enrolment = {
			hub: this.#hub.url,
			agent: "agent-1",
			host: "mx1",
			privateKey: KEYS.privateKey,
		};
		const { folder, log } = this.#host;
		const agent = this.#make({ enrolment, log, state: join(folder, "state") });
		try {
			await this.#startAgent(agent);
			for (const step of ops) await this.#do(step, agent);
			this.#host.end();
			agent.diskIsFull(false);
			await this.#startHub();
			// what was never acknowledged holds up a connection that lives on: no hub lives on so
			if (this.#hub.unacknowledged > 0) this.#hub.dropConnections();
			await this.#startAgent(agent);
			await this.#compare();
		} finally {
			await agent.kill();
			agent.end();
			await this.#stopHub();
			rmSync(folder, { recursive: true });
		}
	}

	async #do(step: Op, agent: ModelAgent): Promise<void> {
		switch (step.op) {
			case "append":
				return this.#host.append(step.lines, 30);
			case "leap":
				return this.#host.leap(step.bytes);
			case "truncate":
				return this.#host.truncate(await this.#safe(agent));
			case "halve":
				return this.#halve(agent);
			case "expire":
				return this.#host.expire(await this.#safe(agent));
			case "shorter":
			case "equal":
			case "longer":
				return this.#host.overwrite(await this.#safe(agent), step.op);
			case "remove":
				return this.#host.remove(await this.#safe(agent));
			case "startHub":
				return this.#startHub();
			case "stopHub":
				return this.#stopHub();
			case "newHub":
				return this.#newHub();
			case "breakConnection":
				this.#hub.onBatch = () => "commit";
				return this.#hub.dropConnections();
			case "loseAcknowledgements":
				this.#hub.onBatch = () => "commit-silently";
				return;
			case "pause":
				await after(PAUSE_MS);
				if (this.#isReading) this.#host.readerLooked();
				return;
			case "kill":
				await this.#stopAgent(agent);
				return this.#startAgent(agent);
			case "wipe":
				await this.#stopAgent(agent);
				return this.#wipe(agent);
			case "stopAgent":
				return this.#stopAgent(agent);
			case "startAgent":
				return this.#startAgent(agent);
			case "diskFull":
			case "diskFree":
				return agent.diskIsFull(step.op === "diskFull");
			case "clockForward":
			case "clockBack":
				return agent.setClock(step.op === "clockForward" ? FORWARD_MS : BACK_MS);
			default:
				this.#host[step.op]();
		}
	}

	/** Only where the hub has all of the log: an agent that dies before it says what it found there leaves no trace of it. */
	async #halve(agent: ModelAgent): Promise<void> {
		const { written, mayBeMissing } = this.#host;
		const safe = await this.#safe(agent);
		const isAllSafe = [...written.keys()].every((line) => safe.has(line) || mayBeMissing.has(line));
		if (!this.#isReading || !this.#isHubUp || !isAllSafe) return;
		const known = this.#hub.positions.size;
		if (!(await this.#host.halve(safe, () => after(PAUSE_MS)))) return;
		await Promise.race([this.#hub.until(() => this.#hub.positions.size > known), after(SAFE_WITHIN_MS * 10)]);
	}

	/** kill -9, as all that ends it here */
	async #stopAgent(agent: ModelAgent): Promise<void> {
		if (this.#isAgentUp) await agent.kill();
		this.#isAgentUp = false;
		this.#hub.health = undefined;
		this.#host.readerDied(this.#kept(agent), false);
	}

	/** The next life knows the key alone, as after a new enrolment. */
	async #wipe(agent: ModelAgent): Promise<void> {
		agent.wipe();
		const safe = this.#kept(agent);
		for (const line of this.#host.gone) if (!safe.has(line)) this.#host.mayBeMissing.add(line);
		await this.#startAgent(agent);
	}

	/**
	 * An agent without a spool asks the hub where to begin, and opens the log then, once it knows how the archives begin:
	 * its first report comes before that, by a few milliseconds for each.
	 */
	async #startAgent(agent: ModelAgent): Promise<void> {
		if (this.#isAgentUp) return;
		this.#isAgentUp = true;
		this.#hub.onBatch = () => "commit";
		this.#host.readerDied(this.#kept(agent), this.#isHubUp);
		agent.start();
		if (!this.#isHubUp) return;
		await this.#hub.until(() => this.#isReading);
		await after(PAUSE_MS);
	}

	get #isReading(): boolean {
		return this.#hub.health !== undefined;
	}

	#kept(agent: ModelAgent): Set<string> {
		const spooled = [...agent.spooled()].filter((line) => !this.#ofFormerHub.has(line));
		return new Set([...spooled, ...this.#hub.texts()]);
	}

	/** What no kill takes away, after the agent had some time to make all of it so. */
	async #safe(agent: ModelAgent): Promise<ReadonlySet<string>> {
		const isSafe = () => {
			const safe = this.#kept(agent);
			return [...this.#host.written.keys()].every((line) => safe.has(line));
		};
		const end = this.#isAgentUp ? Date.now() + SAFE_WITHIN_MS : 0;
		while (Date.now() < end && !isSafe()) await after(SAVE_MS);
		return this.#kept(agent);
	}

	/** What is in no log any more is told, not sent: the agent closes what it has open and begins anew. */
	#newHub(): void {
		this.#hub.forget();
		this.#ofFormerHub = new Set(this.#host.written.keys());
		this.#host.readerDied(new Set(), false);
		for (const line of this.#host.gone) this.#host.mayBeMissing.add(line);
	}

	async #startHub(): Promise<void> {
		this.#hub.onBatch = () => "commit";
		if (!this.#isHubUp) await this.#hub.start();
		this.#isHubUp = true;
	}

	async #stopHub(): Promise<void> {
		if (this.#isHubUp) await this.#hub.stop();
		this.#isHubUp = false;
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
		const texts = this.#hub.texts().filter((text) => written.has(text));
		expect(texts.length - new Set(texts).size).toBe(0);
		for (const { until, from = 0 } of this.#hub.gaps) {
			expect(until).toBeGreaterThan(0);
			expect(from).toBeLessThanOrEqual(until ?? 0);
		}
	}
}
