/** What is told of lines that may be the hub's already and were left out: it outlives a kill, and each time counts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Batch, Position } from "@mailtrail/core/wire";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Source } from "../sources/source.ts";
import { Intake } from "./intake.ts";
import { Outbox } from "./outbox.ts";
import { Spool } from "./spool.ts";

const LOG = "/log";
let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "intake-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (generation: string, offset: number): Position => ({ source: LOG, generation, offset });

/** A life of the agent whose log has nothing to say. */
function live(): { intake: Intake; outbox: Outbox } {
	const outbox = new Outbox(new Spool(folder), 1e9);
	const source: Source = {
		name: LOG,
		resume: () => {},
		reached: () => new Map(),
		next: () => undefined,
		committed: () => {},
		health: () => ({ source: LOG, lag: 0, size: 0 }),
		close: () => {},
		onChange: () => {},
	};
	const options = { sources: [source], outbox, zone: "UTC", now: () => 1e12, say: () => {} };
	const intake = new Intake(options, () => {});
	intake.takeOver();
	return { intake, outbox };
}

/** The log had lines of this generation while the hub was away. */
function readAway({ intake, outbox }: ReturnType<typeof live>, generation: string, lines: number): void {
	const sent = { id: outbox.newId(), from: 0, position: at(generation, lines * 20), lines };
	outbox.push(sent, JSON.stringify({ type: "batch", ...sent, lines: [] }));
	intake.save();
}

function notices(outbox: Outbox): string[] {
	const reasons: string[] = [];
	for (let json = outbox.next(); json !== undefined; json = outbox.next()) {
		const { gap } = JSON.parse(json) as Batch;
		if (gap) reasons.push(gap.reason.split(" that ")[0] ?? "");
	}
	return reasons;
}

it("tells what was left out after a kill, too, before any line came", () => {
	const first = live();
	first.intake.resume([at("a", 100)]);
	readAway(first, "b", 3);
	const second = live();
	second.intake.resume([at("a", 100), at("c", 200)]);
	const third = live();
	third.intake.resume([at("a", 100), at("c", 200)]);
	expect(notices(third.outbox)).toEqual(["3 lines"]);
});

it("tells each of two times, though the hub was away again before it heard of the first", () => {
	const agent = live();
	agent.intake.resume([at("a", 100)]);
	readAway(agent, "b", 3);
	agent.intake.resume([at("a", 100), at("c", 200)]);
	readAway(agent, "d", 4);
	agent.intake.resume([at("a", 100), at("c", 200), at("e", 300)]);
	expect(notices(agent.outbox)).toEqual(["3 lines", "4 lines"]);
});

it.each([
	["another hub, that has nothing of the log", []],
	["a hub that was restored", [at("a", 50)]],
])("tells %s which lines it may never get", (_hub, positions) => {
	const agent = live();
	agent.intake.resume([at("a", 100)]);
	const sent = { id: agent.outbox.newId(), from: 100, position: at("a", 160), lines: 2 };
	agent.outbox.push(sent, JSON.stringify({ type: "batch", ...sent, lines: [] }));
	agent.intake.save();
	const next = live();
	next.intake.resume(positions);
	expect(notices(next.outbox)).toEqual(["2 lines"]);
});
