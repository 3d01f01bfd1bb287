/**
 * mailtrail-agent: reads the command line and runs. Standard output carries answers, standard error what happens. Exit
 * status: 0 done, 1 `status` found no agent running, 2 bad use or unreadable input, 3 the hub cannot be reached or refused.
 */
import { readFileSync } from "node:fs";
import { readArguments, usage } from "./arguments.ts";
import { readConfig, tryConfig } from "./config.ts";
import { HubUnreachable } from "./hub-unreachable.ts";
import { UsageError } from "./usage-error.ts";
import { VERSION } from "./version.ts";

/** Each line names the program: several mistakes have one each. */
function say(text: string): void {
	process.stderr.write(`${text.replaceAll(/^/gm, "mailtrail-agent: ")}\n`);
}

function print(text: string): void {
	process.stdout.write(`${text}\n`);
}

async function main(args: string[]): Promise<number> {
	const command = readArguments(args, process.env);
	// each command's code is loaded for it alone: what `status` can say is no use to an agent that runs for years
	switch (command.command) {
		case "help":
			print(usage());
			return 0;
		case "version":
			print(VERSION);
			return 0;
		case "enrol": {
			const config = readConfig({ files: command.configFiles, environment: process.env, flags: {} });
			const { enrol } = await import("./enrol.ts");
			print(await enrol(command, config));
			return 0;
		}
		case "status": {
			const { status } = await import("./status.ts");
			const { exit, text } = status(command.state, command.json, Date.now());
			print(text);
			return exit;
		}
		case "check-config": {
			const { state, configFiles, flags } = command;
			const { checkConfig } = await import("./check-config.ts");
			const read = tryConfig({ files: configFiles, environment: process.env, flags });
			const { exit, text } = checkConfig(read, configFiles, state);
			print(text);
			return exit;
		}
		case "pseudonym": {
			const config = readConfig({ files: command.configFiles, environment: process.env, flags: {} });
			const { pseudonym } = await import("./privacy/pseudonym-command.ts");
			print(pseudonym(command, config, () => readFileSync(0, "utf8")));
			return 0;
		}
		case "run": {
			const { state, configFiles, flags } = command;
			const config = readConfig({ files: configFiles, environment: process.env, flags });
			const stop = new AbortController();
			for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());
			const { runAgent } = await import("./run-agent.ts");
			await runAgent({ state, config, say, signal: stop.signal });
			return 0;
		}
	}
}

try {
	process.exit(await main(process.argv.slice(2)));
} catch (error) {
	if (!(error instanceof UsageError) && !(error instanceof HubUnreachable)) throw error;
	say(error.message);
	process.exit(error instanceof UsageError ? 2 : 3);
}
