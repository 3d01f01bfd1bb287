/** Watches every followed log file for having stopped; the test line goes the way that the MTA's own lines go. */
import { spawn } from "node:child_process";
import type { Config } from "../config.ts";
import { LogWatch, type Stall } from "./log-watch.ts";
import { observeHost } from "./observe-host.ts";

const LOOK_MS = 5_000;
/** logs that their program writes itself, not syslog */
const OWN_LOG = /(?:exim|dovecot|rspamd|amavis|maillog_file)/;

export class LogWatches {
	readonly #watches = new Map<string, LogWatch>();
	readonly #timer: NodeJS.Timeout;

	constructor(paths: readonly string[], config: Pick<Config, "logger">, now: () => number) {
		for (const path of paths) {
			const viaSyslog = config.logger !== "" && !OWN_LOG.test(path);
			this.#watches.set(path, new LogWatch({ viaSyslog, probe: () => sendTestLine(config.logger) }));
		}
		this.#timer = setInterval(() => {
			for (const [path, watch] of this.#watches) watch.observe(observeHost(path, now()));
		}, LOOK_MS);
		this.#timer.unref();
	}

	stallOf(source: string): Stall | undefined {
		return this.#watches.get(source)?.stall;
	}

	close(): void {
		clearInterval(this.#timer);
	}
}

/** logger(1), in the mail facility; without the program there is no test line and no verdict by it. */
function sendTestLine(command: string): void {
	const [program = "logger", ...args] = command.split(" ").filter((part) => part !== "");
	const child = spawn(
		program,
		[...args, "-p", "mail.info", "-t", "mailtrail-agent", "log check: is the mail log written?"],
		{
			stdio: "ignore",
		},
	);
	child.on("error", () => {});
}
