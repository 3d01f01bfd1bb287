import {
	appendFileSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	statSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeKeys } from "../enrolment.ts";
import { FileSource } from "../sources/follow-file.ts";
import type { Reading, Source } from "../sources/source.ts";
import { TestHub } from "../testing/test-hub.ts";
import { IN_FLIGHT_MAX } from "./in-flight.ts";
import { Outbox } from "./outbox.ts";
import { Spool } from "./spool.ts";
import type { Refusal } from "./uplink-state.ts";
import { Uplink } from "./uplink.ts";

let folder: string;
let log: string;
let hub: TestHub;
const running: { uplink: Uplink; source: Source }[] = [];
const said: string[] = [];

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), "uplink-"));
	log = join(folder, "mail.log");
	writeFileSync(log, "");
	hub = new TestHub();
	await hub.start();
	said.length = 0;
});

afterEach(async () => {
	for (const { uplink, source } of running.splice(0)) {
		uplink.stop();
		source.close();
	}
	await hub.stop();
	rmSync(folder, { recursive: true });
});

function startAgent(
	spoolSize = 1e8,
	source: Source = new FileSource(log, { folder, now: Date.now }),
): Promise<Refusal> & { uplink: Uplink } {
	const { publicKey, privateKey } = makeKeys();
	hub.allow(publicKey);
	const refused = Promise.withResolvers<Refusal>();
	const uplink = new Uplink({
		enrolment: { hub: hub.url, agent: "agent-1", host: "mx1", privateKey },
		sources: [source],
		outbox: new Outbox(new Spool(join(folder, "spool")), spoolSize),
		stallOf: () => undefined,
		zone: "UTC",
		version: "test",
		now: Date.now,
		random: () => 0,
		allow: ["check"],
		run: async () => ({ name: "failure", reason: "failed", text: "not in this test" }),
		say: (text) => said.push(text),
		refused: refused.resolve,
	});
	running.push({ uplink, source });
	uplink.start();
	return Object.assign(refused.promise, { uplink });
}

/** bytes of the log that the agent has not read */
function unread(): number {
	const source = running[0]!.source;
	return statSync(log).size - ([...source.reached().values()].at(-1) ?? 0);
}

let count = 0;
function append(lines: number): string[] {
	const written = Array.from(
		{ length: lines },
		() => `Nov 22 03:00:00 mx postfix/qmgr[1]: line ${count++}: removed`,
	);
	appendFileSync(log, `${written.join("\n")}\n`);
	return written;
}

