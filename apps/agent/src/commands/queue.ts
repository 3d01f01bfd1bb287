/**
 * How many messages wait in this host's mail server and since when the oldest, asked of the server's own program, whose
 * output is read as it comes and never kept: a queue of a million messages costs time, not memory. What the program
 * refuses is said in its own words.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Queue } from "@mailtrail/core/wire";
import { MINUTE_MS, type QueueReader, readers } from "./queue-formats.ts";

type Mta = Queue["mta"];

interface Program {
	mta: Mta;
	paths: readonly string[];
	args: readonly string[];
}

/** The order matters: every mail server brings a `mailq`. */
const PROGRAMS: readonly Program[] = [
	{ mta: "postfix", paths: ["/usr/sbin/postqueue", "/usr/local/sbin/postqueue"], args: ["-j"] },
	{
		mta: "exim",
		paths: ["/usr/sbin/exim4", "/usr/sbin/exim", "/usr/local/sbin/exim", "/usr/exim/bin/exim"],
		args: ["-bp"],
	},
	{
		mta: "opensmtpd",
		paths: ["/usr/sbin/smtpctl", "/usr/local/sbin/smtpctl"],
		args: ["show", "queue"],
	},
	{ mta: "sendmail", paths: ["/usr/bin/mailq", "/usr/sbin/mailq"], args: [] },
];

const LINE_MAX = 65_536;
const WORDS_MAX = 400;

/** The queue now; nothing where no mail server is found. */
export async function readQueue(now: number, programs = PROGRAMS): Promise<Queue | undefined> {
	for (const { mta, paths, args } of programs) {
		const path = paths.find((each) => existsSync(each));
		if (path === undefined) continue;
		const reader = readers[mta](now);
		const failure = await run(path, args, reader);
		return failure === undefined ? { mta, ...reader.result() } : { mta, error: failure };
	}
	return undefined;
}

/** Feeds what a program prints to `reader`, line by line; why it failed, where it did. */
function run(path: string, args: readonly string[], reader: QueueReader): Promise<string | undefined> {
	return new Promise((resolve) => {
		const child = spawn(path, args, {
			stdio: ["ignore", "pipe", "pipe"],
			timeout: MINUTE_MS,
			// dates in English, whatever the administrator speaks
			env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
		});
		let rest = "";
		let words = "";
		child.stdout.setEncoding("latin1").on("data", (chunk: string) => {
			const lines = (rest + chunk).split("\n");
			rest = (lines.pop() ?? "").slice(0, LINE_MAX);
			for (const line of lines) reader.line(line);
		});
		child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
			words = (words + chunk).slice(0, WORDS_MAX);
		});
		child.on("error", (error) => resolve(error.message.slice(0, WORDS_MAX)));
		child.on("close", (code, signal) => {
			reader.line(rest);
			if (code === 0) return resolve(undefined);
			resolve(`${path} ended with ${signal ?? `status ${code}`}: ${words.trim() || "it said nothing"}`);
		});
	});
}

/** Asks once a minute, and when somebody wants to know now; never twice at once. */
export class QueueWatch {
	#last: Queue | undefined;
	#asking: Promise<Queue | undefined> | undefined;
	readonly #timer: NodeJS.Timeout;
	readonly #read: () => Promise<Queue | undefined>;

	constructor(read: () => Promise<Queue | undefined>) {
		this.#read = read;
		this.#timer = setInterval(() => void this.ask(), MINUTE_MS);
		void this.ask();
	}

	/** as it was at most a minute ago */
	get last(): Queue | undefined {
		return this.#last;
	}

	close(): void {
		clearInterval(this.#timer);
	}

	/** The queue now. */
	ask(): Promise<Queue | undefined> {
		this.#asking ??= this.#read().then((queue) => {
			this.#last = queue;
			this.#asking = undefined;
			return queue;
		});
		return this.#asking;
	}
}
