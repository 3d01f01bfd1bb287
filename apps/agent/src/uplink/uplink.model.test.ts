/**
 * The whole way from the log to the hub against a model (`testing/model-run`), with the sources and with the executable.
 * `npm test` plays a few sequences, always the same; `UPLINK_RUNS=1000` plays so many others, `EXECUTABLE_RUNS=1000` with
 * the executable, and a failure names the seed that plays it again: `MODEL_SEED=…`, and `MODEL_PATH=…`, which run it was.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { asProcess, inProcess } from "../testing/model-agents.ts";
import { ModelRun, type Op, opArbitrary } from "../testing/model-run.ts";

const DAY_MS = 86_400_000;
const FULL_AT = [2000, 1e8];
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
/** The writer is told late that a copy has taken the log's place. */
const REPLACED: Op[] = [
	{ op: "append", lines: 300 },
	{ op: "replace" },
	{ op: "append", lines: 50 },
	{ op: "pause" },
	{ op: "append", lines: 50 },
	{ op: "reopen" },
	{ op: "append", lines: 20 },
];
/** Somebody looks while copytruncate is copying, and while a log is empty into which something is put back. */
const LOOKED_AT_MEANWHILE: Op[] = [
	{ op: "append", lines: 258 },
	{ op: "pause" },
	{ op: "copySlowly" },
	{ op: "pause" },
	{ op: "copySlowly" },
	{ op: "pause" },
	{ op: "copySlowly" },
	{ op: "append", lines: 439 },
	{ op: "halve" },
	{ op: "append", lines: 5 },
];
/** An agent that does not reach its hub when it starts, and has nothing to send to it, reads nevertheless. */
const EMPTIED_BEFORE_THE_HUB_CAME: Op[] = [
	{ op: "append", lines: 10 },
	{ op: "stopAgent" },
	{ op: "stopHub" },
	{ op: "startAgent" },
	{ op: "append", lines: 600 },
	{ op: "truncate" },
	{ op: "append", lines: 5 },
	{ op: "pause" },
	{ op: "kill" },
	{ op: "rotate" },
	{ op: "reopen" },
	{ op: "append", lines: 700 },
	{ op: "truncate" },
	{ op: "append", lines: 5 },
];
/** The hub has lines of a log that the agent was never told of, and the agent's next life does not reach it. */
const COMMITTED_IN_SILENCE: Op[] = [
	{ op: "append", lines: 300 },
	{ op: "pause" },
	{ op: "loseAcknowledgements" },
	{ op: "rotate" },
	{ op: "reopen" },
	{ op: "append", lines: 700 },
	{ op: "pause" },
	{ op: "stopAgent" },
	{ op: "stopHub" },
	{ op: "append", lines: 50 },
	{ op: "startAgent" },
	{ op: "append", lines: 300 },
	{ op: "pause" },
	{ op: "rotateAndGzip" },
	{ op: "append", lines: 20 },
	{ op: "kill" },
];
/** The disk is full when a log is begun: the agent's next life does not know that its hub has lines of it. */
const BEGUN_WITHOUT_ROOM: Op[] = [
	{ op: "diskFull" },
	{ op: "append", lines: 309 },
	{ op: "pause" },
	{ op: "rotate" },
	{ op: "reopen" },
	{ op: "stopAgent" },
];
/** A log was cut in place, and a copy of its beginning lies beside it: it begins like the log before the cut, and has more. */
const COPIED_AFTER_A_CUT: Op[] = [
	{ op: "append", lines: 372 },
	{ op: "equal" },
	{ op: "halve" },
	{ op: "append", lines: 414 },
	{ op: "replace" },
	{ op: "append", lines: 166 },
	{ op: "copytruncate" },
];
const COPIED_AFTER_A_CUT_UNSEEN: Op[] = [
	...COPIED_AFTER_A_CUT.slice(0, -1),
	{ op: "pause" },
	{ op: "stopAgent" },
	{ op: "copytruncate" },
];
/** What waits for a hub comes to one that has nothing of the log. */
const KEPT_FOR_ANOTHER_HUB: Op[] = [
	{ op: "append", lines: 10 },
	{ op: "stopHub" },
	{ op: "append", lines: 600 },
	{ op: "truncate" },
	{ op: "append", lines: 5 },
	{ op: "pause" },
	{ op: "newHub" },
	{ op: "startHub" },
	{ op: "append", lines: 5 },
];
/** A line of two megabytes is read piece by piece, and out of an archive, too. */
const ENDLESS_LINES: Op[] = [
	{ op: "append", lines: 5 },
	{ op: "appendEndless" },
	{ op: "append", lines: 5 },
	{ op: "stopAgent" },
	{ op: "appendEndless" },
	{ op: "rotateAndGzip" },
	{ op: "append", lines: 5 },
];
/** What a log that was cut begins with was sent before, and all lines are of one length: it ends a line where that ended. */
const CUT_BEFORE_A_KILL: Op[] = [
	{ op: "append", lines: 390 },
	{ op: "halve" },
	{ op: "stopAgent" },
	{ op: "append", lines: 656 },
];
/** A new hub has the newest lines first, of what was written while it came: what stands in an archive is new to it, too. */
const ARCHIVED_BEFORE_A_NEW_HUB: Op[] = [
	{ op: "replaceAndReopen" },
	{ op: "append", lines: 598 },
	{ op: "replace" },
	{ op: "append", lines: 193 },
	{ op: "append", lines: 664 },
	{ op: "halve" },
	{ op: "copySlowly" },
	{ op: "pause" },
	{ op: "append", lines: 3 },
	{ op: "leap", bytes: 601_738 },
	{ op: "bzip2" },
	{ op: "newHub" },
	{ op: "append", lines: 543 },
];
/** The hub is told what is missing before a log's first lines, and before its beginning is known: the next life has to know it again. */
const TOLD_BEFORE_ITS_BEGINNING: Op[] = [
	{ op: "append", lines: 355 },
	{ op: "truncate" },
	{ op: "append", lines: 101 },
	{ op: "wipe" },
	{ op: "kill" },
	{ op: "replaceAndReopen" },
];
const REMEMBERED = [
	TOLD_BEFORE_ITS_BEGINNING,
	ARCHIVED_BEFORE_A_NEW_HUB,
	CUT_BEFORE_A_KILL,
	KEPT_FOR_ANOTHER_HUB,
	ENDLESS_LINES,
	COPIED_AFTER_A_CUT,
	COPIED_AFTER_A_CUT_UNSEEN,
	BEGUN_WITHOUT_ROOM,
	EMPTIED_WHILE_AWAY,
	REPLACED,
	LOOKED_AT_MEANWHILE,
	EMPTIED_BEFORE_THE_HUB_CAME,
	COMMITTED_IN_SILENCE,
];
const ops = fc.array(opArbitrary, { minLength: 3, maxLength: 25 });

