/** `status`: how the agent of a state folder is. Exit status 0 connected, 1 not running, 3 running without its hub, or without saying how it is. */
import { describeLoss, describeStall } from "@mailtrail/core/diagnose";
import { LOSS_SOURCE, type Queue } from "@mailtrail/core/wire";
import { askHubCommand, enrolCommands, startCommand } from "./advice.ts";
import { isEnrolled } from "./enrolment.ts";
import { type HealthFile, isAgentAlive, readHealth, STALE_MS } from "./health-file.ts";
import { quote } from "./sources/file-access.ts";

export interface Status {
	exit: 0 | 1 | 3;
	text: string;
}

export function status(state: string, json: boolean, now: number): Status {
	const health = readHealth(state);
	// who was refused or stopped has said so with its last breath
	const hasEnded = health?.state === "stopped" || health?.state === "refused";
	const isFresh = health !== undefined && now - health.writtenAt < STALE_MS;
	const running = health !== undefined && !hasEnded && (isFresh || isAgentAlive(health.pid));
	const exit = running && !isFresh ? 3 : exitOf(running, health);
	if (json) {
		const facts = health ? { running, ...health } : { running };
		return { exit, text: JSON.stringify(facts) };
	}
	return { exit, text: describe(state, running, health, now) };
}

function exitOf(running: boolean, health: HealthFile | undefined): Status["exit"] {
	if (!running) return health?.state === "refused" ? 3 : 1;
	return health?.state === "streaming" ? 0 : 3;
}

function describe(state: string, running: boolean, health: HealthFile | undefined, now: number): string {
	if (!health) return `No agent has run with ${state}. ${firstStep(state)}`;
	if (!running) return ended(state, health);
	return [
		`Running as ${health.host} (process ${health.pid}), ${connection(health)}`,
		...silence(state, health, now),
		...wayToHub(health),
		...work(state, health),
		...health.sources.flatMap((source) => describeSource(source, health, now)),
		...(health.queue ? [`  ${describeQueue(health.queue, now)}`] : []),
		...(health.losses ?? []).flatMap((loss) => {
			const { title, steps } = describeLoss(loss, "en");
			return [`  ! ${time(loss.at)} ${title}`, ...steps.map((step) => `    ${step}`)];
		}),
		...describeGaps(health),
		...describeUnparsed(health),
	].join("\n");
}

function firstStep(state: string): string {
	return isEnrolled(state)
		? `Start it: ${startCommand(state)}`
		: `It is not enrolled: ${enrolCommands(state)}`;
}

function ended(state: string, { writtenAt, state: at, why, hub, host }: HealthFile): string {
	const last = `Not running; last seen ${new Date(writtenAt).toISOString()}${why ? `: ${why}` : ""}`;
	const step =
		at === "refused"
			? `Enrol it again, ${enrolCommands(state, hub, host)}`
			: `Start it: ${startCommand(state)}`;
	return `${last}\n${step}`;
}

/** Why what follows is old: the process is there, and its file is not written. */
function silence(state: string, { writtenAt }: HealthFile, now: number): string[] {
	if (now - writtenAt < STALE_MS) return [];
	const age = duration((now - writtenAt) / 1000);
	return [
		`! It has not written how it is for ${age}, what follows is of then: its disk may be full, df -h ${quote(state)}`,
	];
}

function wayToHub({ state, hub }: HealthFile): string[] {
	return state === "waiting" ? [`! Does the hub answer? ${askHubCommand(hub)}`] : [];
}

function connection({ state, hub, why }: HealthFile): string {
	return state === "streaming" ? `connected to ${hub}` : `not connected to ${hub}: ${why ?? state}`;
}

