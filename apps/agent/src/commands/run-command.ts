/**
 * What the hub asks for, done or refused. The agent's own file decides (`allow`); each kind is limited in how many run
 * at once and in a minute, whatever the hub says. Never throws: every command has a result.
 */
import type { Command, CommandResult, Permission, Queue } from "@mailtrail/core/wire";
import { sendTestMail } from "./test-mail.ts";

export interface CommandContext {
	host: string;
	allow: readonly Permission[];
	/** ports that a check may connect to: this host is no scanner for whoever holds the hub */
	checkPorts: readonly number[];
	/** the program that takes mail from this host's users */
	sendmail: string;
	/** asks the mail server what waits */
	queue: () => Promise<Queue | undefined>;
	/** epoch milliseconds */
	now: () => number;
}

type Runner = (command: Command) => Promise<CommandResult>;

const LIMITS: Record<Command["name"], { atOnce: number; inAMinute: number }> = {
	check: { atOnce: 4, inAMinute: 30 },
	testmail: { atOnce: 1, inAMinute: 6 },
	queue: { atOnce: 1, inAMinute: 12 },
};
const MINUTE_MS = 60_000;

/** Where `allow` and the ports of checks are set. */
const SETTINGS = "the agent's own file, agent.toml";

export function createCommandRunner(context: CommandContext): Runner {
	const running = new Map<Command["name"], number>();
	const started = new Map<Command["name"], number[]>();
	return async (command) => {
		const { name } = command;
		if (!context.allow.includes(name)) {
			const text = `${context.host} does not allow it: add "${name}" to allow in ${SETTINGS}, and restart the agent.`;
			return { name: "failure", reason: "not-allowed", text };
		}
		const now = context.now();
		const recent = (started.get(name) ?? []).filter((at) => now - at < MINUTE_MS && at <= now);
		const busy = running.get(name) ?? 0;
		const { atOnce, inAMinute } = LIMITS[name];
		if (busy >= atOnce || recent.length >= inAMinute) {
			const text = `${context.host} does at most ${atOnce} at once and ${inAMinute} in a minute. Try again in a minute.`;
			return { name: "failure", reason: "too-many", text };
		}
		started.set(name, [...recent, now]);
		running.set(name, busy + 1);
		try {
			return await perform(command, context);
		} catch (error) {
			const text = error instanceof Error ? error.message : String(error);
			return { name: "failure", reason: "failed", text: text.slice(0, 2_000) };
		} finally {
			running.set(name, (running.get(name) ?? 1) - 1);
		}
	};
}

async function perform(command: Command, context: CommandContext): Promise<CommandResult> {
	switch (command.name) {
		case "check": {
			const { request } = command;
			const port = request.port ?? 25;
			if (!context.checkPorts.includes(port)) {
				const text = `${context.host} does not test port ${port}: it may connect to ${context.checkPorts.join(", ")}. Add the port to check_ports in ${SETTINGS}.`;
				return { name: "failure", reason: "not-allowed", text };
			}
			// with all that core can say of a finding: most agents never need it, and would keep it in memory
			const { runCheck } = await import("@mailtrail/probe");
			return { name: "check", report: await runCheck(request, { from: context.host, now: context.now }) };
		}
		case "testmail":
			return { name: "testmail", report: await sendTestMail(command.request, context) };
		case "queue": {
			const report = await context.queue();
			return { name: "queue", ...(report && { report }) };
		}
	}
}
