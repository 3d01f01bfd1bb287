/** `status`: how the agent of a state folder is. Exit status 0 connected, 1 not running, 3 running without its hub. */
import { describeStall } from "@mailtrail/core/diagnose";
import type { Queue } from "@mailtrail/core/wire";
import { type HealthFile, readHealth, STALE_MS } from "./health-file.ts";

export interface Status {
	exit: 0 | 1 | 3;
	text: string;
}

export function status(state: string, json: boolean, now: number): Status {
	const health = readHealth(state);
	const running = health !== undefined && now - health.writtenAt < STALE_MS && health.state !== "stopped";
	if (json) {
		const facts = health ? { running, ...health } : { running };
		return { exit: exitOf(running, health), text: JSON.stringify(facts) };
	}
	return { exit: exitOf(running, health), text: describe(state, running, health, now) };
}

function exitOf(running: boolean, health: HealthFile | undefined): Status["exit"] {
	if (!running) return health?.state === "refused" ? 3 : 1;
	return health?.state === "streaming" ? 0 : 3;
}

function describe(state: string, running: boolean, health: HealthFile | undefined, now: number): string {
	if (!health) return `No agent has run with ${state}. Start it: mailtrail-agent run`;
	const last = new Date(health.writtenAt).toISOString();
	const lines = [
		running
			? `Running as ${health.host} (process ${health.pid}), ${connection(health)}`
			: `Not running; last seen ${last}${health.why ? `: ${health.why}` : ""}`,
	];
	if (running)
		lines.push(
			`${health.acknowledged} lines acknowledged, ${Math.round(health.memory / 1048576)} MB of memory`,
		);
	for (const { source, lag, lastLineAt, error, stall } of health.sources) {
		const age =
			lastLineAt === undefined
				? "no new line since it started"
				: `last line ${Math.round((now - lastLineAt) / 1000)} s ago`;
		const upToDate = health.state === "streaming" ? "up to date" : "waiting for the hub";
		lines.push(`  ${source}: ${error ?? `${lag === 0 ? upToDate : `${lag} bytes to go`}, ${age}`}`);
		if (stall) {
			const { title, steps } = describeStall(stall.cause, source, "en");
			lines.push(`  ! ${title}`, ...steps.map((step) => `    ${step}`));
		}
	}
	if (health.queue) lines.push(`  ${describeQueue(health.queue, now)}`);
	return lines.join("\n");
}

function describeQueue({ mta, messages = 0, oldestAt, error }: Queue, now: number): string {
	if (error !== undefined) return `queue of ${mta}: ${error}`;
	const age =
		oldestAt === undefined
			? ""
			: `, the oldest for ${Math.max(0, Math.round((now - oldestAt) / 60_000))} min`;
	return `queue of ${mta}: ${messages} messages${age}`;
}

function connection({ state, hub, why }: HealthFile): string {
	return state === "streaming" ? `connected to ${hub}` : `not connected to ${hub}: ${why ?? state}`;
}
