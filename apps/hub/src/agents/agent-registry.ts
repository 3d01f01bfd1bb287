/**
 * Which agents are connected and how they are. One connection per agent, the newest: an agent that was restarted must
 * not wait for its dead predecessor, and of two machines with one key the first is told and stops.
 */
import {
	type Command,
	type CommandResult,
	type Health,
	type HostAnswer,
	LOSS_SOURCE,
	type Permission,
	type Queue,
} from "@mailtrail/core/wire";
import type { GapRecord, HubStore } from "../store/store.ts";

export interface ConnectedAgent {
	agent: string;
	host: string;
	version: string;
	connectedAt: number;
	/** what its own file lets us ask for */
	allow: readonly Permission[];
	/** the commands that it knows */
	commands: readonly string[];
	/** Asks it; always answered: an agent that goes away or says nothing gives a failure. */
	ask(command: Command): Promise<CommandResult>;
	/** Refuses the connection; resolves when nothing of it is being committed any more. */
	end(why: "already-connected" | "revoked"): Promise<void>;
}

interface LastHealth {
	at: number;
	health: Health;
}

export class AgentRegistry {
	readonly #connected = new Map<string, ConnectedAgent>();
	readonly #health = new Map<string, LastHealth>();
	readonly #watchers = new Set<() => void>();

	async enter(connection: ConnectedAgent): Promise<void> {
		const earlier = this.#connected.get(connection.agent);
		this.#connected.set(connection.agent, connection);
		await earlier?.end("already-connected");
		this.#changed();
	}

	leave(connection: ConnectedAgent): void {
		if (this.#connected.get(connection.agent) !== connection) return;
		this.#connected.delete(connection.agent);
		this.#changed();
	}

	/** Ends the connections of agents whose key was revoked, by this hub or by a command beside it. */
	async endRevoked(store: HubStore): Promise<void> {
		if (this.#connected.size === 0) return;
		const valid = new Set((await store.agents()).map(({ agent }) => agent));
		const revoked = [...this.#connected.values()].filter(({ agent }) => !valid.has(agent));
		await Promise.all(revoked.map((connection) => connection.end("revoked")));
	}

	/** The connected agent of a host. */
	ofHost(host: string): ConnectedAgent | undefined {
		return [...this.#connected.values()].find((each) => each.host === host);
	}

	report(agent: string, health: Health, at: number): void {
		this.#health.set(agent, { at, health });
	}

	/** Calls back when an agent comes or goes. */
	watch(watcher: () => void): void {
		this.#watchers.add(watcher);
	}

	/** The state of every enrolled host. */
	async hosts(store: HubStore): Promise<HostAnswer[]> {
		const counts = await store.counts();
		const answers: HostAnswer[] = [];
		for (const record of await store.agents()) {
			const connection = this.#connected.get(record.agent);
			const last = this.#health.get(record.agent);
			const count = counts.get(record.host) ?? { lines: 0, unparsed: 0 };
			const seenAt = last?.at ?? connection?.connectedAt ?? record.lastSeenAt;
			const version = connection?.version ?? record.version;
			const gaps = await store.gaps(record.host);
			answers.push({
				host: record.host,
				agent: record.agent,
				connected: connection !== undefined,
				...(connection && { allow: [...connection.allow] }),
				...(version !== undefined && { version }),
				...(seenAt !== undefined && { lastSeenAt: iso(seenAt) }),
				...(last && { clockAhead: (last.health.clock - last.at) / 1000, memory: last.health.memory }),
				...(last?.health.queue && { queue: queueAnswer(last.health.queue) }),
				...(last && factsAnswer(last.health)),
				...count,
				sources:
					last?.health.sources.filter(isLog).map(sourceAnswer) ?? (await knownSources(store, record.host)),
				gaps: gaps.map(gapAnswer),
			});
		}
		return answers;
	}

	#changed(): void {
		for (const watcher of this.#watchers) watcher();
	}
}

function gapAnswer({ at, from, until, ...gap }: GapRecord): HostAnswer["gaps"][number] {
	const between = {
		...(from !== undefined && { from: iso(from) }),
		...(until !== undefined && { until: iso(until) }),
	};
	return { at: iso(at), ...gap, ...between };
}

/** What logging threw away is told by gaps and losses. */
function isLog({ source }: { source: string }): boolean {
	return source !== LOSS_SOURCE;
}

function sourceAnswer({
	source,
	lag,
	lastLineAt,
	error,
	stall,
}: Health["sources"][number]): HostAnswer["sources"][number] {
	const isTime = lastLineAt !== undefined && Math.abs(lastLineAt) < 8.64e15;
	return {
		source,
		lag,
		...(isTime && { lastLineAt: iso(lastLineAt) }),
		...(error !== undefined && { error }),
		...(stall && { stall: { cause: stall.cause, since: iso(bounded(stall.since)) } }),
	};
}

/** How its work goes, as far as it tells. */
function factsAnswer({ read, spool, cpu, backlog, losses, pseudonyms }: Health): Partial<HostAnswer> {
	return {
		...(read && { read }),
		...(spool && { spool }),
		...(cpu !== undefined && { cpu }),
		...(backlog && { backlog }),
		...(losses && { losses: losses.map((loss) => ({ ...loss, at: iso(bounded(loss.at)) })) }),
		...(pseudonyms !== undefined && { pseudonyms }),
	};
}

/** As the page has it. */
export function queueAnswer({ oldestAt, ...queue }: Queue): NonNullable<HostAnswer["queue"]> {
	return { ...queue, ...(oldestAt !== undefined && { oldestAt: iso(bounded(oldestAt)) }) };
}

/** An agent's number as a time that can be written. */
function bounded(ms: number): number {
	return Math.min(Math.max(ms, 0), 8.64e15);
}

/** Before the first health of this life: the sources that lines have come from. */
async function knownSources(store: HubStore, host: string): Promise<HostAnswer["sources"]> {
	const names = new Set((await store.positions(host)).map((position) => position.source));
	return [...names].map((source) => ({ source })).filter(isLog);
}

function iso(ms: number): string {
	return new Date(ms).toISOString();
}