describe("an uplink", () => {
	it("sends what was there, then every line as it is written", async () => {
		const before = append(1200);
		startAgent();
		await hub.until(() => hub.lines.size === 1200);
		const delays: number[] = [];
		const after: string[] = [];
		for (let i = 0; i < 20; i++) {
			const started = performance.now();
			after.push(...append(1));
			await hub.until(() => hub.lines.size === 1201 + i);
			delays.push(performance.now() - started);
		}
		expect(hub.texts()).toEqual([...before, ...after]);
		delays.sort((a, b) => a - b);
		expect(delays[10]).toBeLessThan(50);
	});

	it("sends what comes to wait while a new line is on its way, told of it once", async () => {
		const ready: { newest: Reading[]; waiting: Reading[] } = { newest: [], waiting: [] };
		const source: Source = {
			name: log,
			onChange: () => {},
			resume: () => {},
			reached: () => new Map(),
			next: (newest) => ready.newest.shift() ?? (newest ? undefined : ready.waiting.shift()),
			committed: () => {},
			health: () => ({ source: log, lag: 0, size: 0 }),
			close: () => {},
		};
		const reading = (generation: string): Reading => ({
			from: 0,
			position: { source: log, generation, offset: 10 },
			lines: [{ offset: 0, text: generation }],
			writtenBy: Date.now(),
		});
		startAgent(1e8, source);
		ready.newest.push(reading("first"));
		source.onChange();
		await hub.until(() => hub.lines.size === 1);
		// long enough that nothing of the first one is left to do
		await new Promise((done) => setTimeout(done, 300));
		ready.newest.push(reading("second"));
		ready.waiting.push(reading("third"));
		source.onChange();
		await hub.until(() => hub.lines.size === 3);
		expect(hub.texts()).toEqual(["first", "second", "third"]);
	});

	it("sends a new line before what was waiting, however much that is", { timeout: 20_000 }, async () => {
		const waiting = append(40_000);
		hub.onBatch = () => "ignore";
		startAgent();
		await hub.until(() => hub.unacknowledged === 1);
		hub.onBatch = () => "commit";
		hub.dropConnections();
		await hub.until(() => hub.lines.size > 5000);
		const [written] = append(1);
		let before = 0;
		hub.onBatch = ({ lines }) => {
			if (lines.some(({ event }) => event.raw === written)) before = hub.lines.size;
			return "commit";
		};
		await hub.until(() => before > 0);
		expect(before).toBeLessThan(waiting.length);
		await hub.until(() => hub.lines.size === waiting.length + 1);
		expect(hub.texts().sort()).toEqual([...waiting, written].sort());
	});

	it("loses and doubles nothing when the connection breaks, whatever of it the hub had committed", async () => {
		const written: string[] = [];
		let batches = 0;
		hub.onBatch = (_batch, socket) => {
			batches++;
			if (batches % 5 !== 0) return "commit";
			socket.terminate();
			return batches % 2 === 0 ? "ignore" : "commit-silently";
		};
		startAgent();
		for (let i = 0; i < 12; i++) {
			written.push(...append(700));
			await hub.until(() => hub.lines.size > i * 600);
		}
		await hub.until(() => hub.lines.size >= written.length);
		expect(hub.texts()).toEqual(written);
		expect(hub.connections).toBeGreaterThan(2);
	});

	it("still has what was on its way when the log was truncated", async () => {
		hub.onBatch = () => "ignore";
		startAgent();
		const written = append(3 * 500);
		await hub.until(() => hub.unacknowledged === 3);
		truncateSync(log, 0);
		hub.onBatch = () => "commit";
		hub.dropConnections();
		await hub.until(() => hub.lines.size === written.length);
		expect(hub.texts()).toEqual(written);
	});

	it("reads no further than a few batches ahead of a hub that does not acknowledge", {
		timeout: 20_000,
	}, async () => {
		hub.onBatch = () => "ignore";
		append(500 * (IN_FLIGHT_MAX + 5));
		startAgent();
		await hub.until(() => hub.unacknowledged === IN_FLIGHT_MAX);
		const { health } = hub;
		await hub.until(() => hub.health !== health && hub.health?.sources[0]?.lag !== 0);
		expect(hub.unacknowledged).toBe(IN_FLIGHT_MAX);
		hub.onBatch = () => "commit";
		hub.dropConnections();
		await hub.until(() => hub.lines.size === 500 * (IN_FLIGHT_MAX + 5));
	});

	it("starts over from the hub's positions when they are not what it thought", async () => {
		const written = append(2000);
		startAgent();
		await hub.until(() => hub.lines.size === 2000);
		// the hub came back from an older backup
		hub.lines.clear();
		hub.positions.clear();
		hub.dropConnections();
		await hub.until(() => hub.lines.size === 2000);
		expect(hub.texts()).toEqual(written);
	});

	it("comes back to a hub that was away", async () => {
		const agent = startAgent();
		const written = append(100);
		await hub.until(() => hub.lines.size === 100);
		await hub.stop();
		written.push(...append(900));
		await hub.start();
		await hub.until(() => hub.lines.size === 1000);
		expect(hub.texts()).toEqual(written);
		expect(agent.uplink.state).toBe("streaming");
	});

	it("stays away when it is told to, and says why", async () => {
		hub.refusal = {
			type: "refuse",
			reason: "revoked",
			text: "This agent was revoked. Enrol it again.",
			retry: false,
		};
		const agent = startAgent();
		expect(await agent).toEqual({ reason: "revoked", text: "This agent was revoked. Enrol it again." });
		expect(agent.uplink.state).toBe("refused");
		expect(hub.connections).toBe(1);
	});

	it("tries again when it is told to", async () => {
		hub.refusal = { type: "refuse", reason: "hub-stopping", text: "The hub is stopping.", retry: true };
		startAgent();
		await hub.until(() => hub.connections === 2);
		hub.refusal = undefined;
		append(1);
		await hub.until(() => hub.lines.size === 1);
		expect(said.some((text) => text.includes("hub-stopping"))).toBe(true);
	});

	it("keeps what is written while the hub is away, though the log is emptied meanwhile", {
		timeout: 20_000,
	}, async () => {
		const { uplink } = startAgent();
		const written = append(10);
		await hub.until(() => hub.lines.size === 10);
		await hub.stop();
		for (let round = 0; round < 3; round++) {
			// of another size each time: what was read of one content must not look like the end of the next
			written.push(...append(4000 + round));
			await vi.waitFor(() => expect(unread()).toBe(0));
			truncateSync(log, 0);
		}
		written.push(...append(5));
		await hub.start();
		await hub.until(() => hub.lines.size >= written.length);
		expect(hub.texts()).toEqual(written);
		expect(hub.gaps).toEqual([]);
		expect(uplink.acknowledged).toBeLessThanOrEqual(written.length);
	});

	it("keeps what is written from its start on, though the hub is away then and the log is emptied meanwhile", {
		timeout: 20_000,
	}, async () => {
		const before = startAgent();
		const written = append(10);
		await hub.until(() => hub.lines.size === 10);
		// an acknowledgement gets lost, of a log that the agent had only just begun
		hub.onBatch = () => "commit-silently";
		truncateSync(log, 0);
		written.push(...append(700));
		await hub.until(() => hub.lines.size === 710);
		await hub.stop();
		before.uplink.stop();
		running.pop()?.source.close();

		startAgent();
		for (let round = 0; round < 3; round++) {
			written.push(...append(4000 + round));
			await vi.waitFor(() => expect(unread()).toBe(0));
			truncateSync(log, 0);
		}
		written.push(...append(5));
		hub.onBatch = () => "commit";
		await hub.start();
		await hub.until(() => hub.lines.size >= written.length);
		expect(hub.texts()).toEqual(written);
		expect(hub.gaps).toEqual([]);
	});

	it("stops reading when the spool is full: what stays in the log is read later, what is emptied is told with its time", {
		timeout: 20_000,
	}, async () => {
		const startedAt = Date.now();
		startAgent(1);
		const written = append(10);
		await hub.until(() => hub.lines.size === 10);
		await hub.stop();
		const before = append(30_000);
		// full once the first batches are on disk
		await vi.waitFor(() => expect(said.length).toBeGreaterThan(1), { timeout: 10_000 });
		await vi.waitFor(() => expect(readdirSync(join(folder, "spool")).join()).toContain(".batches"), {
			timeout: 10_000,
		});
		truncateSync(log, 0);
		const after = append(10);
		await hub.start();
		await hub.until(() => hub.texts().includes(after.at(-1)!));
		const texts = hub.texts();
		expect(texts).toEqual([...written, ...before.slice(0, texts.length - 20), ...after]);
		expect(texts.length).toBeLessThan(before.length);
		const lost = before.slice(texts.length - 20).reduce((sum, line) => sum + line.length + 1, 0);
		expect(hub.gaps.map(({ bytes }) => bytes)).toEqual([lost]);
		expect(hub.gaps[0]?.reason).toMatch(/after \d{4}-.*Z and before \d{4}-.*Z/);
		const { from = 0, until = 0 } = hub.gaps[0] ?? {};
		expect(from).toBeGreaterThan(startedAt);
		expect(until).toBeGreaterThanOrEqual(from);
		expect(until).toBeLessThanOrEqual(Date.now());
	});

	it("goes on without a spool where it cannot be written", { timeout: 20_000 }, async () => {
		writeFileSync(join(folder, "spool"), "no folder");
		startAgent();
		const written = append(10);
		await hub.until(() => hub.lines.size === 10);
		await hub.stop();
		written.push(...append(30_000));
		await vi.waitFor(() => expect(said.join()).toContain("spool cannot be written"), { timeout: 10_000 });
		await hub.start();
		await hub.until(() => hub.lines.size >= written.length);
		expect(hub.texts()).toEqual(written);
	});
});