function work(state: string, health: HealthFile): string[] {
	const { acknowledged, memory, cpu = 0, read, spool, backlog, clockAhead, pseudonyms, startedAt } = health;
	const lines = [
		`${acknowledged} lines acknowledged since ${time(startedAt)}, ${mebibytes(memory)} of memory, ${cpu} % of a processor`,
	];
	if (read) {
		const kept = Object.entries(health.kept).filter(([, count]) => count > 0);
		const rules = kept.map(([rule, count]) => `${rule} ${count}`).join(", ");
		const here = kept.length > 0 ? `, ${read.kept} stayed here (${rules})` : "";
		lines.push(
			`${read.lines} lines read (${mebibytes(read.bytes)}), ${read.unparsed} of unknown shape${here}`,
		);
	}
	if (pseudonyms) lines.push("People leave this host as pseudonyms");
	if (backlog) {
		const share = Math.floor((1 - backlog.left / backlog.total) * 100);
		const rest = backlog.seconds === undefined ? "" : `, about ${duration(backlog.seconds)} to go`;
		lines.push(
			`Backlog: ${share} % of ${mebibytes(backlog.total)} sent, ${mebibytes(backlog.left)} left${rest}`,
		);
	}
	if (spool && (spool.bytes > 0 || spool.problem !== undefined)) {
		const advice = spool.problem?.includes("ENOSPC") ? `: df -h ${quote(state)}` : "";
		const problem = spool.problem === undefined ? "" : `; ${spool.problem}${advice}`;
		lines.push(`${mebibytes(spool.bytes)} of ${mebibytes(spool.limit)} wait on disk for the hub${problem}`);
	}
	if (clockAhead !== undefined && Math.abs(clockAhead) >= CLOCK_RIGHT_MS) {
		const way = clockAhead > 0 ? "ahead of" : "behind";
		lines.push(
			`! This clock is ${duration(Math.abs(clockAhead) / 1000)} ${way} the hub's: timedatectl set-ntp true`,
		);
	}
	return lines;
}

/** less may be the network's */
const CLOCK_RIGHT_MS = 2_000;

function describeSource(
	{ source, lag, lastLineAt, error, stall }: HealthFile["sources"][number],
	health: HealthFile,
	now: number,
): string[] {
	// gaps and losses below are what this one tells
	if (source === LOSS_SOURCE) return [];
	const age =
		lastLineAt === undefined
			? "no new line since it started"
			: `last line ${duration((now - lastLineAt) / 1000)} ago`;
	const upToDate = health.state === "streaming" ? "up to date" : "waiting for the hub";
	const lines = [`  ${source}: ${error ?? `${lag === 0 ? upToDate : `${lag} bytes to go`}, ${age}`}`];
	if (!stall) return lines;
	const { title, steps } = describeStall(stall.cause, source, "en");
	return [...lines, `  ! ${title}`, ...steps.map((step) => `    ${step}`)];
}

function describeQueue({ mta, messages = 0, oldestAt, error }: Queue, now: number): string {
	if (error !== undefined) return `queue of ${mta}: ${error}`;
	const age = oldestAt === undefined ? "" : `, the oldest for ${duration((now - oldestAt) / 1000)}`;
	return `queue of ${mta}: ${messages} messages${age}`;
}

function describeGaps({ gapCount, gaps }: HealthFile): string[] {
	if (gapCount === 0) return [];
	const told = gaps.map(
		({ at, source, bytes, reason }) =>
			`  ${time(at)} ${source}: ${bytes > 0 ? `${bytes} bytes, ` : ""}${reason}`,
	);
	return [
		`${gapCount} gaps since it started${gapCount > gaps.length ? `, the newest ${gaps.length}` : ""}:`,
		...told,
	];
}

function describeUnparsed({ unparsedSamples }: HealthFile): string[] {
	if (unparsedSamples.length === 0) return [];
	return ["Lines of unknown shape, as they were read:", ...unparsedSamples.map((line) => `  ${line}`)];
}

function time(ms: number): string {
	return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

function mebibytes(bytes: number): string {
	const size = bytes / 1_048_576;
	return `${size >= 10 || size === 0 ? Math.round(size) : size.toFixed(1)} MB`;
}

function duration(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	if (whole < 120) return `${whole} s`;
	if (whole < 7_200) return `${Math.round(whole / 60)} min`;
	return `${Math.round(whole / 3_600)} h`;
}