function runsOf(asked: string | undefined, usual: number) {
	const seed = Number(process.env.MODEL_SEED ?? (asked === undefined ? 20261122 : Date.now() % 2 ** 31));
	const path = process.env.MODEL_PATH;
	const runs = Number(asked ?? usual);
	if (path !== undefined) return { numRuns: runs, endOnFailure: true, seed, path };
	// what is remembered counts among the runs, and comes first
	return { numRuns: REMEMBERED.length + runs, endOnFailure: true, seed };
}

test("whatever happens to log, hub and agent, every line arrives once", { timeout: DAY_MS }, async () => {
	const run = fc.asyncProperty(ops, fc.constantFrom(...FULL_AT), (steps, spoolSize) =>
		new ModelRun((options) => inProcess(options, spoolSize)).play(steps),
	);
	await fc.assert(run, {
		...runsOf(process.env.UPLINK_RUNS, 6),
		examples: REMEMBERED.map((steps) => [steps, 1e8]),
	});
});

const built = mkdtempSync(join(tmpdir(), "agent-model-"));
afterAll(() => rmSync(built, { recursive: true }));

test("and so with the executable", { timeout: DAY_MS }, async (context) => {
	execFileSync(process.execPath, [join(import.meta.dirname, "../../build.mjs"), built], { stdio: "pipe" });
	const program = join(built, "mailtrail-agent");
	// build.mjs says where there is no Bun for this machine
	if (!existsSync(program)) return context.skip();
	const run = fc.asyncProperty(ops, (steps) =>
		new ModelRun((options) => asProcess(options, program)).play(steps),
	);
	await fc.assert(run, {
		...runsOf(process.env.EXECUTABLE_RUNS, 2),
		examples: REMEMBERED.map((steps) => [steps]),
	});
	expect(existsSync(program)).toBe(true);
});
