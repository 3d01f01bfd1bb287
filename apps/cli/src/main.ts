/**
 * `mailtrail`: finds the command, runs it, turns failures into one line and an exit status. Commands are loaded when
 * they are called, so that `--help` and `diagnose` start at once. A reader that goes away (`| head`) ends us quietly.
 */
import { ANSWERED, BAD_USE, BadUse, isFailure } from "./failure.ts";
import { nearest } from "./options/nearest.ts";
import { harmless } from "./print/pen.ts";
import { VERSION } from "./version.ts";

interface Command {
	summary: string;
	run(args: string[]): Promise<number>;
}

const COMMANDS: Record<string, Command> = {
	parse: {
		summary: "log lines in, one JSON event out per line",
		run: async (args) => (await import("./commands/parse.ts")).parseCommand(args),
	},
	trace: {
		summary: "follow messages through the logs of several hosts, or ask a hub",
		run: async (args) => (await import("./commands/trace.ts")).traceCommand(args),
	},
	summary: {
		summary: "totals and top lists of logs, with pflogsumm's definitions",
		run: async (args) => (await import("./commands/summary.ts")).summaryCommand(args),
	},
	diagnose: {
		summary: "one SMTP reply in; why, whose move it is and what to do out",
		run: async (args) => (await import("./commands/diagnose.ts")).diagnoseCommand(args),
	},
	bounce: {
		summary: "bounce messages, mboxes or maildirs in; one report per recipient out",
		run: async (args) => (await import("./commands/bounce.ts")).bounceCommand(args),
	},
	check: {
		summary: "can this machine reach a host, domain or address, and what does it find there",
		run: async (args) => (await import("./commands/check.ts")).checkCommand(args),
	},
	import: {
		summary: "logs of a host that has no agent into a hub",
		run: async (args) => (await import("./commands/import.ts")).importCommand(args),
	},
	login: {
		summary: "sign in to a hub, once",
		run: async (args) => (await import("./commands/login.ts")).loginCommand(args),
	},
	user: {
		summary: "the accounts of a hub",
		run: async (args) => (await import("./commands/user.ts")).userCommand(args),
	},
	host: {
		summary: "the hosts of a hub",
		run: async (args) => (await import("./commands/host.ts")).hostCommand(args),
	},
	token: {
		summary: "tokens for scripts that ask a hub",
		run: async (args) => (await import("./commands/token.ts")).tokenCommand(args),
	},
};

function help(): string {
	const list = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
	return `Where is this message, why is it there, and what do I do now?

Usage: mailtrail COMMAND [OPTIONS]

${list.join("\n")}

\`mailtrail COMMAND --help\` tells more, \`mailtrail --version\` which one this is. Exit status: 0 answered, 1 nothing found, 2 bad use or
unreadable input, 3 the hub cannot be reached or refused.
`;
}

async function main(args: string[]): Promise<number> {
	const [name, ...rest] = args;
	if (name === "help" && rest[0] !== undefined) return await commandOf(rest[0]).run(["--help"]);
	if (name === "--help" || name === "-h" || name === "help") {
		process.stdout.write(help());
		return ANSWERED;
	}
	if (name === "--version" || name === "-V" || name === "version") {
		process.stdout.write(`mailtrail ${VERSION}\n`);
		return ANSWERED;
	}
	if (name === undefined) {
		process.stderr.write(help());
		return BAD_USE;
	}
	return await commandOf(name).run(rest);
}

function commandOf(name: string): Command {
	const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
	if (command) return command;
	const names = Object.keys(COMMANDS);
	const meant = nearest(name, names);
	throw new BadUse(
		`no command “${name}”; ${meant === undefined ? `there are ${names.join(", ")}` : `did you mean ${meant}?`}`,
	);
}

function isBrokenPipe(error: unknown): boolean {
	return (
		error instanceof Error &&
		"code" in error &&
		(error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED")
	);
}

process.stdout.on("error", (error) => {
	if (isBrokenPipe(error)) process.exit(ANSWERED);
	// a full disk; nothing that comes behind this would be whole
	process.stderr.write(
		`mailtrail: what it prints cannot be written (${error.message}); make room where it goes\n`,
	);
	process.exit(BAD_USE);
});

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	if (isBrokenPipe(error)) process.exit(ANSWERED);
	if (isFailure(error)) {
		// it may name a file that a stranger named
		process.stderr.write(`mailtrail: ${error.message.split("\n").map(harmless).join("\n")}\n`);
		process.exitCode = error.status;
	} else {
		// thrown on, Node would print the bundle's one long line first, and end with the status of "nothing found"
		const { stack } = error instanceof Error ? error : new Error(String(error));
		process.stderr.write(`mailtrail: a fault of this program, please report it: ${stack}\n`);
		process.exitCode = BAD_USE;
	}
}
