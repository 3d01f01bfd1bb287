/** Watches every followed log file for having stopped; the test line goes the way that the MTA's own lines go. */
import { spawn } from "node:child_process";
import type { Config } from "../config.ts";
import { postfixLogs } from "../sources/configured-logs.ts";
import { atEachTick } from "../tick.ts";
import { LogWatch, type Stall } from "./log-watch.ts";
import { HostView } from "./observe-host.ts";

const LOOK_MS = 10_000;
/** where distributions let syslog put the mail facility: a test line in that facility arrives there */
const SYSLOG_MAIL = new Set(["/var/log/mail.log", "/var/log/maillog", "/var/log/mail"]);
/** logs that their program writes itself, not syslog */
const OWN_LOG = /(?:exim|dovecot|rspamd|amavis|clamav)/;
/** `logger` unless somebody says otherwise: for logs of which it is known that test lines arrive in them */
const AUTO = "auto";

export class LogWatches {
	readonly #watches = new Map<string, LogWatch>();
	readonly #host = new HostView();
	readonly #stop: () => void;
	readonly #logger: string;
	readonly #now: () => number;

	constructor(paths: readonly string[], config: Pick<Config, "logger">, now: () => number) {
		this.#logger = config.logger;
		this.#now = now;
		for (const path of paths) this.add(path);
		this.#stop = atEachTick(LOOK_MS, () => {
			for (const [path, watch] of this.#watches) watch.observe(this.#host.observe(path, now()));
		});
	}

	/** Looked at at once: what is replaced in the next moment was another file now. */
	add(path: string): void {
		const program = this.#logger === AUTO ? "logger" : this.#logger;
		const viaSyslog = takesTestLines(path, this.#logger, postfixLogs());
		const watch = new LogWatch({ viaSyslog, probe: () => sendTestLine(program) });
		watch.observe(this.#host.observe(path, this.#now()));
		this.#watches.set(path, watch);
	}

	stallOf(source: string): Stall | undefined {
		return this.#watches.get(source)?.stall;
	}

	close(): void {
		this.#stop();
	}
}

/**
 * Whether a test line through syslog arrives in this log when all is well. A log that Postfix writes itself
 * (`maillog_file`), or that syslog fills with one program's lines only, would look stopped on every quiet night.
 */
export function takesTestLines(path: string, logger: string, postfixOwn: readonly string[]): boolean {
	if (logger === "" || OWN_LOG.test(path) || postfixOwn.includes(path)) return false;
	return logger !== AUTO || SYSLOG_MAIL.has(path);
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
